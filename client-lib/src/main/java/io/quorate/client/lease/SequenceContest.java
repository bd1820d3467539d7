package io.quorate.client.lease;

import io.quorate.client.CreatedNode;
import io.quorate.client.NodeChildren;
import io.quorate.client.Op;
import io.quorate.client.QuorateClient;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A line of ephemeral sequential nodes in one directory. Each contender makes one node, with an id of its own in the name, and {@link
 * SequenceRule} says who holds.
 *
 * <p>The token is the zxid that the node was created by: nodes are created in the order in which they hold. A node that was lost is therefore
 * never held again; its contender goes to the end of the line with a new node and a new id. The guard checks that the node is there: its name is
 * never given again, so that once it is gone the servers refuse for ever.
 *
 * <p>A create that was not answered is looked for by its id, after a sync, so that the server that is asked cannot be behind it. The directory
 * is a container: the servers remove it when the last contender has gone.
 */
public final class SequenceContest implements Contest {
    /** What protected names begin with, as Curator has them. */
    private static final String PROTECTION = "_c_";

    private final String directory;
    private final SequenceRule rule;
    private final byte[] data;
    private final List<Acl> acl;
    private final Supplier<UUID> ids;
    private Entry entry;

    /** One place in the line, from before its creation until it is gone. */
    private static final class Entry {
        private final String prefix;

        /** Whether a create was sent that may have been carried out without this side knowing. */
        private boolean inDoubt;

        private CompletableFuture<?> claim = CompletableFuture.completedFuture(null);
        private @Nullable String path;
        private @Nullable Title title;

        Entry(UUID id, String kind) {
            prefix = PROTECTION + id + "-" + kind;
        }
    }

    /** @param data what the others may read in this contender's node */
    public SequenceContest(String directory, SequenceRule rule, byte[] data, List<Acl> acl) {
        this(directory, rule, data, acl, UUID::randomUUID);
    }

    SequenceContest(String directory, SequenceRule rule, byte[] data, List<Acl> acl, Supplier<UUID> ids) {
        this.directory = directory;
        this.rule = rule;
        this.data = data.clone();
        this.acl = List.copyOf(acl);
        this.ids = ids;
        entry = newEntry();
    }

    private Entry newEntry() {
        return new Entry(ids.get(), rule.ownKind());
    }

    /** The members of a line as its directory's children, in order. */
    public static List<String> members(List<String> children, List<String> kinds) {
        return SequenceNode.line(children, kinds).stream()
                .map(SequenceNode::name)
                .toList();
    }

    // ---- Looking

    @Override
    public CompletableFuture<Standing> inspect(QuorateClient in, Watches watches) {
        Entry mine = entry;
        return look(in, watches, mine).thenCompose(line -> stand(in, watches, mine, line));
    }

    private CompletableFuture<List<SequenceNode>> look(QuorateClient in, Watches watches, Entry mine) {
        CompletableFuture<Void> caughtUp =
                mine.inDoubt ? in.sync(directory) : CompletableFuture.<Void>completedFuture(null);
        CompletableFuture<NodeChildren> children = caughtUp.thenCompose(
                done -> rule.wakesAll() ? in.getChildren(directory, watches.on(directory)) : in.getChildren(directory));
        return Failures.emptyIfMissing(children)
                .thenApply(found -> found.map(NodeChildren::names).orElse(List.of()))
                .thenApply(names -> SequenceNode.line(names, rule.kinds()));
    }

    private CompletableFuture<Standing> stand(QuorateClient in, Watches watches, Entry mine, List<SequenceNode> line) {
        int index = indexOf(mine, line);
        mine.inDoubt = false;
        if (index < 0) {
            return CompletableFuture.completedFuture(mine.path == null ? new Standing.Free() : startOver());
        }
        mine.path = path(line.get(index));
        Optional<SequenceNode> blocker = rule.order().blocker(line, index);
        if (blocker.isEmpty()) {
            return title(in, mine).thenApply(title -> title.isPresent() ? new Standing.Ours(title) : startOver());
        }
        Standing.Taken taken = new Standing.Taken("behind " + blocker.get().name());
        if (rule.wakesAll()) {
            return CompletableFuture.completedFuture(taken);
        }
        String watched = path(blocker.get());
        return in.exists(watched, watches.on(watched))
                .thenCompose(
                        stat -> stat.isPresent() ? CompletableFuture.completedFuture(taken) : inspect(in, watches));
    }

    /** The node has gone, and a name is used once. */
    private Standing startOver() {
        entry = newEntry();
        return new Standing.Free();
    }

    private static int indexOf(Entry mine, List<SequenceNode> line) {
        for (int i = 0; i < line.size(); i++) {
            if (line.get(i).name().startsWith(mine.prefix)) {
                return i;
            }
        }
        return -1;
    }

    /** Known from the answer to the create, or read where that was lost. Empty if the node has gone meanwhile. */
    private CompletableFuture<Optional<Title>> title(QuorateClient in, Entry mine) {
        String path = mine.path;
        if (mine.title != null || path == null) {
            return CompletableFuture.completedFuture(Optional.ofNullable(mine.title));
        }
        return in.exists(path).thenApply(stat -> {
            stat.ifPresent(found -> mine.title = title(path, found.czxid()));
            return Optional.ofNullable(mine.title);
        });
    }

    private static Title title(String path, long czxid) {
        return new Title(czxid, List.of(Op.check(path, 0)));
    }

    private String path(SequenceNode node) {
        return path(node.name());
    }

    private String path(String name) {
        return (directory.equals(Paths.ROOT) ? "" : directory) + Paths.ROOT + name;
    }

    // ---- The line

    @Override
    public CompletableFuture<Optional<Title>> claim(QuorateClient in) {
        Entry mine = entry;
        mine.inDoubt = true;
        CompletableFuture<CreatedNode> created =
                Failures.ifMissing(create(in, mine), () -> makeDirectory(in).thenCompose(nothing -> create(in, mine)));
        mine.claim = created;
        return created.thenApply(node -> {
            mine.inDoubt = false;
            mine.path = node.path();
            mine.title = title(node.path(), node.stat().czxid());
            return Optional.empty();
        });
    }

    private CompletableFuture<CreatedNode> create(QuorateClient in, Entry mine) {
        return in.createWithStat(path(mine.prefix), data, CreateMode.EPHEMERAL_SEQUENTIAL, acl);
    }

    private CompletableFuture<Void> makeDirectory(QuorateClient in) {
        return PermanentNodes.make(in, Paths.parent(directory), acl)
                .thenCompose(nothing -> in.create(directory, new byte[0], CreateMode.CONTAINER, acl))
                .exceptionally(failure -> Failures.rethrowUnless(ErrorCode.NODE_EXISTS, failure, directory))
                .thenAccept(made -> {});
    }

    @Override
    public CompletableFuture<Title> begin(QuorateClient in) {
        Title title = entry.title;
        if (title == null) {
            throw new IllegalStateException("the turn of a node in " + directory + " whose creation is not known");
        }
        return in.multi(title.guard()).thenApply(done -> title);
    }

    @Override
    public CompletableFuture<Boolean> watch(QuorateClient in, Watches watches) {
        String path = entry.path;
        return path == null
                ? CompletableFuture.completedFuture(false)
                : in.exists(path, watches.on(path))
                        .thenApply(stat -> stat.filter(in::owns).isPresent());
    }

    @Override
    public CompletableFuture<Void> release(QuorateClient in) {
        Entry mine = entry;
        return mine.claim
                .handle((created, failure) -> mine)
                .thenCompose(any -> remove(in, mine))
                .thenAccept(done -> entry = entry == mine ? newEntry() : entry);
    }

    private CompletableFuture<Void> remove(QuorateClient in, Entry mine) {
        String path = mine.path;
        if (path != null) {
            return Failures.doneIfMissing(in.delete(path));
        }
        if (!mine.inDoubt) {
            return CompletableFuture.completedFuture(null);
        }
        return Failures.emptyIfMissing(in.sync(directory).thenCompose(done -> in.getChildren(directory)))
                .thenCompose(found ->
                        removeAll(in, mine, found.map(NodeChildren::names).orElse(List.of())));
    }

    private CompletableFuture<Void> removeAll(QuorateClient in, Entry mine, List<String> names) {
        return CompletableFuture.allOf(names.stream()
                .filter(name -> name.startsWith(mine.prefix))
                .map(name -> Failures.doneIfMissing(in.delete(path(name))))
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public void sessionEnded() {
        entry = newEntry();
    }

    @Override
    public boolean isRenewable() {
        return false;
    }
}
