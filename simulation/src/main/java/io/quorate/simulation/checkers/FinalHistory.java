package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.simulation.World;
import io.quorate.simulation.client.History;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.Operation.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * At the end: what was acknowledged is there, once; what was refused is not; what is not known is there at most once; and nothing else is
 * there. Ephemerals are there exactly as long as their sessions.
 */
public final class FinalHistory {
    /** The audit does not look there. */
    private static final String SYSTEM = "/zookeeper/";

    private static final int SEQUENCE_DIGITS = 10;

    private final World world;
    private final History history;
    private final NavigableMap<String, FoundNode> tree;
    private final Set<Long> liveSessions;
    private final Map<String, Status> deletes = new HashMap<>();
    private final Set<String> explained = new HashSet<>();

    /**
     * @param tree path to node, of one server
     * @param liveSessions all sessions that somebody holds, long after the others' time-outs
     */
    public FinalHistory(World world, History history, NavigableMap<String, FoundNode> tree, Set<Long> liveSessions) {
        this.world = world;
        this.history = history;
        this.tree = tree;
        this.liveSessions = liveSessions;
    }

    public void check() {
        for (Operation write : history.writes()) {
            if (!write.deleted().isEmpty()) {
                deletes.put(write.deleted(), write.status());
            }
        }
        for (Operation write : history.writes()) {
            if (write.status() == Status.PENDING) {
                world.fail("every request is answered, or its connection ends", write.toString());
            }
            if (write.kind().isCreate()) {
                checkCreate(write);
            } else if (write.kind() == Operation.Kind.CREATE_SHARED) {
                explainShared(write);
            }
        }
        History.REGISTERS.forEach(this::checkRegister);
        History.REGISTERS.forEach(this::checkAcl);
        checkLimit();
        checkOwners();
        checkExplained();
    }

    private void checkCreate(Operation write) {
        List<String> made = made(write);
        explained.addAll(made);
        if (made.size() > 1) {
            world.fail("no write is there twice", write + " is there as " + made);
        }
        if (write.kind() == Operation.Kind.CREATE_ROOT) {
            if (!write.path().startsWith(SYSTEM) && write.status() == Status.ACKNOWLEDGED && made.isEmpty()) {
                world.fail("every acknowledged write is there", write.toString());
            }
            return;
        }
        for (String path : made) {
            FoundNode node = tree.get(path);
            if (node != null && !node.data().equals(write.token())) {
                world.fail("a node has the data that it was made with", path + " of " + write + " has " + node.data());
            }
        }
        if (write.status() == Status.REFUSED && !made.isEmpty()) {
            world.fail("no refused write is there", write + " is there as " + made);
        } else if (write.status() == Status.ACKNOWLEDGED) {
            checkAcknowledged(write, made);
        }
    }

    /** Which one of them made it, if it is there, is a question of their order. */
    private void explainShared(Operation write) {
        FoundNode node = tree.get(write.path());
        if (node != null && node.data().equals(write.token()) && write.status() != Status.REFUSED) {
            explained.add(write.path());
        }
    }

    private List<String> made(Operation write) {
        if (!write.kind().isSequential()) {
            return tree.containsKey(write.path()) ? List.of(write.path()) : List.of();
        }
        List<String> result = new ArrayList<>();
        for (String path : tree.tailMap(write.path(), true).keySet()) {
            if (!path.startsWith(write.path())) {
                break;
            }
            if (path.length() == write.path().length() + SEQUENCE_DIGITS) {
                result.add(path);
            }
        }
        return result;
    }

    private void checkAcknowledged(Operation write, List<String> made) {
        String path = write.resultPath();
        if (path == null) {
            return;
        }
        Status deleted = deletes.get(path);
        boolean gone = write.kind() == Operation.Kind.CREATE_TTL
                || (write.kind().isEphemeral() && !liveSessions.contains(write.sessionId()));
        if (!made.isEmpty() && !made.get(0).equals(path)) {
            world.fail("a write is there as it was acknowledged", write + " as " + path + " is there as " + made);
        } else if (made.isEmpty() && !gone && (deleted == null || deleted == Status.REFUSED)) {
            world.fail("every acknowledged write is there", write + ", " + path);
        } else if (!made.isEmpty() && deleted == Status.ACKNOWLEDGED) {
            world.fail("what was deleted is gone", path + " of " + write);
        }
        FoundNode node = tree.get(path);
        if (node != null && node.stat().czxid() != write.zxid()) {
            world.fail(
                    "a node has the zxid that its creation was acknowledged with",
                    path + " of " + write + " has " + Zxid.show(node.stat().czxid()));
        }
    }

    private void checkRegister(String register) {
        int acknowledged = 0;
        int unknown = 0;
        long newest = 0;
        Operation writer = null;
        FoundNode node = tree.get(register);
        for (Operation write : history.writes()) {
            if (!write.kind().setsRegister() || !write.register().equals(register)) {
                continue;
            }
            acknowledged += write.status() == Status.ACKNOWLEDGED ? 1 : 0;
            unknown += write.status() == Status.UNKNOWN ? 1 : 0;
            newest = write.status() == Status.ACKNOWLEDGED ? Math.max(newest, write.zxid()) : newest;
            if (node != null && write.token().equals(node.data())) {
                writer = write;
            }
        }
        if (node == null) {
            if (acknowledged > 0) {
                world.fail("every acknowledged write is there", register + " is gone, with " + acknowledged);
            }
            return;
        }
        checkVersion(register, node, acknowledged, unknown);
        checkLastWrite(register, node, newest, writer);
    }

    private void checkVersion(String register, FoundNode node, int acknowledged, int unknown) {
        int version = node.stat().version();
        if (version < acknowledged || version > acknowledged + unknown) {
            world.fail(
                    "every acknowledged write counts once, every unknown one at most once",
                    register + " has version " + version + " after " + acknowledged + " acknowledged and " + unknown
                            + " unknown writes");
        }
    }

    private void checkLastWrite(String register, FoundNode node, long newest, @Nullable Operation writer) {
        long mzxid = node.stat().mzxid();
        boolean untouched = node.stat().version() == 0;
        boolean right = writer == null
                ? untouched
                : writer.status() == Status.UNKNOWN
                        || (writer.status() == Status.ACKNOWLEDGED && writer.zxid() == mzxid);
        if (!right || (!untouched && mzxid < newest)) {
            world.fail(
                    "a register holds the last write",
                    register + " holds " + node.data() + " of " + Zxid.show(mzxid) + ", written by " + writer
                            + "; the last acknowledged is at " + Zxid.show(newest));
        }
    }

    private void checkAcl(String register) {
        int acknowledged = 0;
        int unknown = 0;
        boolean explainedAcl = false;
        FoundNode node = tree.get(register);
        for (Operation write : history.writes()) {
            if (write.kind() != Operation.Kind.SET_ACL || !write.path().equals(register)) {
                continue;
            }
            acknowledged += write.status() == Status.ACKNOWLEDGED ? 1 : 0;
            unknown += write.status() == Status.UNKNOWN ? 1 : 0;
            explainedAcl |= write.status() != Status.REFUSED
                    && node != null
                    && write.token().equals(node.acl());
        }
        if (node == null) {
            return; // That it is gone is another check's concern.
        }
        int version = node.stat().aversion();
        if (version < acknowledged || version > acknowledged + unknown) {
            world.fail(
                    "every acknowledged change of an ACL counts once, every unknown one at most once",
                    register + " has ACL version " + version + " after " + acknowledged + " acknowledged and " + unknown
                            + " unknown changes");
        }
        if (version == 0 ? !node.acl().isEmpty() : !explainedAcl) {
            world.fail(
                    "an ACL is one that was set", register + " names \"" + node.acl() + "\", ACL version " + version);
        }
    }

    private void checkLimit() {
        List<String> nodes = tree.keySet().stream()
                .filter(path -> path.equals(History.LIMITED) || path.startsWith(History.LIMITED + "/"))
                .toList();
        if (nodes.size() > History.LIMIT) {
            world.fail(
                    "a hard quota is kept",
                    History.LIMITED + " has " + nodes.size() + " nodes, its limit is " + History.LIMIT + ": " + nodes);
        }
    }

    private void checkOwners() {
        tree.forEach((path, node) -> {
            long owner = node.stat().ephemeralOwner();
            if (owner != 0 && !liveSessions.contains(owner)) {
                world.fail(
                        "an ephemeral goes with its session",
                        path + " is still there, its session 0x" + Long.toHexString(owner) + " is not");
            }
        });
    }

    private void checkExplained() {
        for (String path : tree.keySet()) {
            if (!explained.contains(path)) {
                world.fail("nothing is there that nobody asked for", path);
            }
        }
    }
}
