package io.quorate.simulation.scenarios;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.Plan;
import io.quorate.simulation.ServerPlan;
import io.quorate.simulation.bugs.Bug;
import io.quorate.simulation.disk.DiskOperation;
import io.quorate.simulation.disk.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Epoch files, and disks that are full, failing, or were cut off in the middle. */
final class DiskScenarios {
    private DiskScenarios() {}

    static List<Scenario> all() {
        return List.of(
                of("zk-1653-crash-between-snapshot-and-epoch", Bug.LOST_FORCE_EPOCH, DiskScenarios::crashAroundEpochs),
                of("zk-2354-half-written-epoch-file", Bug.LOST_FORCE_EPOCH, DiskScenarios::crashAroundEpochs),
                of(
                        "zk-2307-accepted-epoch-below-current-epoch",
                        Bug.ACCEPTED_EPOCH_NOT_STORED,
                        DiskScenarios::crashAroundEpochs),
                of("zk-4269-rename-of-the-epoch-file-fails", Bug.ACCEPTED_EPOCH_NOT_STORED, DiskScenarios::renameFails),
                of("zk-2247-leader-cannot-write-its-log", Bug.FORCE_ERROR_IGNORED, DiskScenarios::leaderCannotWrite),
                of("zk-3701-disk-full-and-trunc-fails", Bug.TRUNC_TAKEN_FOR_DIFF, DiskScenarios::truncFails),
                of("zk-2332-empty-last-log-file", Bug.LOST_FORCE_LOG_DIRECTORY, DiskScenarios::emptyLastLog),
                Scenario.of(
                        "snapshot-rots-before-it-is-sent",
                        Plan.calm(3, 0).with(ServerPlan::sendingSnapshots).with(each -> each.snapshottingEvery(3)),
                        null,
                        DiskScenarios::rottenSnapshotIsAskedFor),
                of(
                        "zk-3644-log-without-a-snapshot",
                        Bug.LOG_WITHOUT_SNAPSHOT_SKIPPED,
                        DiskScenarios::logWithoutSnapshot));
    }

    private static Scenario of(String name, @Nullable Bug broken, Stage.Script script) {
        return Scenario.of(name, Plan.calm(3, 0), broken, script);
    }

    /** The power goes at each change of an epoch file, of the leader's and of the others'. */
    private static void crashAroundEpochs(Stage stage) {
        stage.boot(1, 2, 3);
        for (int changes = 0; changes < 7; changes++) {
            stage.write(2);
            long victim = 1L + changes % 3;
            long leader = stage.leader();
            stage.kill(leader);
            stage.server(victim).crashAtFile("Epoch", changes, true);
            stage.start(1, 2, 3);
            stage.pass(700);
            stage.server(victim).disarm();
            stage.boot(1, 2, 3);
        }
        stage.settle();
    }

    private static void renameFails(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long victim = stage.follower();
        stage.kill(stage.leader());
        stage.server(victim).failDisk(3);
        stage.pass(1_000);
        stage.server(victim).mendDisk();
        stage.boot(1, 2, 3);
        stage.write(2);
        stage.settle();
    }

    /** The service goes on with another leader. */
    private static void leaderCannotWrite(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long leader = stage.leader();
        ScriptedClient client = stage.client(leader);
        stage.server(leader).failOnly(DiskOperation.Kind.FORCE, "log.");
        stage.staysAway(leader);
        stage.writeUnanswered(client, 2);
        stage.until("server " + leader + " gives up", () -> !stage.isUp(leader));
        stage.write(3);
        stage.settle();
    }

    /** The disk of one that has to be cut back refuses every change: it must not go on with what it has. */
    private static void truncFails(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long old = stage.leader();
        stage.logAlone(old, 3);
        stage.power(old);
        stage.heal();
        stage.until("another leads", () -> stage.leaderNow() != 0 && stage.leaderNow() != old);
        stage.write(1);
        stage.start(old);
        stage.until("server " + old + " runs", () -> stage.isUp(old));
        stage.server(old).failOnly(DiskOperation.Kind.TRUNCATE, "log.");
        stage.until("server " + old + " ends, or serves", () -> !stage.isUp(old) || stage.isServing(old));
        stage.server(old).mendDisk();
        stage.power(old);
        stage.boot(old);
        stage.power(1, 2, 3);
        stage.settle();
    }

    /** The power goes when a log file has been made and nothing is in it. */
    private static void emptyLastLog(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(2);
        for (int changes = 0; changes < 4; changes++) {
            long victim = stage.follower();
            stage.kill(victim);
            stage.server(victim).crashAtFile("log.", changes, true);
            stage.start(victim);
            for (int i = 0; i < 3 && stage.isUp(victim); i++) {
                stage.write(1);
                stage.pass(100);
            }
            stage.server(victim).disarm();
            stage.boot(1, 2, 3);
        }
        stage.power(1, 2, 3);
        stage.settle();
    }

    /** In every snapshot of the leader a node has another name: no learner may get such a tree, for it would hold it for the right one. */
    private static void rottenSnapshotIsAskedFor(Stage stage) {
        stage.boot(1, 2);
        stage.write(12);
        stage.pass(500);
        SimulatedDisk disk = stage.server(stage.leader()).disk();
        boolean turned = false;
        for (String name : disk.list(DiskDirectory.DATA)) {
            int at = new String(disk.contents(DiskDirectory.DATA, name), StandardCharsets.ISO_8859_1).indexOf("/n2");
            if (name.startsWith("snapshot.") && at >= 0) {
                disk.turnBit(DiskDirectory.DATA, name, 8L * (at + 2) + 6);
                turned = true;
            }
        }
        stage.require("the leader has a snapshot that is worth it", turned, "none has the node");
        stage.boot(3);
        stage.settle();
    }

    /** Somebody has deleted all snapshots: the beginning of the history is missing, and the server says so instead of starting with the rest. */
    private static void logWithoutSnapshot(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long victim = stage.follower();
        stage.stopInOrder(victim);
        for (String name : stage.server(victim).disk().list(DiskDirectory.DATA)) {
            if (name.startsWith("snapshot.")) {
                stage.server(victim).disk().delete(DiskDirectory.DATA, name);
            }
        }
        stage.server(victim).mayGiveUp();
        stage.start(victim);
        stage.require("a log without a snapshot is refused", !stage.isUp(victim), "the server started");
        stage.staysAway(victim);
        stage.settle();
    }
}
