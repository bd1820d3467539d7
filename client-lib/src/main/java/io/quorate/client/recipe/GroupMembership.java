package io.quorate.client.recipe;

import io.quorate.client.SessionKeeper;
import io.quorate.client.cache.CacheListener;
import io.quorate.client.cache.CacheScope;
import io.quorate.client.cache.CachedNode;
import io.quorate.client.cache.TreeCache;
import io.quorate.protocol.Paths;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A group of programs that know of each other: each has a {@link PersistentNode} below the group's node, and a {@link TreeCache} of the others. They
 * are the nodes of Curator's {@code GroupMember}.
 *
 * <p>A member that crashes, stands still or is cut off leaves the group when the servers end its session, so that each may see a group that is not
 * any more: good for knowing whom to ask, not for deciding who may do something. Without a connection {@link #members} stays as it was last known. A
 * member whose id is in use by another session joins when that one has gone. Safe for use by any number of threads.
 */
public final class GroupMembership implements AutoCloseable {
    private final PersistentNode self;
    private final TreeCache group;
    private final String path;

    private GroupMembership(PersistentNode self, TreeCache group, String path) {
        this.self = self;
        this.group = group;
        this.path = path;
    }

    /**
     * Joins.
     *
     * @param id this member's name in the group
     * @param listener told of those who come, change their data, and go; this one too
     */
    public static GroupMembership join(
            SessionKeeper sessions, String group, String id, byte[] data, CacheListener listener) {
        if (id.isEmpty() || id.indexOf('/') >= 0) {
            throw new IllegalArgumentException("member id \"" + id + "\": it is a node's name, without a slash");
        }
        TreeCache.Builder members =
                TreeCache.builder(sessions, group).scope(CacheScope.CHILDREN).listener(listener);
        PersistentNode self =
                PersistentNode.start(sessions, group.equals(Paths.ROOT) ? "/" + id : group + "/" + id, data);
        return new GroupMembership(self, members.start(), group);
    }

    /** Done when this member is in the group and knows the others. */
    public CompletableFuture<Void> ready() {
        return CompletableFuture.allOf(self.ready(), group.ready());
    }

    /** The data of each member by its id, as far as they are known. */
    public Map<String, byte[]> members() {
        Map<String, byte[]> result = new TreeMap<>();
        for (CachedNode each : group.children(path)) {
            result.put(Paths.name(each.path()), each.data());
        }
        return result;
    }

    public void setData(byte[] data) {
        self.setData(data);
    }

    /** Leaves; done when the others can see it. */
    public CompletableFuture<Void> leave() {
        group.close();
        return self.closeAsync();
    }

    /** As {@link #leave()}; does not wait for it. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the end of the session removes the node at the latest
    public void close() {
        leave();
    }
}
