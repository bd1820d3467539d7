package io.quorate.simulation.client;

import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AddWatchRequest;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.CreateTtlRequest;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.Perms;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SetAclRequest;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One thing that a client asked for, and what it was told. */
public final class Operation {
    /** What. */
    public enum Kind {
        /** A node that all clients need; it may be there. */
        CREATE_ROOT,
        CREATE,
        CREATE_SEQUENTIAL,
        CREATE_EPHEMERAL,
        CREATE_EPHEMERAL_SEQUENTIAL,
        /** Never gets a child, and so stays. */
        CREATE_CONTAINER,
        /** Goes by itself. */
        CREATE_TTL,
        /** Below a quota that does not take many. */
        CREATE_LIMITED,
        DELETE,
        /** A node that any client makes and deletes; it may be there. */
        CREATE_SHARED,
        DELETE_SHARED,
        /** Of a register. */
        SET_DATA,
        /** Creates a node and sets a register, or does neither. */
        MULTI,
        /** As MULTI, with a check that fails at its end. */
        MULTI_REFUSED,
        /** Deletes a node and creates another, or does neither. */
        MULTI_MOVE,
        /** Of a register. */
        SET_ACL,
        GET_DATA,
        GET_ACL,
        EXISTS,
        GET_CHILDREN,
        /** Of the session that asks. */
        GET_EPHEMERALS,
        /** The data of a register and the children of a node at once. */
        MULTI_READ,
        /** A watch that stays, on one node or on all below it. */
        ADD_WATCH,
        /** Of one kind of watch on a node. */
        REMOVE_WATCH,
        /** Asks whether there is a watch of one kind. */
        CHECK_WATCH,
        SYNC,
        CLOSE;

        public boolean isWrite() {
            return switch (this) {
                case GET_DATA,
                        GET_ACL,
                        EXISTS,
                        GET_CHILDREN,
                        GET_EPHEMERALS,
                        MULTI_READ,
                        ADD_WATCH,
                        REMOVE_WATCH,
                        CHECK_WATCH,
                        SYNC -> false;
                default -> true;
            };
        }

        public boolean isCreate() {
            return switch (this) {
                case CREATE_ROOT,
                        CREATE,
                        CREATE_SEQUENTIAL,
                        CREATE_EPHEMERAL,
                        CREATE_EPHEMERAL_SEQUENTIAL,
                        CREATE_CONTAINER,
                        CREATE_TTL,
                        CREATE_LIMITED,
                        MULTI,
                        MULTI_REFUSED,
                        MULTI_MOVE -> true;
                default -> false;
            };
        }

        private boolean isPlainCreate() {
            return this == CREATE || this == CREATE_LIMITED || this == CREATE_SHARED || isEphemeral() || isSequential();
        }

        public boolean isEphemeral() {
            return this == CREATE_EPHEMERAL || this == CREATE_EPHEMERAL_SEQUENTIAL;
        }

        public boolean isSequential() {
            return this == CREATE_SEQUENTIAL || this == CREATE_EPHEMERAL_SEQUENTIAL;
        }

        public boolean setsRegister() {
            return this == SET_DATA || this == MULTI || this == MULTI_REFUSED;
        }

        private CreateMode mode() {
            return switch (this) {
                case CREATE_SEQUENTIAL -> CreateMode.PERSISTENT_SEQUENTIAL;
                case CREATE_EPHEMERAL -> CreateMode.EPHEMERAL;
                case CREATE_EPHEMERAL_SEQUENTIAL -> CreateMode.EPHEMERAL_SEQUENTIAL;
                case CREATE_CONTAINER -> CreateMode.CONTAINER;
                case CREATE_TTL -> CreateMode.PERSISTENT_WITH_TTL;
                default -> CreateMode.PERSISTENT;
            };
        }
    }

    /** What the client knows of it. */
    public enum Status {
        PENDING,
        ACKNOWLEDGED,
        /** It had no effect. */
        REFUSED,
        /** The connection was lost before the answer came. */
        UNKNOWN
    }

    private static final long TTL_MS = 200;
    private static final int ANY_VERSION = -1;
    private static final String EVERYWHERE = "/";
    private static final String DIGEST = "digest";
    private static final String NO_DIGEST = ":none";
    private static final int IMPOSSIBLE_VERSION = 1_000_000;

    private final Kind kind;
    private final long sessionId;
    private final int xid;
    private final String path;
    private final String register;
    private final String token;
    private final int expectedVersion;
    private final boolean watch;

    /** Of a watch that is removed or asked for. */
    private final @Nullable WatcherType watcherType;

    /** The highest zxid that any client had seen when this was asked for. */
    private final long floorZxid;

    private Status status = Status.PENDING;
    private long zxid = Zxid.NONE;
    private int madeVersion;
    private @Nullable String resultPath;

    /**
     * @param path of the node; empty if there is none
     * @param register the node whose data is set, or the one that a multi deletes; empty if there is none
     * @param token unique for each operation: the data that it writes, or who its ACL names
     */
    Operation(
            Kind kind,
            long sessionId,
            int xid,
            String path,
            String register,
            String token,
            int expectedVersion,
            boolean watch,
            long floorZxid) {
        this(kind, sessionId, xid, path, register, token, expectedVersion, watch, null, floorZxid);
    }

    private Operation(
            Kind kind,
            long sessionId,
            int xid,
            String path,
            String register,
            String token,
            int expectedVersion,
            boolean watch,
            @Nullable WatcherType watcherType,
            long floorZxid) {
        this.kind = kind;
        this.sessionId = sessionId;
        this.xid = xid;
        this.path = path;
        this.register = register;
        this.token = token;
        this.expectedVersion = expectedVersion;
        this.watch = watch;
        this.watcherType = watcherType;
        this.floorZxid = floorZxid;
    }

    /** About a watch that may be there. */
    static Operation ofWatcher(Kind kind, long sessionId, int xid, String path, WatcherType type, long floorZxid) {
        return new Operation(kind, sessionId, xid, path, "", "", ANY_VERSION, false, type, floorZxid);
    }

    byte[] encode() {
        JuteWriter out = new JuteWriter(128);
        new RequestHeader(xid, opCode()).write(out);
        switch (kind) {
            case CREATE_ROOT,
                    CREATE,
                    CREATE_SEQUENTIAL,
                    CREATE_EPHEMERAL,
                    CREATE_EPHEMERAL_SEQUENTIAL,
                    CREATE_CONTAINER,
                    CREATE_SHARED,
                    CREATE_LIMITED -> writeCreate(out);
            case CREATE_TTL ->
                new CreateTtlRequest(path, bytes(token), Acl.OPEN, kind.mode().flag(), TTL_MS).write(out);
            case DELETE, DELETE_SHARED -> new PathVersionRequest(path, ANY_VERSION).write(out);
            case SET_DATA -> writeSetData(out);
            case MULTI, MULTI_REFUSED -> writeMulti(out);
            case MULTI_MOVE -> writeMove(out);
            case SET_ACL -> new SetAclRequest(path, acl(), expectedVersion).write(out);
            case GET_ACL -> new PathRequest(path).write(out);
            case GET_EPHEMERALS -> new PathRequest(EVERYWHERE).write(out);
            case GET_DATA, EXISTS, GET_CHILDREN -> new PathWatchRequest(path, watch).write(out);
            case MULTI_READ -> writeMultiRead(out);
            case ADD_WATCH -> new AddWatchRequest(path, watchMode().code()).write(out);
            case REMOVE_WATCH, CHECK_WATCH ->
                new AddWatchRequest(path, watcherType().code()).write(out);
            case SYNC -> new PathRequest("/").write(out);
            case CLOSE -> {
                // A header is all.
            }
        }
        return out.toByteArray();
    }

    private int opCode() {
        return switch (kind) {
            case CREATE_ROOT,
                    CREATE,
                    CREATE_SEQUENTIAL,
                    CREATE_EPHEMERAL,
                    CREATE_EPHEMERAL_SEQUENTIAL,
                    CREATE_SHARED,
                    CREATE_LIMITED -> asksForStat() ? OpCode.CREATE2 : OpCode.CREATE;
            case CREATE_CONTAINER -> OpCode.CREATE_CONTAINER;
            case CREATE_TTL -> OpCode.CREATE_TTL;
            case EXISTS -> OpCode.EXISTS;
            case GET_CHILDREN -> OpCode.GET_CHILDREN2;
            case DELETE, DELETE_SHARED -> OpCode.DELETE;
            case SET_DATA -> OpCode.SET_DATA;
            case MULTI, MULTI_REFUSED, MULTI_MOVE -> OpCode.MULTI;
            case SET_ACL -> OpCode.SET_ACL;
            case GET_ACL -> OpCode.GET_ACL;
            case GET_EPHEMERALS -> OpCode.GET_EPHEMERALS;
            case GET_DATA -> OpCode.GET_DATA;
            case MULTI_READ -> OpCode.MULTI_READ;
            case ADD_WATCH -> OpCode.ADD_WATCH;
            case REMOVE_WATCH -> OpCode.REMOVE_WATCHES;
            case CHECK_WATCH -> OpCode.CHECK_WATCHES;
            case SYNC -> OpCode.SYNC;
            case CLOSE -> OpCode.CLOSE_SESSION;
        };
    }

    /** Half of the plain creates do; the request is the same. */
    boolean asksForStat() {
        return kind.isPlainCreate() && xid % 2 == 0;
    }

    private void writeCreate(JuteWriter out) {
        new CreateRequest(path, bytes(token), Acl.OPEN, kind.mode().flag()).write(out);
    }

    private void writeSetData(JuteWriter out) {
        new SetDataRequest(register, bytes(token), expectedVersion).write(out);
    }

    private void writeMulti(JuteWriter out) {
        MultiHeader.ofRequest(OpCode.CREATE).write(out);
        writeCreate(out);
        MultiHeader.ofRequest(OpCode.SET_DATA).write(out);
        writeSetData(out);
        if (kind == Kind.MULTI_REFUSED) {
            MultiHeader.ofRequest(OpCode.CHECK).write(out);
            new PathVersionRequest(register, IMPOSSIBLE_VERSION).write(out);
        }
        MultiHeader.END.write(out);
    }

    private void writeMove(JuteWriter out) {
        MultiHeader.ofRequest(OpCode.DELETE).write(out);
        new PathVersionRequest(register, ANY_VERSION).write(out);
        MultiHeader.ofRequest(OpCode.CREATE).write(out);
        writeCreate(out);
        MultiHeader.END.write(out);
    }

    /** Everybody may do all, as before; who is named besides tells one ACL from the other. */
    private List<Acl> acl() {
        return List.of(new Acl(Perms.ALL, Acl.ANYONE), new Acl(Perms.READ, new Id(DIGEST, token + NO_DIGEST)));
    }

    /** Whom an ACL names besides everybody: the token of the operation that has set it; empty if nobody has. */
    public static String tokenOf(List<Acl> acl) {
        return acl.stream()
                .map(Acl::id)
                .filter(id ->
                        DIGEST.equals(id.scheme()) && id.id() != null && id.id().endsWith(NO_DIGEST))
                .map(id -> id.id().substring(0, id.id().length() - NO_DIGEST.length()))
                .collect(Collectors.joining(" and "));
    }

    private void writeMultiRead(JuteWriter out) {
        MultiHeader.ofRequest(OpCode.GET_DATA).write(out);
        new PathWatchRequest(path, false).write(out);
        MultiHeader.ofRequest(OpCode.GET_CHILDREN).write(out);
        new PathWatchRequest("/c", false).write(out);
        MultiHeader.END.write(out);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    // ---- what became of it

    void acknowledged(long newZxid, @Nullable String newResultPath) {
        status = Status.ACKNOWLEDGED;
        zxid = newZxid;
        resultPath = newResultPath;
    }

    /** What the node's version, or that of its ACL, is behind it. */
    void made(int version) {
        madeVersion = version;
    }

    void refused() {
        status = Status.REFUSED;
    }

    void unknown() {
        status = Status.UNKNOWN;
    }

    // ---- what it is

    public Kind kind() {
        return kind;
    }

    public long sessionId() {
        return sessionId;
    }

    public int xid() {
        return xid;
    }

    public String path() {
        return path;
    }

    public String register() {
        return register;
    }

    public String token() {
        return token;
    }

    /** The node that it deletes; empty if it deletes none. */
    public String deleted() {
        return switch (kind) {
            case DELETE, DELETE_SHARED -> path;
            case MULTI_MOVE -> register;
            default -> "";
        };
    }

    /** The version of the ACL that it has set, if it is acknowledged. */
    public int madeVersion() {
        return madeVersion;
    }

    /** Of the register; -1 for any. */
    public int expectedVersion() {
        return expectedVersion;
    }

    public boolean watch() {
        return watch;
    }

    /** Of a watch that is removed or asked for. */
    public WatcherType watcherType() {
        if (watcherType == null) {
            throw new IllegalStateException("of no kind of watch: " + this);
        }
        return watcherType;
    }

    /** Of a watch that stays: nodes that have children are watched with all below them. */
    WatchMode watchMode() {
        return History.REGISTERS.contains(path) || History.SHARED.contains(path)
                ? WatchMode.PERSISTENT
                : WatchMode.PERSISTENT_RECURSIVE;
    }

    public long floorZxid() {
        return floorZxid;
    }

    public Status status() {
        return status;
    }

    /** Of its transaction, if it is acknowledged. */
    public long zxid() {
        return zxid;
    }

    /** The path of the node that it created, if it is acknowledged. */
    public @Nullable String resultPath() {
        return resultPath;
    }

    @Override
    public String toString() {
        return kind + (watcherType == null ? "" : " " + watcherType) + (path.isEmpty() ? "" : " " + path)
                + (register.isEmpty() ? "" : " " + register) + " "
                + (token.isEmpty() ? "" : token + " ") + "of session 0x" + Long.toHexString(sessionId) + ", " + status
                + (zxid == Zxid.NONE ? "" : " at " + Zxid.show(zxid));
    }
}
