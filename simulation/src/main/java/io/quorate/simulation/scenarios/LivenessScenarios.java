package io.quorate.simulation.scenarios;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.Plan;
import io.quorate.simulation.ServerPlan;
import io.quorate.simulation.bugs.SnapshotSeals;
import io.quorate.simulation.disk.SimulatedDisk;
import io.quorate.simulation.server.Seams;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PacketType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** An ensemble that stands still is wrong too. */
final class LivenessScenarios {
    private static final int HEADER_BYTES = 44;

    private static final String SNAPSHOT = "snapshot.";

    private LivenessScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.of(
                        "zk-1277-history-that-ends-where-the-counter-does",
                        Plan.calm(3, 0).with(each -> each.snapshottingEvery(3)),
                        null,
                        LivenessScenarios::counterHasRunOut),
                Scenario.of(
                        "zk-1697-large-snapshots-and-the-quorum",
                        Plan.calm(3, 0).with(ServerPlan::sendingSnapshots),
                        null,
                        LivenessScenarios::largeSnapshots),
                of("zk-1732-joins-an-established-ensemble", 3, LivenessScenarios::joinsLate),
                of("zk-3109-long-outage-and-changed-minds", 5, LivenessScenarios::longOutage),
                of("zk-3756-unreachable-host-holds-nobody-up", 3, LivenessScenarios::unreachableHost),
                new Scenario(
                        "zk-3769-truncated-notification",
                        Plan.calm(3, 0),
                        () -> new Damaged(message -> Arrays.copyOf(message, message.length / 2)),
                        null,
                        false,
                        LivenessScenarios::electsAgainAndAgain),
                new Scenario(
                        "zk-4787-charset-of-an-election-message",
                        Plan.calm(3, 0),
                        () -> new Damaged(LivenessScenarios::inUtf16),
                        null,
                        false,
                        LivenessScenarios::electsAgainAndAgain),
                of("zk-3829-rolling-restart", 5, LivenessScenarios::rollingRestart),
                of("zk-2080-leader-stops-while-it-is-looked-for", 3, LivenessScenarios::leaderStopsAnywhere),
                of("zk-2687-leader-stops-in-synchronization", 3, LivenessScenarios::leaderStopsAnywhere),
                of("zk-2778-learner-stops-in-synchronization", 3, LivenessScenarios::learnerStopsAnywhere),
                of("zk-3531-stalled-peer-holds-nobody-up", 3, LivenessScenarios::stalledPeer));
    }

    private static Scenario of(String name, int voters, Stage.Script script) {
        return Scenario.of(name, Plan.calm(voters, 0), null, script);
    }

    private interface Damage {
        byte[] apply(byte[] message);
    }

    /** One election message in three of server 3 is damaged. */
    private static final class Damaged implements Seams {
        private final Damage damage;
        private int count;

        Damaged(Damage damage) {
            this.damage = damage;
        }

        @Override
        public byte[] election(ServerProcess process, byte[] message) {
            return process.id() == 3 && ++count % 3 == 0 ? damage.apply(message) : message;
        }
    }

    private static byte[] inUtf16(byte[] message) {
        if (message.length <= HEADER_BYTES) {
            return message;
        }
        String text = new String(message, HEADER_BYTES, message.length - HEADER_BYTES, StandardCharsets.UTF_8);
        byte[] other = text.getBytes(StandardCharsets.UTF_16);
        byte[] result = message.clone();
        System.arraycopy(other, 0, result, HEADER_BYTES, message.length - HEADER_BYTES);
        return result;
    }

    private static void electsAgainAndAgain(Stage stage) {
        stage.boot(1, 2, 3);
        for (int i = 0; i < 4; i++) {
            stage.write(2);
            long leader = stage.leader();
            stage.kill(leader);
            stage.leader();
            stage.boot(leader);
        }
        stage.settle();
    }

    /**
     * What an epoch leaves that has used all its numbers: two servers have its very last one, and the third, which has no log of it, lacks some.
     * The next epoch goes on behind it.
     */
    private static void counterHasRunOut(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(1);
        ScriptedClient client = stage.client(stage.leader());
        stage.writeUnanswered(client, 8);
        stage.pass(500);
        byte[] snapshot = newestSnapshot(stage.server(1).disk());
        long epoch = stage.epoch(1);
        long last = Zxid.of(epoch, Zxid.COUNTER_LIMIT - 1);
        client.vanish();
        stage.kill(1, 2, 3);
        for (long sid = 1; sid <= 3; sid++) {
            beginWith(stage.server(sid).disk(), snapshot, sid == 3 ? last - 2 : last);
        }
        stage.boot(1, 2, 3);
        long leader = stage.leader();
        stage.require("a new epoch has begun", stage.epoch(leader) == epoch + 1, "it is " + stage.epoch(leader));
        stage.write(5);
        stage.require(
                "the history goes on behind the last number",
                Zxid.epoch(stage.tree(leader).lastZxid()) == epoch + 1,
                stage.zxid(leader));
        stage.power(1, 2, 3);
        stage.boot(1, 2, 3);
        stage.write(2);
        stage.settle();
    }

    private static byte[] newestSnapshot(SimulatedDisk disk) {
        String newest = disk.list(DiskDirectory.DATA).stream()
                .filter(name -> name.startsWith(SNAPSHOT))
                .max(Comparator.comparingLong(name -> Long.parseUnsignedLong(name.substring(SNAPSHOT.length()), 16)))
                .orElseThrow();
        return disk.contents(DiskDirectory.DATA, newest);
    }

    /** Its history is that snapshot, which is of another time than it was. */
    private static void beginWith(SimulatedDisk disk, byte[] snapshot, long zxid) {
        for (DiskDirectory directory : DiskDirectory.values()) {
            for (String name : disk.list(directory)) {
                if (name.startsWith(SNAPSHOT) || name.startsWith("log.")) {
                    disk.delete(directory, name);
                }
            }
            disk.forceDirectory(directory);
        }
        disk.put(DiskDirectory.DATA, SNAPSHOT + Zxid.hex(zxid), SnapshotSeals.withZxid(snapshot, zxid));
    }

    private static void largeSnapshots(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(100);
        for (int i = 0; i < 3; i++) {
            stage.network().slowDown(5);
            long leader = stage.leader();
            stage.kill(leader);
            stage.leader();
            stage.boot(leader);
            stage.network().slowDown(1);
        }
        stage.settle();
    }

    private static void joinsLate(Stage stage) {
        stage.boot(1, 2);
        stage.write(5);
        stage.pass(10_000);
        stage.boot(3);
        stage.write(2);
        stage.settle();
    }

    private static void longOutage(Stage stage) {
        stage.boot(1, 2, 3, 4, 5);
        stage.write(3);
        stage.kill(1, 2, 3);
        stage.pass(20_000);
        stage.boot(1, 2, 3);
        stage.awaitServing(4, 5);
        stage.write(3);
        stage.settle();
    }

    /** One host answers nobody, not even with a refusal: the two others find each other nevertheless. */
    private static void unreachableHost(Stage stage) {
        stage.start(3);
        stage.isolate(3);
        stage.boot(1, 2);
        stage.write(2);
        stage.kill(stage.leader());
        stage.boot(1, 2);
        stage.write(2);
        stage.settle();
    }

    private static void rollingRestart(Stage stage) {
        stage.boot(1, 2, 3, 4, 5);
        for (long sid = 1; sid <= 5; sid++) {
            stage.write(2);
            stage.stopInOrder(sid);
            stage.write(2);
            stage.boot(sid);
        }
        stage.settle();
    }

    private static void leaderStopsAnywhere(Stage stage) {
        stage.boot(1, 2, 3);
        for (int type :
                new int[] {PacketType.LEADER_INFO, PacketType.DIFF, PacketType.NEW_LEADER, PacketType.UP_TO_DATE}) {
            stage.write(2);
            long old = stage.leader();
            for (long sid = 1; sid <= 3; sid++) {
                long each = sid;
                if (each != old) {
                    stage.whenSent(each, type, server -> server.stop());
                }
            }
            stage.kill(old);
            stage.pass(1_500);
            stage.forgetTriggers();
            stage.boot(1, 2, 3);
        }
        stage.settle();
    }

    private static void learnerStopsAnywhere(Stage stage) {
        stage.boot(1, 2, 3);
        for (int type :
                new int[] {PacketType.LEADER_INFO, PacketType.DIFF, PacketType.NEW_LEADER, PacketType.UP_TO_DATE}) {
            stage.write(2);
            long follower = stage.follower();
            stage.kill(follower);
            stage.whenGot(follower, type, server -> server.stop());
            stage.start(follower);
            stage.until("server " + follower + " stops", () -> !stage.isUp(follower));
            stage.boot(1, 2, 3);
        }
        stage.settle();
    }

    /** What is sent to one follower piles up; the other one and the clients do not wait for it. */
    private static void stalledPeer(Stage stage) {
        stage.boot(1, 2, 3);
        long leader = stage.leader();
        long stalled = stage.follower();
        stage.cutOneWay(leader, stalled);
        stage.write(20);
        stage.require("the leader goes on", stage.leaderNow() == leader, "server " + stage.leaderNow() + " leads");
        stage.settle();
    }
}
