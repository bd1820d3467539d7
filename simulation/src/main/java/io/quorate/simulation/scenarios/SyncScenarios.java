package io.quorate.simulation.scenarios;

import io.quorate.jute.Zxid;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.simulation.Plan;
import io.quorate.simulation.ServerPlan;
import io.quorate.simulation.bugs.Bug;
import io.quorate.simulation.disk.DiskOperation;
import io.quorate.zab.PacketType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Synchronization and recovery. */
final class SyncScenarios {
    /** The force of its name. */
    private static final int LAST_CHANGE_OF_AN_EPOCH_FILE = 4;

    private SyncScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of(
                        "zk-1154-highest-zxid-absent-at-the-election",
                        Bug.TRUNC_ONE_TOO_SHORT,
                        SyncScenarios::highestAbsent),
                of("zk-1156-truncation-too-much-or-too-little", Bug.TRUNC_ONE_TOO_SHORT, SyncScenarios::highestAbsent),
                Scenario.breakingLate(
                        "zk-1319-data-missing-after-restart-and-expansion",
                        Plan.calm(3, 1),
                        Bug.LOST_FORCE_LOG,
                        SyncScenarios::expansion),
                Scenario.of(
                        "zk-1549-snapshot-of-uncommitted-state-survives-trunc",
                        Plan.calm(5, 0),
                        Bug.TRUNC_TAKEN_FOR_DIFF,
                        SyncScenarios::snapshotOfUncommitted),
                of("zk-2678-large-tree-slow-sync", null, SyncScenarios::largeTree),
                of("zk-2845-tree-kept-across-elections", Bug.TRUNC_ONE_TOO_SHORT, SyncScenarios::treeKept),
                of("zk-2846-diff-from-the-log-on-disk", Bug.TRUNC_ONE_TOO_SHORT, SyncScenarios::diffFromDisk),
                withSnapshots(
                        "zk-2872-snap-interrupted-before-forced",
                        Bug.LOST_FORCE_SNAP_RECEIVED,
                        SyncScenarios::snapInterrupted),
                late(
                        "zk-3023-diff-logged-after-newleader-acknowledged",
                        Bug.NEWLEADER_ACKED_BEFORE_HISTORY,
                        SyncScenarios::powerGoesBehindNewLeader),
                withSnapshots(
                        "zk-3104-newleader-queued-before-the-snapshot",
                        Bug.JOINER_MISSES_COMMITS,
                        ProtocolScenarios::commitsWhileJoining),
                withSnapshots(
                        "zk-3589-commits-while-a-snapshot-is-sent",
                        Bug.JOINER_MISSES_COMMITS,
                        ProtocolScenarios::commitsWhileJoining),
                withSnapshots(
                        "zk-3642-leader-dies-right-after-snap",
                        Bug.LOST_FORCE_SNAP_RECEIVED,
                        SyncScenarios::leaderDiesAfterSnap),
                Scenario.breakingLate(
                        "zk-3911-newleader-ack-before-diff-persisted",
                        Plan.calm(5, 0),
                        Bug.NEWLEADER_ACKED_BEFORE_HISTORY,
                        SyncScenarios::quorumOfJoinersLosesPower),
                Scenario.of(
                        "zk-4352-nothing-taken-for-a-prefix",
                        Plan.calm(3, 0).with(each -> each.snapshottingEvery(3)),
                        Bug.SNAP_SENT_AS_DIFF,
                        SyncScenarios::nothingIsNoPrefix),
                of(
                        "zk-4394-commit-behind-newleader-of-a-proposal-before-it",
                        Bug.JOINER_MISSES_COMMITS,
                        ProtocolScenarios::commitsWhileJoining),
                late("zk-4643-epoch-written-before-txns", Bug.EPOCH_BEFORE_HISTORY, SyncScenarios::crashAtEpochFile),
                late(
                        "zk-4646-newleader-ack-before-flush",
                        Bug.NEWLEADER_ACKED_BEFORE_HISTORY,
                        SyncScenarios::forcesComeLate),
                of(
                        "zk-4685-ack-overtakes-that-of-newleader",
                        Bug.ACK_OVERTAKES_NEWLEADER,
                        SyncScenarios::writesWhileElecting),
                of(
                        "zk-4712-two-log-threads-after-a-shutdown",
                        Bug.OLD_TERM_GOES_ON_WRITING,
                        SyncScenarios::bouncedWithSlowDisk),
                of(
                        "zk-4541-ephemeral-of-a-closed-session-stays",
                        Bug.OLD_TERM_GOES_ON_WRITING,
                        SyncScenarios::bouncedWithSlowDisk),
                late(
                        "zk-4785-follower-bounced-in-the-middle-of-diff",
                        Bug.EPOCH_BEFORE_HISTORY,
                        SyncScenarios::bouncedInDiff),
                Scenario.of(
                        "zk-4837-snapshot-newer-than-the-truncation",
                        Plan.calm(5, 0),
                        Bug.TRUNC_TAKEN_FOR_DIFF,
                        SyncScenarios::snapshotOfUncommitted),
                of("zk-4882-passing-disk-error", Bug.FORCE_ERROR_IGNORED, SyncScenarios::passingDiskError),
                withSnapshots("zk-4925-hole-in-the-log-spreads", Bug.SNAP_SENT_AS_DIFF, SyncScenarios::holeBySnap),
                of(
                        "zk-5010-diff-leaves-stale-ephemerals",
                        Bug.SESSION_END_LEFT_OUT_OF_DIFF,
                        SyncScenarios::ephemeralsGoByDiff),
                Scenario.of(
                        "zk-3526-read-only-server-and-a-mistaken-trunc",
                        Plan.calm(3, 0).with(ServerPlan::servingReadOnly),
                        Bug.READ_ONLY_SESSION_LOGGED,
                        SyncScenarios::lonelyServerComesBack));
    }

    private static Scenario of(String name, @Nullable Bug broken, Stage.Script script) {
        return Scenario.of(name, Plan.calm(3, 0), broken, script);
    }

    private static Scenario late(String name, Bug broken, Stage.Script script) {
        return Scenario.breakingLate(name, Plan.calm(3, 0), broken, script);
    }

    private static Scenario withSnapshots(String name, @Nullable Bug broken, Stage.Script script) {
        return Scenario.of(name, Plan.calm(3, 0).with(ServerPlan::sendingSnapshots), broken, script);
    }

    /** A deposed leader has logged what nobody else has. The others went on without it; it comes back, is cut back, and starts again. */
    private static void highestAbsent(Stage stage) {
        stage.boot(1, 2, 3);
        long old = stage.leader();
        stage.write(5);
        stage.logAlone(old, 4);
        stage.power(old);
        stage.heal();
        stage.until("another leads", () -> stage.leaderOtherThan(old) != 0);
        stage.write(3);
        stage.boot(old);
        stage.power(old);
        stage.boot(old);
        stage.power(1, 2, 3);
        stage.boot(1, 2, 3);
        stage.write(2);
        stage.settle();
    }

    private static void expansion(Stage stage) {
        stage.boot(1, 2);
        stage.write(6);
        stage.breakNow();
        stage.power(1, 2);
        stage.boot(1, 2);
        stage.write(3);
        stage.power(1, 2);
        stage.boot(1, 2);
        stage.boot(3, 4);
        stage.write(3);
        stage.power(1, 2);
        stage.boot(1, 2);
        stage.settle();
    }

    /**
     * A new server gets the whole tree from a leader that is never established: its snapshot has what was never committed. The others go on without
     * that, and it has to take back what is in its snapshot.
     */
    private static void snapshotOfUncommitted(Stage stage) {
        stage.boot(1, 2, 3, 4);
        long old = stage.leader();
        stage.write(4);
        stage.start(5);
        stage.isolate(5);
        stage.logAlone(old, 4);
        stage.power(1, 2, 3, 4);
        stage.heal();
        long other = old == 1 ? 2 : 1;
        stage.pass(200);
        stage.server(5).crashAtFile("currentEpoch", 0, true);
        stage.whenGot(other, PacketType.NEW_LEADER, server -> stage.power(other));
        stage.start(old, other);
        stage.until("server 5 has the tree of server " + old + ", and no epoch", () -> !stage.isUp(5));
        stage.power(old, other);
        for (long sid = 1; sid <= 4; sid++) {
            if (sid != old) {
                stage.start(sid);
            }
        }
        stage.leader();
        stage.write(2);
        stage.boot(5);
        stage.boot(old);
        stage.power(5, old);
        stage.settle();
    }

    private static void largeTree(Stage stage) {
        stage.boot(1, 2);
        stage.write(150);
        stage.network().slowDown(10);
        stage.start(3);
        stage.awaitServing(3);
        stage.settle();
    }

    /** Several elections, in which the deposed leader keeps its tree, and its log holds what its tree lacks. */
    private static void treeKept(Stage stage) {
        stage.boot(1, 2, 3);
        for (int i = 0; i < 3; i++) {
            long old = stage.leader();
            stage.write(2);
            stage.logAlone(old, 2);
            stage.until("another leads", () -> stage.leaderOtherThan(old) != 0);
            stage.heal();
            stage.awaitServing(1, 2, 3);
        }
        stage.power(1, 2, 3);
        stage.settle();
    }

    /** What was cut off here must not be served to others from the log on disk. */
    private static void diffFromDisk(Stage stage) {
        stage.boot(1, 2, 3);
        long old = stage.leader();
        long away = stage.follower();
        stage.power(away);
        stage.write(3);
        stage.logAlone(old, 3);
        stage.power(old);
        stage.heal();
        stage.boot(away, stage.third(old, away));
        stage.write(2);
        stage.power(away);
        stage.boot(old);
        stage.write(4);
        stage.power(stage.third(old, away), old);
        stage.boot(old, away);
        stage.write(1);
        stage.settle();
    }

    private static void snapInterrupted(Stage stage) {
        stage.boot(1, 2);
        stage.write(8);
        stage.server(3).crashAtFile("install.", 3, true);
        stage.start(3);
        stage.until("server 3 loses its power while it installs", () -> !stage.isUp(3));
        stage.boot(3);
        stage.power(3);
        stage.power(1, 2);
        stage.boot(2, 3);
        stage.settle();
    }

    /** Who is brought up to date by an established leader loses its power right behind its acknowledgement of NEWLEADER. */
    private static void powerGoesBehindNewLeader(Stage stage) {
        stage.boot(1, 2, 3);
        long behind = stage.follower();
        stage.power(behind);
        stage.write(10);
        long last = stage.tree(stage.leader()).lastZxid();
        stage.breakNow();
        stage.whenSent(behind, PacketType.ACK, server -> stage.power(behind));
        stage.start(behind);
        stage.untilNoTrigger("server " + behind + " acknowledges NEWLEADER");
        stage.until("server " + behind + " has lost its power", () -> !stage.isUp(behind));
        long left = stage.server(behind).disk().durable().lastZxid();
        stage.require(
                "what came before NEWLEADER is on the disk when that is acknowledged",
                left >= last,
                Zxid.show(left) + " of " + Zxid.show(last));
        long leader = stage.leader();
        stage.power(leader);
        stage.staysAway(leader);
        stage.boot(behind);
        stage.settle();
    }

    /** Two of five have missed what the others committed; with one of these they are the quorum that a leader begins with, and all three lose their power then. */
    private static void quorumOfJoinersLosesPower(Stage stage) {
        stage.boot(1, 2, 3, 4, 5);
        long first = stage.leader();
        List<Long> behind = stage.votersBut(first).subList(0, 2);
        List<Long> others = stage.votersBut(first).subList(2, 4);
        behind.forEach(stage::power);
        stage.write(10);
        stage.power(first);
        others.forEach(stage::power);
        stage.breakNow();
        stage.start(first);
        behind.forEach(stage::start);
        stage.until("they have a leader", () -> stage.leaderNow() != 0);
        stage.power(first);
        behind.forEach(stage::power);
        stage.staysAway(first);
        stage.staysAway(others.get(1));
        behind.forEach(stage::start);
        stage.boot(others.get(0));
        stage.settle();
    }

    /** The disk of a joiner that counts for the quorum takes its time; as soon as a quorum serves, it and the leader lose their power. */
    private static void forcesComeLate(Stage stage) {
        stage.boot(1, 2, 3);
        long first = stage.leader();
        long behind = stage.follower();
        long third = stage.third(first, behind);
        stage.power(behind);
        stage.write(10);
        stage.power(first, third);
        stage.server(behind).slowDisk(200);
        stage.breakNow();
        stage.start(first, behind);
        stage.until("server " + behind + " acknowledges NEWLEADER or a quorum serves", () -> stage.leaderNow() != 0);
        stage.power(first, behind);
        stage.staysAway(first);
        stage.boot(behind, third);
        stage.settle();
    }

    private static void leaderDiesAfterSnap(Stage stage) {
        stage.boot(1, 2, 3);
        long first = stage.leader();
        long behind = stage.follower();
        stage.kill(behind);
        stage.write(6);
        stage.whenGot(behind, PacketType.SNAP, server -> stage.after(3, () -> stage.kill(first)));
        stage.start(behind);
        stage.untilNoTrigger("server " + behind + " gets SNAP");
        stage.until("the leader is dead", () -> !stage.isUp(first));
        stage.awaitServing(behind);
        stage.write(3);
        stage.power(behind);
        stage.boot(behind);
        stage.settle();
    }

    private static void nothingIsNoPrefix(Stage stage) {
        stage.boot(1, 2);
        stage.write(12);
        stage.pass(200);
        stage.boot(3);
        stage.settle();
    }

    /** The power goes at each change of an epoch file while a follower that is behind is brought up to date. */
    private static void crashAtEpochFile(Stage stage) {
        stage.boot(1, 2, 3);
        for (int changes = 0; changes < 6; changes++) {
            long behind = stage.follower();
            stage.kill(behind);
            stage.write(3);
            stage.server(behind).crashAtFile("currentEpoch", changes, true);
            stage.breakNow();
            stage.start(behind);
            stage.until(
                    "server " + behind + " loses its power, or it serves",
                    () -> !stage.isUp(behind) || stage.isServing(behind));
            stage.server(behind).disarm();
            long leader = stage.leader();
            stage.kill(leader);
            stage.boot(behind, stage.third(leader, behind));
            stage.boot(leader);
        }
        stage.settle();
    }

    private static void writesWhileElecting(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        for (int i = 0; i < 3; i++) {
            long leader = stage.leader();
            stage.kill(leader);
            long next = stage.leader();
            ScriptedClient client = stage.client(next);
            long epoch = stage.epoch(next);
            stage.server(leader).slowDisk(50);
            stage.start(leader);
            for (int j = 0; j < 40; j++) {
                stage.after(10L * j, () -> stage.writeUnanswered(client, 1));
            }
            stage.awaitServing(leader);
            stage.require(
                    "the leader does not give up",
                    stage.leaderNow() == next && stage.epoch(next) == epoch,
                    "server " + stage.leaderNow() + " leads epoch " + stage.epoch(next));
            stage.server(leader).slowDisk(1);
        }
        stage.settle();
    }

    /** A follower leaves its leader and comes back while its disk still writes what it was told before; meanwhile a session is closed. */
    private static void bouncedWithSlowDisk(Stage stage) {
        stage.boot(1, 2, 3);
        long leader = stage.leader();
        long follower = stage.follower();
        ScriptedClient owner = stage.client(leader);
        stage.createEphemeral(owner, "/mine");
        stage.server(follower).slowDisk(200);
        ScriptedClient writer = stage.client(leader);
        stage.write(writer, 5);
        stage.network().breakConnections(leader, follower);
        owner.vanish();
        stage.write(writer, 5);
        stage.network().breakConnections(leader, follower);
        stage.pass(2500);
        stage.mustBeGone("/mine");
        stage.settle();
        stage.power(follower);
        stage.settle();
    }

    /** While a follower with a slow disk gets the transactions of a new epoch, its power goes at each step of that, and last when it stores the epoch. */
    private static void bouncedInDiff(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long behind = stage.follower();
        stage.kill(behind);
        stage.write(10);
        long leader = stage.leader();
        stage.power(leader);
        stage.boot(leader);
        stage.server(behind).slowDisk(100);
        stage.breakNow();
        for (int type : new int[] {PacketType.DIFF, PacketType.PROPOSAL, PacketType.NEW_LEADER}) {
            stage.write(3);
            stage.whenGot(behind, type, server -> stage.power(behind));
            stage.start(behind);
            stage.until("server " + behind + " loses its power", () -> !stage.isUp(behind));
        }
        stage.server(behind).crashAtFile("currentEpoch", LAST_CHANGE_OF_AN_EPOCH_FILE, true);
        stage.start(behind);
        stage.until("server " + behind + " loses its power", () -> !stage.isUp(behind));
        stage.start(behind);
        long now = stage.leader();
        stage.whenGot(behind, PacketType.NEW_LEADER, server -> stage.network().breakConnections(now, behind));
        stage.untilNoTrigger("server " + behind + " gets NEWLEADER");
        stage.power(now);
        stage.settle();
    }

    /** One force fails. What a process does that goes on nevertheless is not on its disk. */
    private static void passingDiskError(Stage stage) {
        stage.boot(1, 2, 3);
        long follower = stage.follower();
        ScriptedClient client = stage.client(stage.leader());
        stage.write(client, 3);
        stage.server(follower).failOnly(DiskOperation.Kind.FORCE, "log.");
        stage.writeUnanswered(client, 5);
        stage.pass(300);
        stage.server(follower).mendDisk();
        stage.pass(300);
        stage.write(2);
        stage.power(1, 2, 3);
        stage.settle();
    }

    /** Who gets a snapshot has nothing before it: if it kept its old log, there would be a hole in what it has. */
    private static void holeBySnap(Stage stage) {
        stage.boot(1, 2, 3);
        long behind = stage.follower();
        stage.write(2);
        stage.power(behind);
        stage.write(6);
        stage.boot(behind);
        stage.write(2);
        stage.power(behind);
        stage.boot(behind);
        long leader = stage.leader();
        stage.power(leader);
        stage.write(2);
        stage.settle();
    }

    private static void ephemeralsGoByDiff(Stage stage) {
        stage.boot(1, 2, 3);
        long leader = stage.leader();
        long away = stage.follower();
        ScriptedClient owner = stage.client(leader);
        stage.createEphemeral(owner, "/mine");
        stage.kill(away);
        owner.vanish();
        stage.pass(3000);
        stage.mustBeGone("/mine");
        stage.boot(away);
        stage.settle();
        stage.power(stage.leader());
        stage.settle();
    }

    /** A server that serves read-only clients changes nothing, so that there is nothing to take back. */
    private static void lonelyServerComesBack(Stage stage) {
        stage.boot(1, 2, 3);
        long lonely = stage.follower();
        stage.write(3);
        String before = stage.zxid(lonely);
        stage.isolate(lonely);
        stage.pass(200);
        long logged = stage.server(lonely).disk().seen().lastZxid();
        ScriptedClient reader = stage.client(lonely, true);
        stage.require("what is there can be read", stage.exists(reader, "/n1"), "/n1 is not at server " + lonely);
        int err = stage.ask(reader, OpCode.DELETE, out -> new PathVersionRequest("/n1", -1).write(out));
        stage.require("nothing can be written", err == ErrorCode.NOT_READ_ONLY.code(), "error " + err);
        stage.pass(1_000);
        stage.require(
                "who has no leader logs nothing",
                stage.zxid(lonely).equals(before),
                "it was at " + before + " and is at " + stage.zxid(lonely));
        stage.write(2);
        stage.whenGot(lonely, PacketType.TRUNC, server -> stage.require("nothing is cut", false, "TRUNC came"));
        reader.vanish();
        stage.kill(lonely);
        long left = stage.server(lonely).disk().seen().lastZxid();
        stage.require(
                "who has no leader logs nothing", left == logged, Zxid.show(left) + " behind " + Zxid.show(logged));
        stage.heal();
        stage.boot(lonely);
        stage.settle();
    }
}
