package io.quorate.tree;

import io.quorate.jute.Id;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Perms;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes transactions from requests, on the leader: checks a request against the tree plus the changes in flight ({@link Overlay}), and
 * settles everything that every server must come to the same result about.
 *
 * <p>The order of the checks is what clients see when more than one fails (client-protocol.md §4): create flags and TTL → session → path
 * shape → ACL list → parent or node exists → permission → path syntax (setData and setACL: before the ACL list) → version, exists,
 * ephemeral parent, not empty → quota.
 */
public final class Preparer {
    private static final int ANY_VERSION = -1;

    /** perms int, two lengths of strings, at least four characters of {@code auth}. */
    private static final int MIN_ACL_BYTES = 16;

    /** Header and digest, and room for what is not worth counting. */
    private static final int MIN_TXN_ROOM = 256;

    /** A session whose end is in flight. */
    private record Closing(long zxid, long sessionId) {}

    private final TreeSettings settings;
    private final Authentication authentication;
    private final Overlay overlay;
    private final QuotaGuard quotas;
    private final Deque<Closing> closings = new ArrayDeque<>();

    /** Session → the last transaction in flight that closes it. */
    private final Map<Long, Long> closing = new HashMap<>();

    public Preparer(DataTree tree) {
        this(tree, QuotaListener.NONE);
    }

    /** @param quotaListener is told of writes beyond a quota */
    public Preparer(DataTree tree, QuotaListener quotaListener) {
        this.settings = tree.settings();
        this.authentication = tree.authentication();
        this.overlay = new Overlay(tree.store(), settings.digestEnabled());
        this.quotas = new QuotaGuard(tree.store().quotas, overlay, settings.enforceQuota(), quotaListener);
    }

    /**
     * Makes the one transaction of a request, an error transaction at worst. Never throws, whatever the body.
     *
     * @param zxid larger than that of all transactions before
     * @param wallMs now, which becomes ctime or mtime on every server
     */
    public Txn prepare(WriteRequest request, long zxid, long wallMs) {
        overlay.begin();
        quotas.begin(zxid);
        try {
            TxnBody body = new Transaction(request, zxid, wallMs).prepare();
            Txn txn = new Txn(header(request, zxid, wallMs, body), body, digest(body));
            refuseIf(isTooLong(txn, request), ErrorCode.BAD_ARGUMENTS);
            return txn;
        } catch (RefusedException e) {
            return refused(request, zxid, wallMs, e.code());
        } catch (JuteException e) {
            return refused(request, zxid, wallMs, ErrorCode.MARSHALLING_ERROR);
        }
    }

    private Txn refused(WriteRequest request, long zxid, long wallMs, ErrorCode code) {
        rollBack();
        TxnBody body = new TxnBody.Failure(code.code());
        return new Txn(header(request, zxid, wallMs, body), body, null);
    }

    private void rollBack() {
        overlay.rollBack();
        quotas.rollBack();
    }

    private static TxnHeader header(WriteRequest request, long zxid, long wallMs, TxnBody body) {
        return new TxnHeader(request.sessionId(), request.cxid(), zxid, wallMs, body.type());
    }

    /** None behind a closeSession without a body: other servers would take the digest's bytes for the body. */
    private @Nullable TxnDigest digest(TxnBody body) {
        boolean isBodyless = body instanceof TxnBody.CloseSession close && close.paths() == null;
        return settings.digestEnabled() && !isBodyless ? new TxnDigest(TxnDigest.VERSION, overlay.digest()) : null;
    }

    /**
     * Whether no peer could read the transaction, which would stop the ensemble. A request grows by the number of a sequence, by versions,
     * and above all by {@code auth} entries, each of which stands for all identities of the connection.
     */
    private boolean isTooLong(Txn txn, WriteRequest request) {
        long identityBytes = 0;
        for (Id identity : request.identities()) {
            identityBytes += MIN_ACL_BYTES + length(identity.scheme()) + length(identity.id());
        }
        long worstCase = request.body().length * (2 + identityBytes / MIN_ACL_BYTES) + MIN_TXN_ROOM;
        return worstCase > settings.maxField() && txn.encode().length > settings.maxField();
    }

    private static int length(byte @Nullable [] data) {
        return data == null ? 0 : data.length;
    }

    /** At most so many bytes in UTF-8. */
    private static long length(@Nullable String text) {
        return text == null ? 0 : 3L * text.length();
    }

    /** Whether the end of this session is prepared and not yet applied. */
    public boolean isClosing(long sessionId) {
        return closing.containsKey(sessionId);
    }

    /** Whether a transaction that is prepared and not yet applied changes the node at that path. */
    public boolean isInFlight(String path) {
        return overlay.isInFlight(path);
    }

    /** The tree has applied everything up to this zxid. */
    public void onApplied(long zxid) {
        overlay.onApplied(zxid);
        quotas.onApplied(zxid);
        while (!closings.isEmpty() && closings.element().zxid() <= zxid) {
            Closing done = closings.remove();
            closing.remove(done.sessionId(), done.zxid());
        }
    }

    /** Forgets all changes in flight: they will not be committed by this leader. */
    public void discard() {
        overlay.clear();
        quotas.clear();
        closings.clear();
        closing.clear();
    }

    /** Number of changes of nodes that are prepared and not yet applied. */
    public int inFlight() {
        return overlay.size();
    }

    /** The transaction that is being made. */
    private final class Transaction {
        private final WriteRequest request;
        private final long zxid;
        private final long wallMs;

        Transaction(WriteRequest request, long zxid, long wallMs) {
            this.request = request;
            this.zxid = zxid;
            this.wallMs = wallMs;
        }

        TxnBody prepare() throws RefusedException {
            JuteReader in = new JuteReader(request.body(), 0, request.body().length, settings.maxField());
            return switch (request.op()) {
                case OpCode.CREATE,
                        OpCode.CREATE2,
                        OpCode.CREATE_CONTAINER,
                        OpCode.CREATE_TTL,
                        OpCode.DELETE,
                        OpCode.DELETE_CONTAINER,
                        OpCode.SET_DATA,
                        OpCode.SET_ACL -> prepare(WriteOp.read(request.op(), in));
                case OpCode.MULTI -> multi(MultiRequest.read(in));
                case OpCode.CREATE_SESSION -> new TxnBody.CreateSession(in.readInt());
                case OpCode.CLOSE_SESSION -> closeSession();
                case OpCode.RECONFIG -> throw new RefusedException(ErrorCode.RECONFIG_DISABLED);
                default -> throw new RefusedException(ErrorCode.UNIMPLEMENTED);
            };
        }

        private TxnBody prepare(WriteOp op) throws RefusedException {
            if (op instanceof WriteOp.Create create) {
                return create(create);
            }
            if (op instanceof WriteOp.Delete delete) {
                return delete(delete);
            }
            if (op instanceof WriteOp.SetData set) {
                return setData(set);
            }
            if (op instanceof WriteOp.SetAcl set) {
                return setAcl(set);
            }
            if (op instanceof WriteOp.Check check) {
                return check(check);
            }
            return deleteContainer(op.path());
        }

        /** The parts see what the parts before them did. When one fails nothing of it is done, but the whole is stored. */
        private TxnBody multi(MultiRequest multi) {
            List<TxnBody> parts = new ArrayList<>(multi.parts().size());
            boolean failed = false;
            for (WriteOp op : multi.parts()) {
                if (failed) {
                    parts.add(new TxnBody.Failure(ErrorCode.RUNTIME_INCONSISTENCY.code()));
                    continue;
                }
                try {
                    parts.add(prepare(op));
                } catch (RefusedException e) {
                    failed = true;
                    parts.add(new TxnBody.Failure(e.code().code()));
                    rollBack();
                }
            }
            return new TxnBody.Multi(parts);
        }

        // --- create

        private TxnBody create(WriteOp.Create create) throws RefusedException {
            CreateMode mode = CreateRules.mode(create, settings);
            checkSession();
            refuseIf(mode.isEphemeral() && request.local(), ErrorCode.SESSION_EXPIRED);
            String parentPath = parentForCreate(create.path());
            List<Acl> acl = fixUp(create.acl());
            PendingNode parent = need(parentPath);
            checkPermission(parent, Perms.CREATE);
            String path = mode.isSequential() ? create.path() + sequence(parent.cversion) : create.path();
            checkSyntax(path);
            refuseIf(overlay.find(path) != null, ErrorCode.NODE_EXISTS);
            refuseIf(kind(parent.owner) == NodeKind.EPHEMERAL, ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
            int length = length(create.data());
            quotas.check(path, length, 1);
            int parentCversion = parent.cversion + 1;
            adopt(parent, parentCversion);
            quotas.created(path, length);
            overlay.put(null, PendingNode.created(path, zxid, wallMs, owner(create, mode), acl, create.data()));
            return body(create, mode, path, acl, parentCversion);
        }

        private long owner(WriteOp.Create create, CreateMode mode) {
            if (CreateRules.isContainer(create, mode)) {
                return NodeKind.CONTAINER_OWNER;
            }
            if (create.op() == OpCode.CREATE_TTL) {
                return NodeKind.ownerOfTtl(create.ttl());
            }
            return mode.isEphemeral() ? request.sessionId() : 0;
        }

        private TxnBody body(WriteOp.Create create, CreateMode mode, String path, List<Acl> acl, int parentCversion) {
            if (CreateRules.isContainer(create, mode)) {
                return new TxnBody.CreateContainer(path, create.data(), acl, parentCversion);
            }
            if (create.op() == OpCode.CREATE_TTL) {
                return new TxnBody.CreateTtl(path, create.data(), acl, parentCversion, create.ttl());
            }
            return new TxnBody.Create(create.op(), path, create.data(), acl, mode.isEphemeral(), parentCversion);
        }

        /** As applying will do it: a cversion never goes back, which it would after 2^31 children. */
        private void adopt(PendingNode parent, int cversion) {
            PendingNode changed = parent.changedBy(zxid);
            changed.childCount++;
            int effective = cversion == -1 ? parent.cversion + 1 : cversion;
            if (effective > parent.cversion) {
                changed.cversion = effective;
                changed.pzxid = zxid;
            }
            overlay.put(parent, changed);
        }

        private static String sequence(int cversion) {
            return String.format(Locale.ENGLISH, "%010d", cversion);
        }

        private static String parentForCreate(String path) throws RefusedException {
            int slash = path.lastIndexOf('/');
            refuseIf(slash < 0 || path.indexOf('\0') >= 0, ErrorCode.BAD_ARGUMENTS);
            return Paths.parent(path);
        }

        // --- delete

        private TxnBody delete(WriteOp.Delete delete) throws RefusedException {
            checkSession();
            String path = delete.path();
            String parentPath = parentForDelete(path);
            PendingNode parent = need(parentPath);
            PendingNode node = need(path);
            checkPermission(parent, Perms.DELETE);
            checkVersion(node.version, delete.version());
            refuseIf(node.childCount > 0, ErrorCode.NOT_EMPTY);
            remove(parent, node);
            return new TxnBody.Delete(path);
        }

        /** No session asks for this, and none is checked. */
        private TxnBody deleteContainer(String path) throws RefusedException {
            String parentPath = parentForDelete(path);
            PendingNode node = need(path);
            refuseIf(node.childCount > 0, ErrorCode.NOT_EMPTY);
            refuseIf(kind(node.owner) == NodeKind.EPHEMERAL, ErrorCode.BAD_VERSION);
            remove(need(parentPath), node);
            return new TxnBody.DeleteContainer(path);
        }

        private void remove(PendingNode parent, PendingNode node) {
            PendingNode changed = parent.changedBy(zxid);
            changed.childCount--;
            changed.pzxid = Math.max(parent.pzxid, zxid);
            overlay.put(parent, changed);
            overlay.put(node, PendingNode.removed(node.path, zxid));
            quotas.changed(node.path, -node.dataLength(), -1);
        }

        private static String parentForDelete(String path) throws RefusedException {
            boolean special = path.equals(Paths.ROOT)
                    || path.equals(DataTree.SYSTEM_PATH)
                    || path.equals(DataTree.QUOTA_PATH)
                    || path.equals(DataTree.CONFIG_PATH);
            refuseIf(special, ErrorCode.BAD_ARGUMENTS);
            return parentForCreate(path);
        }

        // --- the rest

        private TxnBody setData(WriteOp.SetData set) throws RefusedException {
            checkSession();
            checkSyntax(set.path());
            PendingNode node = need(set.path());
            checkPermission(node, Perms.WRITE);
            PendingNode changed = node.changedBy(zxid);
            changed.version = checkVersion(node.version, set.version());
            int difference = length(set.data()) - node.dataLength();
            quotas.check(set.path(), difference, 0);
            quotas.changed(set.path(), difference, 0);
            changed.mzxid = zxid;
            changed.mtime = wallMs;
            changed.dataOf = null;
            changed.data = set.data();
            overlay.put(node, changed);
            return new TxnBody.SetData(set.path(), set.data(), changed.version);
        }

        private TxnBody setAcl(WriteOp.SetAcl set) throws RefusedException {
            checkSession();
            checkSyntax(set.path());
            List<Acl> acl = fixUp(set.acl());
            PendingNode node = need(set.path());
            checkPermission(node, Perms.ADMIN);
            PendingNode changed = node.changedBy(zxid);
            changed.aversion = checkVersion(node.aversion, set.version());
            changed.acl = acl;
            overlay.put(node, changed);
            return new TxnBody.SetAcl(set.path(), acl, changed.aversion);
        }

        private TxnBody check(WriteOp.Check check) throws RefusedException {
            checkSession();
            checkSyntax(check.path());
            PendingNode node = need(check.path());
            checkPermission(node, Perms.READ);
            return new TxnBody.Check(check.path(), checkVersion(node.version, check.version()));
        }

        /** A session that is closing already is closed again, with nothing left to delete: its client may have been faster than its timeout. */
        private TxnBody closeSession() {
            long sessionId = request.sessionId();
            List<String> paths = overlay.ephemerals(sessionId);
            for (String path : paths) {
                PendingNode node = overlay.find(path);
                PendingNode parent = overlay.find(Paths.parent(path));
                if (node != null && parent != null) {
                    remove(parent, node);
                }
            }
            closing.put(sessionId, zxid);
            closings.add(new Closing(zxid, sessionId));
            return new TxnBody.CloseSession(isTooLong(paths) ? null : paths);
        }

        /**
         * Whether the paths would make a transaction that no peer can read (more than jute.maxbuffer). Without a body it stands for "all that
         * the session owns", which is the same: whatever is in flight before it is applied before it.
         */
        private boolean isTooLong(List<String> paths) {
            long bytes = 0;
            for (String path : paths) {
                bytes += Integer.BYTES + length(path);
            }
            return bytes > settings.maxField() / 2;
        }

        // --- checks

        private void checkSession() throws RefusedException {
            refuseIf(request.sessionVerdict() != ErrorCode.OK, request.sessionVerdict());
            refuseIf(isClosing(request.sessionId()), ErrorCode.SESSION_EXPIRED);
        }

        private List<Acl> fixUp(@Nullable List<Acl> acl) throws RefusedException {
            return authentication
                    .fixUp(acl, request.identities())
                    .orElseThrow(() -> new RefusedException(ErrorCode.INVALID_ACL));
        }

        private PendingNode need(String path) throws RefusedException {
            PendingNode node = overlay.find(path);
            if (node == null) {
                throw new RefusedException(ErrorCode.NO_NODE);
            }
            return node;
        }

        private void checkPermission(PendingNode node, int perm) throws RefusedException {
            refuseIf(!authentication.allows(node.acl, perm, request.identities()), ErrorCode.NO_AUTH);
        }

        private NodeKind kind(long owner) {
            return NodeKind.of(owner, settings.extendedTypesEnabled());
        }
    }

    private static void checkSyntax(String path) throws RefusedException {
        refuseIf(Paths.problem(path).isPresent(), ErrorCode.BAD_ARGUMENTS);
        boolean nameTooLong = path.length() > TreeLimits.MAX_NAME_BYTES
                && Paths.name(path).getBytes(StandardCharsets.UTF_8).length > TreeLimits.MAX_NAME_BYTES;
        refuseIf(nameTooLong, ErrorCode.BAD_ARGUMENTS);
    }

    /** @return the next version */
    private static int checkVersion(int current, int expected) throws RefusedException {
        refuseIf(expected != ANY_VERSION && expected != current, ErrorCode.BAD_VERSION);
        return current + 1;
    }

    private static void refuseIf(boolean condition, ErrorCode code) throws RefusedException {
        if (condition) {
            throw new RefusedException(code);
        }
    }

    /**
     * What the server that got a request must answer itself instead of forwarding it (client-protocol.md §12): a leader of the reference
     * stops the ensemble on a body that it cannot decode.
     *
     * @return {@link ErrorCode#OK} if it is to be forwarded
     */
    public static ErrorCode validate(int op, byte[] body, TreeSettings settings) {
        JuteReader in = new JuteReader(body, 0, body.length, settings.maxField());
        try {
            return switch (op) {
                case OpCode.CREATE,
                        OpCode.CREATE2,
                        OpCode.CREATE_CONTAINER,
                        OpCode.CREATE_TTL,
                        OpCode.DELETE,
                        OpCode.SET_DATA,
                        OpCode.SET_ACL -> CreateRules.validate(WriteOp.read(op, in));
                case OpCode.MULTI -> {
                    MultiRequest.read(in);
                    yield ErrorCode.OK;
                }
                case OpCode.RECONFIG -> validateReconfig(in);
                case OpCode.CLOSE_SESSION -> ErrorCode.OK;
                default -> ErrorCode.UNIMPLEMENTED;
            };
        } catch (JuteException e) {
            return ErrorCode.MARSHALLING_ERROR;
        }
    }

    private static ErrorCode validateReconfig(JuteReader in) {
        in.skipBuffer();
        in.skipBuffer();
        in.skipBuffer();
        in.readLong();
        return ErrorCode.OK;
    }
}
