package io.quorate.simulation.scenarios;

import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.EventType;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.Perms;
import io.quorate.protocol.SetWatchesRequest;
import io.quorate.simulation.Plan;
import io.quorate.simulation.ServerPlan;
import io.quorate.simulation.bugs.Bug;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a snapshot holds, and what comes out when the log is replayed on it: each server's digest at each zxid is compared all the time. */
final class SnapshotScenarios {
    private static final Plan PLAN = Plan.calm(3, 0).with(each -> each.snapshottingEvery(3));
    private static final int ANY_VERSION = -1;
    private static final int SERVERS = 3;

    /** Within that a snapshot is written. */
    private static final int SNAPSHOT_MS = 300;

    private SnapshotScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("zk-3127-multi-half-in-the-snapshot", SnapshotScenarios::multis),
                of("zk-3144-sessions-against-the-zxid", SnapshotScenarios::sessions),
                of("zk-3145-close-of-a-session-replayed", SnapshotScenarios::closesUnderAParent),
                of("zk-3249-cversion-goes-back-on-replay", SnapshotScenarios::sequences),
                Scenario.of(
                        "zk-3306-acl-id-missing-after-replay",
                        PLAN,
                        Bug.ACL_MISSING_IN_SNAPSHOT,
                        SnapshotScenarios::aclsComeAndGo),
                Scenario.of(
                        "zk-4846-acl-means-something-else-after-replay",
                        PLAN,
                        Bug.ACLS_MIXED_UP_IN_SNAPSHOT,
                        SnapshotScenarios::acls),
                Scenario.of(
                        "zk-4689-acl-missing-after-replay",
                        PLAN.with(ServerPlan::sendingSnapshots),
                        Bug.ACL_MISSING_IN_SNAPSHOT,
                        SnapshotScenarios::aclsOfALearner));
    }

    private static Scenario of(String name, Stage.Script script) {
        return Scenario.of(name, PLAN, Bug.SNAPSHOT_NAMED_TOO_NEW, script);
    }

    /** While snapshots are taken all the time, servers lose their power one after the other, and start from them. */
    private static void turbulence(Stage stage, int rounds, Stage.Script write) {
        stage.boot(1, 2, 3);
        for (int i = 0; i < rounds; i++) {
            write.play(stage);
            long victim = 1L + i % 3;
            stage.power(victim);
            write.play(stage);
            stage.boot(victim);
        }
        stage.power(1, 2, 3);
        stage.settle();
    }

    private static void multis(Stage stage) {
        int[] number = new int[1];
        turbulence(stage, 5, now -> {
            ScriptedClient client = now.client(now.leader());
            for (int i = 0; i < 4; i++) {
                String name = "/m" + ++number[0];
                int err = now.ask(client, OpCode.MULTI, out -> {
                    create(out, name);
                    create(out, name + "/a");
                    create(out, name + "/b");
                    MultiHeader.ofRequest(OpCode.DELETE).write(out);
                    new PathVersionRequest(name + "/a", ANY_VERSION).write(out);
                    MultiHeader.END.write(out);
                });
                now.require("a multi is done", err == 0, name + " got error " + err);
                now.mustBeThere(name + "/b");
                now.mustBeGone(name + "/a");
            }
        });
    }

    private static void create(JuteWriter out, String path) {
        MultiHeader.ofRequest(OpCode.CREATE).write(out);
        request(path, CreateMode.PERSISTENT).write(out);
    }

    private static CreateRequest request(String path, CreateMode mode) {
        return new CreateRequest(path, path.getBytes(StandardCharsets.UTF_8), Acl.OPEN, mode.flag());
    }

    private static void sessions(Stage stage) {
        int[] number = new int[1];
        turbulence(stage, 4, now -> {
            ScriptedClient closing = now.client(now.leader());
            String path = "/s" + ++number[0];
            now.createEphemeral(closing, path);
            now.ask(closing, OpCode.CLOSE_SESSION, out -> {});
            closing.vanish();
            ScriptedClient expiring = now.client(now.leader());
            now.createEphemeral(expiring, path + "x");
            expiring.vanish();
            now.mustBeGone(path);
            now.mustBeGone(path + "x");
            now.pass(1_500);
        });
    }

    private static void sequences(Stage stage) {
        int[] number = new int[1];
        turbulence(stage, 4, now -> {
            ScriptedClient client = now.client(now.leader());
            if (number[0]++ == 0) {
                now.ask(
                        client,
                        OpCode.CREATE,
                        out -> request("/q", CreateMode.PERSISTENT).write(out));
            }
            for (int i = 0; i < 4; i++) {
                ScriptedClient.Reply reply = now.answer(
                        client,
                        OpCode.CREATE,
                        out -> request("/q/x-", CreateMode.PERSISTENT_SEQUENTIAL)
                                .write(out));
                String path = String.valueOf(reply.body().readString());
                now.require(
                        "no number is given twice",
                        !path.equals("null"),
                        "error " + reply.header().err());
                now.delete(client, path);
            }
        });
    }

    /** Sessions end whose ephemerals have one parent. Replayed or not, it says when that was, and a child watch from before fires once. */
    private static void closesUnderAParent(Stage stage) {
        int[] number = new int[1];
        long[] seen = new long[1];
        turbulence(stage, 4, now -> {
            ScriptedClient closing = now.client(now.leader());
            if (number[0] == 0) {
                now.createNode(closing, "/p");
                seen[0] = closing.lastZxid();
            }
            String path = "/p/e" + ++number[0];
            now.createEphemeral(closing, path);
            ScriptedClient.Reply reply = now.answer(closing, OpCode.CLOSE_SESSION, out -> {});
            closing.vanish();
            now.mustBeGone(path);
            now.mustHavePzxid("/p", reply.header().zxid());
            now.write(1);
        });
        for (long sid = 1; sid <= SERVERS; sid++) {
            ScriptedClient watcher = stage.client(sid);
            watcher.send(
                    OpCode.SET_WATCHES, new SetWatchesRequest(seen[0], List.of(), List.of(), List.of("/p"))::write);
            stage.ask(watcher, OpCode.SYNC, out -> out.writeString("/"));
            stage.require(
                    "a child watch fires that has missed the end of a session",
                    watcher.events().size() == 1
                            && watcher.events().get(0).type() == EventType.NODE_CHILDREN_CHANGED.code(),
                    watcher.events() + " at server " + sid);
        }
    }

    private static List<Acl> acl(int number) {
        Acl own = new Acl(Perms.ALL, new Id("ip", "10.1.0." + number));
        return List.of(new Acl(Perms.READ | Perms.ADMIN, Acl.ANYONE), own);
    }

    private static void createWithAcl(Stage stage, ScriptedClient client, String path, int acl) {
        stage.createNode(client, path);
        stage.setAcl(client, path, acl(acl));
    }

    /** Each node has an ACL of its own, and gets the next one's now and then. */
    private static void acls(Stage stage) {
        int[] number = new int[1];
        turbulence(stage, 4, now -> {
            ScriptedClient client = now.client(now.leader());
            String path = "/a" + ++number[0];
            createWithAcl(now, client, path, number[0]);
            now.setAcl(client, path, acl(number[0] + 1));
            now.setAcl(client, path, acl(number[0]));
        });
    }

    /** An ACL goes with the last node that has it, and comes back with another: it has another id then. */
    private static void aclsComeAndGo(Stage stage) {
        int[] number = new int[1];
        turbulence(stage, 4, now -> {
            ScriptedClient client = now.client(now.leader());
            String first = "/first" + ++number[0];
            String second = "/second" + number[0];
            now.createNode(client, first);
            now.createNode(client, second);
            for (int i = 0; i < 2; i++) {
                now.setAcl(client, first, acl(1));
                now.setAcl(client, first, acl(2));
                now.setAcl(client, second, acl(1));
            }
        });
    }

    /** Who has missed it all gets the leader's snapshot while ACLs come and go; then it leads. */
    private static void aclsOfALearner(Stage stage) {
        stage.boot(1, 2);
        ScriptedClient client = stage.client(stage.leader());
        for (int i = 1; i <= 6; i++) {
            createWithAcl(stage, client, "/a" + i, i);
        }
        stage.pass(SNAPSHOT_MS);
        stage.start(SERVERS);
        for (int i = 1; i <= 6; i++) {
            stage.setAcl(client, "/a" + i, acl(i % 3 + 1));
        }
        stage.awaitServing(SERVERS);
        long leader = stage.leader();
        stage.power(leader);
        stage.leader();
        stage.write(2);
        stage.boot(leader);
        stage.settle();
    }
}
