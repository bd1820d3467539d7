package io.quorate.simulation.client;

import io.quorate.protocol.Stat;
import io.quorate.protocol.WatcherType;
import io.quorate.simulation.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Draws what a client asks for next. */
final class Workload {
    /** None of them is ever deleted. */
    private static final List<String> PARENTS = List.of("/c", "/q", "/e", "/k", "/v");

    /** Where watches stay: nodes, and nodes with all below them. */
    private static final List<String> WATCHED = List.of("/r/0", "/r/1", "/r", "/c", "/e", "/v", "/v/0");

    /** Where a read may have left a watch, or one may stay. */
    private static final List<String> MAYBE_WATCHED =
            List.of("/r/0", "/r/1", "/r/2", "/c", "/q", "/e", "/k", "/r", "/v", "/v/0", "/v/1", "/v/2");

    private static final List<WatcherType> WATCHER_TYPES = List.of(WatcherType.values());

    private static final double CLOSE_CHANCE = 0.005;

    private final int client;
    private final Dice dice;
    private final Watches watches;
    private final List<String> mine = new ArrayList<>();
    private final Map<String, Integer> versions = new TreeMap<>();
    private final Map<String, Integer> aclVersions = new TreeMap<>();
    private int count;

    /** @param watches that the client has left */
    Workload(int client, Dice dice, Watches watches) {
        this.client = client;
        this.dice = dice;
        this.watches = watches;
    }

    Operation next(long sessionId, int xid, long floorZxid) {
        count++;
        Operation.Kind kind = dice.chance(CLOSE_CHANCE) ? Operation.Kind.CLOSE : dice.pick(SimulatedClient.MIX);
        String name = client + "-" + count;
        String register = dice.pick(History.REGISTERS);
        return switch (kind) {
            case CREATE_ROOT, CREATE -> node(kind, "/c/" + name, name, sessionId, xid, floorZxid);
            case CREATE_SEQUENTIAL -> node(kind, "/q/" + name + "-", name, sessionId, xid, floorZxid);
            case CREATE_EPHEMERAL -> node(kind, "/e/" + name, name, sessionId, xid, floorZxid);
            case CREATE_EPHEMERAL_SEQUENTIAL -> node(kind, "/e/" + name + "-", name, sessionId, xid, floorZxid);
            case DELETE -> node(kind, takeMine(), "", sessionId, xid, floorZxid);
            case SET_DATA ->
                new Operation(kind, sessionId, xid, "", register, name, drawVersion(register), false, floorZxid);
            case MULTI, MULTI_REFUSED ->
                new Operation(kind, sessionId, xid, "/c/" + name, register, name, -1, false, floorZxid);
            case MULTI_MOVE ->
                new Operation(kind, sessionId, xid, "/c/" + name, takeMine(), name, -1, false, floorZxid);
            case SET_ACL ->
                new Operation(kind, sessionId, xid, register, "", name, drawAclVersion(register), false, floorZxid);
            case CREATE_SHARED, DELETE_SHARED -> node(kind, dice.pick(History.SHARED), name, sessionId, xid, floorZxid);
            case CREATE_CONTAINER -> node(kind, "/k/" + name, name, sessionId, xid, floorZxid);
            case CREATE_TTL -> node(kind, "/t/" + name, name, sessionId, xid, floorZxid);
            case CREATE_LIMITED -> node(kind, History.LIMITED + "/" + name, name, sessionId, xid, floorZxid);
            case GET_CHILDREN ->
                new Operation(kind, sessionId, xid, drawParent(), "", "", -1, dice.chance(0.5), floorZxid);
            case ADD_WATCH -> new Operation(kind, sessionId, xid, dice.pick(WATCHED), "", "", -1, false, floorZxid);
            case REMOVE_WATCH, CHECK_WATCH -> ofWatcher(kind, sessionId, xid, floorZxid);
            case MULTI_READ -> new Operation(kind, sessionId, xid, register, "", "", -1, false, floorZxid);
            case GET_ACL -> new Operation(kind, sessionId, xid, register, "", "", -1, false, floorZxid);
            case GET_DATA, EXISTS ->
                new Operation(kind, sessionId, xid, drawRead(register), "", "", -1, dice.chance(0.5), floorZxid);
            case SYNC, CLOSE, GET_EPHEMERALS -> new Operation(kind, sessionId, xid, "", "", "", -1, false, floorZxid);
        };
    }

    /** Of one that is there, unless it fires first; or of one that may never have been. */
    private Operation ofWatcher(Operation.Kind kind, long sessionId, int xid, long floorZxid) {
        List<Watches.Left> left = watches.left();
        if (!left.isEmpty() && dice.chance(0.7)) {
            Watches.Left one = dice.pick(left);
            WatcherType type = dice.chance(0.2) ? WatcherType.ANY : one.type();
            return Operation.ofWatcher(kind, sessionId, xid, one.path(), type, floorZxid);
        }
        WatcherType type = dice.pick(WATCHER_TYPES);
        List<String> paths = switch (type) {
            case DATA -> dice.chance(0.5) ? History.REGISTERS : History.SHARED;
            case CHILDREN -> PARENTS;
            case PERSISTENT, PERSISTENT_RECURSIVE -> WATCHED;
            case ANY -> MAYBE_WATCHED;
        };
        return Operation.ofWatcher(kind, sessionId, xid, dice.pick(paths), type, floorZxid);
    }

    private static Operation node(
            Operation.Kind kind, String path, String token, long sessionId, int xid, long floorZxid) {
        return new Operation(kind, sessionId, xid, path, "", token, -1, false, floorZxid);
    }

    /** A node of this client's own, that nobody deletes twice; or one that never was. */
    private String takeMine() {
        return mine.isEmpty() ? "/c/nothing" : mine.remove(dice.between(0, mine.size() - 1));
    }

    private String drawRead(String register) {
        return dice.chance(0.4) ? dice.pick(History.SHARED) : register;
    }

    /** Now and then it is a node that never has children, and that goes. */
    private String drawParent() {
        return dice.chance(0.3) ? dice.pick(History.SHARED) : dice.pick(PARENTS);
    }

    private int drawVersion(String register) {
        return dice.chance(0.5) ? -1 : versions.getOrDefault(register, 0);
    }

    private int drawAclVersion(String register) {
        return dice.chance(0.5) ? -1 : aclVersions.getOrDefault(register, 0);
    }

    void onStat(String path, Stat stat) {
        versions.put(path, stat.version());
        aclVersions.put(path, stat.aversion());
    }

    void onAcknowledged(Operation operation) {
        String path = operation.resultPath();
        boolean own =
                operation.kind() != Operation.Kind.CREATE_ROOT && operation.kind() != Operation.Kind.CREATE_SHARED;
        if (path != null && own) {
            mine.add(path);
        }
    }
}
