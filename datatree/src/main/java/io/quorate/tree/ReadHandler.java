package io.quorate.tree;

import io.quorate.jute.Id;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AddWatchRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Perms;
import io.quorate.protocol.SetWatches2Request;
import io.quorate.protocol.StringVector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads (client-protocol.md §3, §7). A request's path is looked up from the request's own bytes; it becomes a String only when a
 * watch is registered under it.
 */
final class ReadHandler {
    private static final int OK = ErrorCode.OK.code();
    private static final int NO_NODE = ErrorCode.NO_NODE.code();
    private static final int NO_AUTH = ErrorCode.NO_AUTH.code();
    private static final int MARSHALLING_ERROR = ErrorCode.MARSHALLING_ERROR.code();

    private final NodeStore store;
    private final WatchTable watches;
    private final Authentication authentication;

    ReadHandler(NodeStore store, WatchTable watches, Authentication authentication) {
        this.store = store;
        this.watches = watches;
        this.authentication = authentication;
    }

    /** Where the path of a request stands in the request's bytes. */
    private int pathOffset;

    private int pathLength;

    int read(int op, JuteReader body, Watcher watcher, JuteWriter reply) {
        try {
            return switch (op) {
                case OpCode.EXISTS -> exists(body, watcher, reply);
                case OpCode.GET_DATA -> getData(body, watcher, reply);
                case OpCode.GET_CHILDREN -> getChildren(body, watcher, reply, false);
                case OpCode.GET_CHILDREN2 -> getChildren(body, watcher, reply, true);
                case OpCode.GET_ACL -> getAcl(body, watcher, reply);
                case OpCode.GET_ALL_CHILDREN_NUMBER -> getAllChildrenNumber(body, watcher, reply);
                case OpCode.GET_EPHEMERALS -> getEphemerals(body, watcher, reply);
                case OpCode.WHO_AM_I -> whoAmI(watcher, reply);
                case OpCode.MULTI_READ -> multiRead(body, watcher, reply);
                case OpCode.SET_WATCHES -> setWatches(body, watcher, false);
                case OpCode.SET_WATCHES2 -> setWatches(body, watcher, true);
                case OpCode.ADD_WATCH -> addWatch(body, watcher, reply);
                case OpCode.CHECK_WATCHES -> checkWatches(body, watcher);
                case OpCode.REMOVE_WATCHES -> removeWatches(body, watcher);
                default -> ErrorCode.UNIMPLEMENTED.code();
            };
        } catch (JuteException e) {
            // Every request is decoded before anything of it is done or answered.
            return MARSHALLING_ERROR;
        }
    }

    // --- nodes

    private int exists(JuteReader body, Watcher watcher, JuteWriter reply) {
        Node node = findNode(body);
        boolean watch = body.readBoolean();
        if (node == null && hasNul(body)) {
            return ErrorCode.BAD_ARGUMENTS.code();
        }
        if (node != null && !mayRead(node, watcher)) {
            return NO_AUTH;
        }
        if (watch) {
            watches.add(path(body), watcher, WatchTable.DATA);
        }
        if (node == null) {
            return NO_NODE;
        }
        store.writeStat(node, reply);
        return OK;
    }

    private int getData(JuteReader body, Watcher watcher, JuteWriter reply) {
        Node node = findNode(body);
        boolean watch = body.readBoolean();
        if (node == null) {
            return NO_NODE;
        }
        if (!mayRead(node, watcher)) {
            return NO_AUTH;
        }
        if (watch) {
            watches.add(path(body), watcher, WatchTable.DATA);
        }
        node.writeData(reply);
        store.writeStat(node, reply);
        return OK;
    }

    private int getChildren(JuteReader body, Watcher watcher, JuteWriter reply, boolean withStat) {
        Node node = findNode(body);
        boolean watch = body.readBoolean();
        if (node == null) {
            return NO_NODE;
        }
        if (!mayRead(node, watcher)) {
            return NO_AUTH;
        }
        if (watch) {
            watches.add(path(body), watcher, WatchTable.CHILD);
        }
        node.children().writeNames(reply);
        if (withStat) {
            store.writeStat(node, reply);
        }
        return OK;
    }

    private int getAcl(JuteReader body, Watcher watcher, JuteWriter reply) {
        Node node = findNode(body);
        if (node == null) {
            return NO_NODE;
        }
        Collection<Id> identities = watcher.identities();
        if (!authentication.allows(node.acl, Perms.READ | Perms.ADMIN, identities)) {
            return NO_AUTH;
        }
        boolean whole = authentication.allows(node.acl, Perms.ADMIN, identities);
        Acl.writeList(reply, whole ? node.acl.list : masked(node.acl.list));
        store.writeStat(node, reply);
        return OK;
    }

    /** Hashes of passwords are for administrators only. */
    private static List<Acl> masked(List<Acl> list) {
        List<Acl> result = new ArrayList<>(list.size());
        for (Acl each : list) {
            String id = each.id().id();
            int colon = id == null ? -1 : id.indexOf(':');
            if (id == null || colon < 0 || !"digest".equals(each.id().scheme())) {
                result.add(each);
            } else {
                result.add(new Acl(each.perms(), new Id("digest", id.substring(0, colon) + ":x")));
            }
        }
        return result;
    }

    private int getAllChildrenNumber(JuteReader body, Watcher watcher, JuteWriter reply) {
        Node node = findNode(body);
        if (node == null) {
            return NO_NODE;
        }
        if (!mayRead(node, watcher)) {
            return NO_AUTH;
        }
        reply.writeInt(node == store.root ? store.nodeCount() - 1 : countBelow(node));
        return OK;
    }

    private static int countBelow(Node top) {
        int count = 0;
        Deque<Node> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            ChildTable children = open.pop().children();
            count += children.size();
            children.forEach(child -> {
                if (child.childCount() > 0) {
                    open.push(child);
                }
            });
        }
        return count;
    }

    private int getEphemerals(JuteReader body, Watcher watcher, JuteWriter reply) {
        String prefix = body.readString();
        boolean all = prefix == null || prefix.isBlank() || prefix.equals("/");
        int countAt = reply.size();
        reply.writeInt(0);
        int count = 0;
        for (Node node = store.sessions.firstEphemeral(watcher.sessionId()); node != null; node = NodeList.next(node)) {
            String path = node.path();
            if (all || prefix == null || path.startsWith(prefix)) {
                reply.writeString(path);
                count++;
            }
        }
        reply.setInt(countAt, count);
        return OK;
    }

    private int whoAmI(Watcher watcher, JuteWriter reply) {
        Collection<Id> identities = watcher.identities();
        reply.writeInt(identities.size());
        for (Id identity : identities) {
            reply.writeString(identity.scheme());
            reply.writeString(authentication.userName(identity));
        }
        return OK;
    }

    // --- multiRead

    private int multiRead(JuteReader body, Watcher watcher, JuteWriter reply) {
        int start = body.position();
        Kind kind = kindOf(body);
        if (kind == Kind.MIXED) {
            return MARSHALLING_ERROR;
        }
        if (kind == Kind.WRITES) {
            MultiHeader.END.write(reply);
            return MARSHALLING_ERROR;
        }
        body.position(start);
        int err = readParts(body, watcher, reply);
        MultiHeader.END.write(reply);
        return err;
    }

    private int readParts(JuteReader body, Watcher watcher, JuteWriter reply) {
        for (MultiHeader header = MultiHeader.read(body); !header.done(); header = MultiHeader.read(body)) {
            int err = readPart(header.type(), body, watcher, reply);
            if (err != OK) {
                return err;
            }
        }
        return OK;
    }

    private enum Kind {
        READS,
        WRITES,
        MIXED
    }

    /** Decodes the whole request, so that a broken one is noticed before anything is answered. */
    private static Kind kindOf(JuteReader body) {
        int reads = 0;
        int writes = 0;
        for (MultiHeader header = MultiHeader.read(body); !header.done(); header = MultiHeader.read(body)) {
            if (header.type() == OpCode.GET_DATA || header.type() == OpCode.GET_CHILDREN) {
                body.skipBuffer();
                body.readBoolean();
                reads++;
            } else {
                MultiRequest.readPart(header.type(), body);
                writes++;
            }
        }
        if (writes == 0) {
            return Kind.READS;
        }
        return reads == 0 ? Kind.WRITES : Kind.MIXED;
    }

    /** @return an error that ends the whole: a part without a path. What was read before it is answered nevertheless, as there. */
    private int readPart(int op, JuteReader body, Watcher watcher, JuteWriter reply) {
        if (isNullNext(body)) {
            return MARSHALLING_ERROR;
        }
        Node node = findNode(body);
        body.readBoolean(); // no watch is set in here
        int err = node == null ? NO_NODE : mayRead(node, watcher) ? OK : NO_AUTH;
        if (node == null || err != OK) {
            new MultiHeader(OpCode.ERROR, false, err).write(reply);
            reply.writeInt(err);
            return OK;
        }
        new MultiHeader(op, false, OK).write(reply);
        if (op == OpCode.GET_DATA) {
            node.writeData(reply);
            store.writeStat(node, reply);
        } else {
            node.children().writeNames(reply);
        }
        return OK;
    }

    // --- watches

    private int setWatches(JuteReader body, Watcher watcher, boolean withPersistent) {
        SetWatches2Request request = withPersistent ? SetWatches2Request.read(body) : withoutPersistent(body);
        List<String> dataWatches = need(request.dataWatches());
        List<String> existWatches = need(request.existWatches());
        List<String> childWatches = need(request.childWatches());
        List<String> persistentWatches = need(request.persistentWatches());
        List<String> recursiveWatches = need(request.persistentRecursiveWatches());
        long since = request.relativeZxid();
        for (String path : dataWatches) {
            Node node = store.find(path);
            if (node == null) {
                catchUp(EventType.NODE_DELETED, path, watcher, null);
            } else if (node.mzxid > since) {
                catchUp(EventType.NODE_DATA_CHANGED, path, watcher, node);
            } else {
                watches.add(path, watcher, WatchTable.DATA);
            }
        }
        for (String path : existWatches) {
            Node node = store.find(path);
            if (node != null) {
                catchUp(EventType.NODE_CREATED, path, watcher, node);
            } else {
                watches.add(path, watcher, WatchTable.DATA);
            }
        }
        for (String path : childWatches) {
            Node node = store.find(path);
            if (node == null) {
                catchUp(EventType.NODE_DELETED, path, watcher, null);
            } else if (node.pzxid() > since) {
                catchUp(EventType.NODE_CHILDREN_CHANGED, path, watcher, node);
            } else {
                watches.add(path, watcher, WatchTable.CHILD);
            }
        }
        for (String path : persistentWatches) {
            watches.add(path, watcher, WatchTable.PERSISTENT);
        }
        for (String path : recursiveWatches) {
            watches.add(path, watcher, WatchTable.RECURSIVE);
        }
        return OK;
    }

    private static SetWatches2Request withoutPersistent(JuteReader body) {
        long relativeZxid = body.readLong();
        List<String> data = StringVector.read(body);
        List<String> exist = StringVector.read(body);
        List<String> child = StringVector.read(body);
        return new SetWatches2Request(relativeZxid, data, exist, child, List.of(), List.of());
    }

    private static List<String> need(@Nullable List<String> list) {
        if (list == null) {
            throw new JuteException("a list of watches is absent; it may be empty");
        }
        return list;
    }

    private void catchUp(EventType type, String path, Watcher watcher, @Nullable Node node) {
        if (node == null || mayRead(node, watcher)) {
            watcher.onEvent(new WatchEvent(type, path, WatchEvent.CATCH_UP_ZXID));
        }
    }

    private int addWatch(JuteReader body, Watcher watcher, JuteWriter reply) {
        AddWatchRequest request = AddWatchRequest.read(body);
        if (request.path() == null || request.mode() < 0 || request.mode() > 1) {
            return MARSHALLING_ERROR;
        }
        watches.add(request.path(), watcher, request.mode() == 0 ? WatchTable.PERSISTENT : WatchTable.RECURSIVE);
        reply.writeInt(OK);
        return OK;
    }

    private int checkWatches(JuteReader body, Watcher watcher) {
        AddWatchRequest request = AddWatchRequest.read(body);
        int modes = modesOfType(request.mode());
        if (request.path() == null || modes == 0) {
            return MARSHALLING_ERROR;
        }
        return watches.contains(request.path(), watcher, modes) ? OK : ErrorCode.NO_WATCHER.code();
    }

    private int removeWatches(JuteReader body, Watcher watcher) {
        AddWatchRequest request = AddWatchRequest.read(body);
        int modes = modesOfType(request.mode());
        if (request.path() == null || modes == 0) {
            return MARSHALLING_ERROR;
        }
        return watches.remove(request.path(), watcher, modes) ? OK : ErrorCode.NO_WATCHER.code();
    }

    /** @return 0 for a number that is no type of watcher */
    private static int modesOfType(int type) {
        return switch (type) {
            case 1 -> WatchTable.CHILD;
            case 2 -> WatchTable.DATA;
            case 3 -> WatchTable.ALL;
            case 4 -> WatchTable.PERSISTENT;
            case 5 -> WatchTable.RECURSIVE;
            default -> 0;
        };
    }

    // --- requests

    /** Takes the path from the request and looks it up; {@link #path} and {@link #hasNul} are about the same path until the next one. */
    private @Nullable Node findNode(JuteReader body) {
        int start = needPath(body);
        pathOffset = start;
        pathLength = body.position() - start;
        return store.find(body.array(), pathOffset, pathLength);
    }

    /**
     * Steps over a path.
     *
     * @return the index of its first byte
     */
    private static int needPath(JuteReader body) {
        int start = body.position();
        if (isNullNext(body)) {
            throw new JuteException("a request without a path");
        }
        body.skipBuffer();
        return start + Integer.BYTES;
    }

    private static boolean isNullNext(JuteReader body) {
        int start = body.position();
        boolean isNull = body.readInt() == -1;
        body.position(start);
        return isNull;
    }

    private boolean mayRead(Node node, Watcher watcher) {
        return (node.acl.worldPerms & Perms.READ) != 0
                || authentication.allows(node.acl, Perms.READ, watcher.identities());
    }

    private boolean hasNul(JuteReader body) {
        byte[] bytes = body.array();
        for (int i = pathOffset; i < pathOffset + pathLength; i++) {
            if (bytes[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private String path(JuteReader body) {
        return new String(body.array(), pathOffset, pathLength, StandardCharsets.UTF_8);
    }
}
