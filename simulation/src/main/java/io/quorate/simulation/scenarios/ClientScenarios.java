package io.quorate.simulation.scenarios;

import io.quorate.jute.JuteLimits;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.EventType;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.SetWatchesRequest;
import io.quorate.protocol.WatcherEvent;
import io.quorate.simulation.Plan;
import io.quorate.simulation.bugs.Bug;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients see. */
final class ClientScenarios {
    private static final int ANY_VERSION = -1;

    /** Of ephemerals: with their names, far more than a transaction may be long. */
    private static final int MANY = 2_000;

    private static final int NAME_BYTES = 1_000;

    /** What a client library puts into one setWatches at most. */
    private static final int PART_BYTES = 128 * 1024;

    private ClientScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("zk-1667-event-type-after-a-reconnect", null, ClientScenarios::eventsAfterReconnect),
                of("zk-1863-responses-reordered", Bug.REPLIES_SWAPPED, ClientScenarios::repliesInOrder),
                of(
                        "zk-2355-ephemeral-stays-where-closing-failed",
                        Bug.SESSION_END_LEFT_OUT_OF_DIFF,
                        ClientScenarios::closedWhileAFollowerIsBehind),
                of("zk-2886-session-that-only-sends-multis-moves", null, ClientScenarios::multisAfterMoving),
                of("zk-2926-session-known-to-one-server-only", null, ClientScenarios::sessionMovesToEveryServer),
                of("zk-4508-client-learns-that-its-session-expired", null, ClientScenarios::expiryIsTold),
                Scenario.of(
                        "zk-1675-sync-at-a-deposed-leader",
                        Plan.calm(5, 0),
                        Bug.STALE_SYNC,
                        ClientScenarios::syncAtADeposedLeader),
                of("set-watches-larger-than-a-frame", null, ClientScenarios::manyWatches),
                of("close-of-a-session-with-many-ephemerals", null, ClientScenarios::manyEphemerals));
    }

    private static Scenario of(String name, @Nullable Bug broken, Stage.Script script) {
        return Scenario.of(name, Plan.calm(3, 0), broken, script);
    }

    private static CreateRequest create(String path, CreateMode mode) {
        return new CreateRequest(path, new byte[1], Acl.OPEN, mode.flag());
    }

    private static void requireOk(Stage stage, String what, int err) {
        stage.require(what, err == 0, "error " + err);
    }

    /** While a client is away, nodes that it watches are changed, deleted and made: it is told which was what, once each. */
    private static void eventsAfterReconnect(Stage stage) {
        stage.boot(1, 2, 3);
        long home = stage.follower();
        ScriptedClient writer = stage.client(stage.leader());
        ScriptedClient watcher = stage.client(home);
        for (String path : List.of("/changed", "/deleted", "/quiet")) {
            requireOk(
                    stage,
                    "a node is made",
                    stage.ask(writer, OpCode.CREATE, create(path, CreateMode.PERSISTENT)::write));
        }
        requireOk(stage, "a sync is answered", stage.ask(watcher, OpCode.SYNC, out -> out.writeString("/")));
        for (String path : List.of("/changed", "/deleted", "/quiet")) {
            requireOk(
                    stage,
                    "a node is read",
                    stage.ask(watcher, OpCode.GET_DATA, new PathWatchRequest(path, true)::write));
        }
        stage.ask(watcher, OpCode.EXISTS, new PathWatchRequest("/made", true)::write);
        watcher.disconnect();
        long seen = watcher.lastZxid();
        stage.ask(writer, OpCode.SET_DATA, new SetDataRequest("/changed", new byte[2], ANY_VERSION)::write);
        stage.ask(writer, OpCode.DELETE, new PathVersionRequest("/deleted", ANY_VERSION)::write);
        stage.ask(writer, OpCode.CREATE, create("/made", CreateMode.PERSISTENT)::write);
        stage.pass(200);
        watcher.connect(stage.third(home, stage.leader()));
        stage.until("the watcher is back", watcher::isConnected);
        List<String> watched = List.of("/changed", "/deleted", "/quiet");
        stage.ask(watcher, OpCode.SYNC, out -> out.writeString("/"));
        watcher.send(OpCode.SET_WATCHES, new SetWatchesRequest(seen, watched, List.of("/made"), List.of())::write);
        stage.until("three events come", () -> watcher.events().size() >= 3);
        stage.pass(300);
        requireEvent(stage, watcher, "/changed", EventType.NODE_DATA_CHANGED);
        requireEvent(stage, watcher, "/deleted", EventType.NODE_DELETED);
        requireEvent(stage, watcher, "/made", EventType.NODE_CREATED);
        stage.require(
                "no event comes without a change",
                watcher.events().size() == 3,
                watcher.events().toString());
        stage.settle();
    }

    private static void requireEvent(Stage stage, ScriptedClient client, String path, EventType type) {
        List<WatcherEvent> found = client.events().stream()
                .filter(each -> path.equals(each.path()))
                .toList();
        stage.require(
                "one event of the right type comes",
                found.size() == 1 && found.get(0).type() == type.code(),
                path + ": " + found + ", expected " + type);
    }

    /** Reads and writes by turns: each answer has the number of its request, and what a read shows is not older than the write before it. */
    private static void repliesInOrder(Stage stage) {
        stage.boot(1, 2, 3);
        ScriptedClient client = stage.client(stage.follower());
        requireOk(
                stage, "a node is made", stage.ask(client, OpCode.CREATE, create("/r", CreateMode.PERSISTENT)::write));
        for (int round = 0; round < 20; round++) {
            int[] xids = new int[6];
            for (int i = 0; i < xids.length; i++) {
                xids[i] = i % 2 == 0
                        ? client.send(OpCode.SET_DATA, new SetDataRequest("/r", new byte[1], ANY_VERSION)::write)
                        : client.send(OpCode.GET_DATA, new PathWatchRequest("/r", false)::write);
            }
            stage.until("all are answered", () -> client.reply(xids[xids.length - 1]) != null);
            for (int xid : xids) {
                stage.require(
                        "answers come in the order of the requests",
                        client.reply(xid) != null && client.order(xid) == xid,
                        "request " + xid + " was answered as number " + client.order(xid));
            }
        }
        stage.settle();
    }

    /** The end of a session is committed while a follower has not applied what came before; it loses its power over it, and comes back. */
    private static void closedWhileAFollowerIsBehind(Stage stage) {
        stage.boot(1, 2, 3);
        long leader = stage.leader();
        long slow = stage.follower();
        ScriptedClient owner = stage.client(leader);
        for (int i = 0; i < 20; i++) {
            stage.createEphemeral(owner, "/e" + i);
            stage.mustBeGone("/e" + i);
        }
        stage.server(slow).slowDisk(300);
        ScriptedClient writer = stage.client(leader);
        stage.write(writer, 5);
        int close = owner.send(OpCode.CLOSE_SESSION, out -> {});
        stage.until("the end of the session is committed", () -> owner.reply(close) != null);
        ScriptedClient.Reply end = owner.reply(close);
        long closed = end == null ? 0 : end.header().zxid();
        owner.vanish();
        // Long enough for the proposal to arrive, and too short for any force of this disk to be told of.
        stage.pass(5);
        long applied = stage.tree(slow).appliedZxid();
        stage.require(
                "the follower is behind when the session ends",
                applied < closed,
                "it has applied " + Zxid.show(applied) + " of " + Zxid.show(closed));
        stage.power(slow);
        stage.boot(slow);
        stage.write(2);
        stage.settle();
    }

    private static void multisAfterMoving(Stage stage) {
        stage.boot(1, 2, 3);
        ScriptedClient client = stage.client(1);
        int number = 0;
        for (long sid : new long[] {2, 3, 1, 3, 2}) {
            client.connect(sid);
            stage.until("the session moves to server " + sid, client::isConnected);
            for (int i = 0; i < 3; i++) {
                String path = "/m" + ++number;
                int err = stage.ask(client, OpCode.MULTI, out -> multi(out, path));
                requireOk(stage, "a multi is done where its session is now", err);
                stage.mustBeThere(path);
            }
        }
        stage.settle();
    }

    private static void multi(JuteWriter out, String path) {
        MultiHeader.ofRequest(OpCode.CREATE).write(out);
        create(path, CreateMode.PERSISTENT).write(out);
        MultiHeader.END.write(out);
    }

    private static void sessionMovesToEveryServer(Stage stage) {
        stage.boot(1, 2, 3);
        ScriptedClient client = stage.client(stage.follower());
        stage.createEphemeral(client, "/mine");
        for (long sid = 1; sid <= 3; sid++) {
            long next = sid;
            client.connect(next);
            stage.until("the session moves to server " + next, client::isConnected);
            stage.require(
                    "its ephemeral is there", stage.exists(client, "/mine"), "server " + next + " does not have it");
            stage.pass(2_000);
        }
        stage.kill(stage.leader());
        stage.leader();
        stage.pass(300);
        stage.boot(1, 2, 3);
        stage.until("the session has survived the leader", () -> client.isConnected() || client.isExpired());
        stage.settle();
    }

    private static void expiryIsTold(Stage stage) {
        stage.boot(1, 2, 3);
        ScriptedClient client = stage.client(stage.leader());
        stage.createEphemeral(client, "/mine");
        client.disconnect();
        stage.pass(4_000);
        for (long sid = 1; sid <= 3; sid++) {
            client.connect(sid);
            stage.until("server " + sid + " says that the session is over", client::isExpired);
        }
        stage.mustBeGone("/mine");
        stage.settle();
    }

    /** The old leader and one follower do not know yet that the others have elected another one. */
    private static void syncAtADeposedLeader(Stage stage) {
        stage.boot(1, 2, 3, 4, 5);
        long old = stage.leader();
        long faithful = stage.follower();
        ScriptedClient reader = stage.client(faithful);
        stage.write(2);
        for (long sid = 1; sid <= 5; sid++) {
            if (sid != old && sid != faithful) {
                stage.cut(sid, old);
                stage.cut(sid, faithful);
            }
        }
        // The three others are told at once that their leader is gone; the old one finds out by its time-outs only.
        for (long sid = 1; sid <= 5; sid++) {
            if (sid != old && sid != faithful) {
                stage.network().dropTowards(sid, old);
            }
        }
        long[] seen = new long[1];
        stage.until("the others have a leader", () -> {
            seen[0] = stage.leaderOtherThan(old);
            return seen[0] != 0;
        });
        if (!stage.isServing(faithful)) {
            return; // It was not slow enough this time.
        }
        ScriptedClient writer = stage.client(seen[0]);
        stage.write(writer, 1);
        long written = writer.lastZxid();
        int xid = reader.send(OpCode.SYNC, out -> out.writeString("/"));
        stage.pass(50);
        ScriptedClient.Reply reply = reader.reply(xid);
        stage.require(
                "a sync shows all that was acknowledged before it",
                reply == null || reply.header().zxid() >= written,
                "it was answered at " + (reply == null ? 0 : reply.header().zxid()) + ", written was " + written);
        stage.settle();
    }

    /** More than a frame holds in all: a client library sends them in parts, and each watch is there then. */
    private static void manyWatches(Stage stage) {
        stage.boot(1, 2, 3);
        ScriptedClient writer = stage.client(stage.leader());
        ScriptedClient client = stage.client(stage.follower());
        String name = "/" + "n".repeat(NAME_BYTES);
        List<String> part = new ArrayList<>();
        int total = 0;
        for (int i = 0; total <= JuteLimits.DEFAULT_MAX_BUFFER + PART_BYTES; i++) {
            part.add(name + i);
            total += NAME_BYTES;
            if (part.size() * NAME_BYTES >= PART_BYTES) {
                List<String> paths = List.copyOf(part);
                client.send(OpCode.SET_WATCHES, new SetWatchesRequest(0, List.of(), paths, List.of())::write);
                part.clear();
            }
        }
        requireOk(stage, "the connection lives", stage.ask(client, OpCode.SYNC, out -> out.writeString("/")));
        for (int i : new int[] {0, JuteLimits.DEFAULT_MAX_BUFFER / NAME_BYTES}) {
            stage.createNode(writer, name + i);
            stage.until(
                    "watch " + i + " fires",
                    () -> client.events().stream().anyMatch(event -> (name + i).equals(event.path())));
        }
        stage.require("the connection lives", client.isConnected(), "it is lost");
        stage.settle();
    }

    private static void manyEphemerals(Stage stage) {
        stage.boot(1, 2, 3);
        ScriptedClient client = stage.client(stage.leader());
        for (int i = 0; i < MANY; i++) {
            String path = "/" + "e".repeat(NAME_BYTES) + i;
            client.send(OpCode.CREATE, create(path, CreateMode.EPHEMERAL)::write);
            stage.mustBeGone(path);
        }
        requireOk(stage, "all are made", stage.ask(client, OpCode.SYNC, out -> out.writeString("/")));
        requireOk(stage, "the session is closed", stage.ask(client, OpCode.CLOSE_SESSION, out -> {}));
        client.vanish();
        stage.write(2);
        stage.power(stage.follower());
        stage.settle();
    }
}
