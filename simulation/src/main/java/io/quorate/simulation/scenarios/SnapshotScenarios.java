package io.quorate.simulation.scenarios;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.SetAclRequest;
import io.quorate.simulation.Plan;
import io.quorate.simulation.bugs.Bug;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a snapshot holds, and what comes out when the log is replayed on it: each server's digest at each zxid is compared all the time. */
final class SnapshotScenarios {
    private static final Plan PLAN = Plan.calm(3, 0).with(each -> each.snapshottingEvery(3));
    private static final int ANY_VERSION = -1;

    private SnapshotScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("zk-3127-multi-half-in-the-snapshot", SnapshotScenarios::multis),
                of("zk-3144-sessions-against-the-zxid", SnapshotScenarios::sessions),
                of("zk-3145-close-of-a-session-replayed", SnapshotScenarios::sessions),
                of("zk-3249-cversion-goes-back-on-replay", SnapshotScenarios::sequences),
                of("zk-3306-acl-id-missing-after-replay", SnapshotScenarios::acls),
                of("zk-4846-acl-means-something-else-after-replay", SnapshotScenarios::acls),
                of("zk-4689-acl-missing-after-replay", SnapshotScenarios::acls));
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

    private static void acls(Stage stage) {
        int[] number = new int[1];
        turbulence(stage, 4, now -> {
            ScriptedClient client = now.client(now.leader());
            String path = "/a" + ++number[0];
            now.ask(
                    client,
                    OpCode.CREATE,
                    out -> request(path, CreateMode.PERSISTENT).write(out));
            for (int perms = 1; perms < 4; perms++) {
                int given = perms | 1 | 16;
                List<Acl> acl = List.of(new Acl(given, Acl.OPEN.get(0).id()));
                now.ask(client, OpCode.SET_ACL, out -> new SetAclRequest(path, acl, ANY_VERSION).write(out));
            }
            now.mustBeThere(path);
        });
    }
}
