package io.quorate.simulation.scenarios;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.Plan;
import io.quorate.simulation.ServerPlan;
import io.quorate.simulation.bugs.Bug;
import io.quorate.simulation.disk.DiskImage;
import io.quorate.simulation.disk.DiskOperation;
import io.quorate.simulation.disk.SimulatedDisk;
import io.quorate.simulation.server.SimulatedServer;
import io.quorate.zab.PacketType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Epoch files, and disks that are full, failing, or were cut off in the middle. */
final class DiskScenarios {
    private static final String ACCEPTED_EPOCH = "acceptedEpoch";
    private static final String CURRENT_EPOCH = "currentEpoch";
    private static final int SERVERS = 3;

    /** A new file, what is in it, its force, its name, and the force of that. */
    private static final int CHANGES_OF_AN_EPOCH_FILE = 5;

    private DiskScenarios() {}

    static List<Scenario> all() {
        return List.of(
                Scenario.breakingLate(
                        "zk-1653-crash-between-snapshot-and-epoch",
                        Plan.calm(3, 0).with(ServerPlan::sendingSnapshots),
                        Bug.LOST_FORCE_EPOCH,
                        DiskScenarios::crashBetweenSnapshotAndEpoch),
                late("zk-2354-half-written-epoch-file", Bug.LOST_FORCE_EPOCH, DiskScenarios::crashInEpochFile),
                of(
                        "zk-2307-accepted-epoch-below-current-epoch",
                        Bug.LOWER_ACCEPTED_EPOCH_TAKEN,
                        DiskScenarios::promiseBelowHistory),
                of(
                        "zk-4269-rename-of-the-epoch-file-fails",
                        Bug.EPOCH_RENAME_ERROR_IGNORED,
                        DiskScenarios::renameFails),
                of("zk-2247-leader-cannot-write-its-log", Bug.FORCE_ERROR_IGNORED, DiskScenarios::leaderCannotWrite),
                of("zk-3701-disk-full-and-trunc-fails", Bug.TRUNCATE_ERROR_IGNORED, DiskScenarios::truncFails),
                late("zk-2332-empty-last-log-file", Bug.LOST_FORCE_LOG_DIRECTORY, DiskScenarios::emptyLastLog),
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

    private static Scenario late(String name, Bug broken, Stage.Script script) {
        return Scenario.breakingLate(name, Plan.calm(3, 0), broken, script);
    }

    /** A new epoch begins, with somebody who is not there; at once all that belongs to it is committed by the others. */
    private static long newEpochWithout(Stage stage, long away) {
        long leader = stage.leader();
        if (stage.isUp(away)) {
            stage.kill(away);
            leader = stage.leader();
        }
        stage.power(leader);
        stage.boot(leader);
        stage.write(2);
        return stage.leader();
    }

    /** A follower has the snapshot of a leader, which is of a new epoch, and not that epoch yet, when the power goes; then a bit later, and so on. */
    private static void crashBetweenSnapshotAndEpoch(Stage stage) {
        stage.boot(1, 2, 3);
        long victim = stage.follower();
        SimulatedServer server = stage.server(victim);
        for (int changes = 0; changes < CHANGES_OF_AN_EPOCH_FILE; changes++) {
            int later = changes;
            long leader = newEpochWithout(stage, victim);
            long epoch = stage.epoch(leader);
            stage.whenSent(leader, PacketType.NEW_LEADER, any -> {
                stage.breakNow();
                server.crashAtFile(CURRENT_EPOCH, later, true);
            });
            stage.start(victim);
            stage.until("server " + victim + " loses its power, or serves", () -> isOver(stage, victim));
            server.disarm();
            if (changes == 0) {
                DiskImage left = server.disk().durable();
                stage.require(
                        "a snapshot of the new epoch is on the disk, and its epoch is not",
                        Zxid.epoch(left.lastZxid()) == epoch && left.epoch(CURRENT_EPOCH) < epoch,
                        Zxid.show(left.lastZxid()) + " and " + left.epoch(CURRENT_EPOCH));
            }
            requirePromises(stage);
            stage.boot(victim);
        }
        stage.settle();
    }

    private static boolean isOver(Stage stage, long sid) {
        return !stage.isUp(sid) || stage.isServing(sid);
    }

    /** No crash leaves what {@link #promiseBelowHistory} is about. */
    private static void requirePromises(Stage stage) {
        for (long sid = 1; sid <= SERVERS; sid++) {
            DiskImage disk = stage.server(sid).disk().durable();
            stage.require(
                    "no acceptedEpoch is below the currentEpoch",
                    disk.epoch(ACCEPTED_EPOCH) >= disk.epoch(CURRENT_EPOCH),
                    disk.epoch(ACCEPTED_EPOCH) + " and " + disk.epoch(CURRENT_EPOCH) + " at server " + sid);
        }
    }

    /** The power goes at each change of a follower's acceptedEpoch, and of what is not forced then any part may be left. */
    private static void crashInEpochFile(Stage stage) {
        stage.boot(1, 2, 3);
        long victim = stage.follower();
        for (int changes = 0; changes < CHANGES_OF_AN_EPOCH_FILE; changes++) {
            int later = changes;
            stage.whenSent(newEpochWithout(stage, victim), PacketType.LEADER_INFO, leader -> {
                stage.breakNow();
                stage.server(victim).crashAtFile(ACCEPTED_EPOCH, later, true);
            });
            stage.start(victim);
            stage.until("server " + victim + " loses its power", () -> !stage.isUp(victim));
            requirePromises(stage);
            stage.boot(victim);
        }
        crashAroundEpochs(stage);
        stage.settle();
    }

    /** The power goes at each change of an epoch file, of the leader's and of the others'. */
    private static void crashAroundEpochs(Stage stage) {
        for (int changes = 0; changes < 7; changes++) {
            stage.write(2);
            long victim = 1L + changes % 3;
            long leader = stage.leader();
            stage.kill(leader);
            stage.server(victim).crashAtFile("Epoch", changes, true);
            stage.start(1, 2, 3);
            stage.pass(700);
            stage.server(victim).disarm();
            requirePromises(stage);
            stage.boot(1, 2, 3);
        }
    }

    /** An acceptedEpoch comes from an older backup than the rest: this server has promised what it does not know, and says so. */
    private static void promiseBelowHistory(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long victim = stage.follower();
        stage.stopInOrder(victim);
        SimulatedDisk disk = stage.server(victim).disk();
        long older = disk.seen().epoch(CURRENT_EPOCH) - 1;
        disk.put(DiskDirectory.DATA, ACCEPTED_EPOCH, Long.toString(older).getBytes(StandardCharsets.US_ASCII));
        DiskImage found = disk.durable();
        stage.require(
                "acceptedEpoch is below currentEpoch",
                found.epoch(ACCEPTED_EPOCH) >= 0 && found.epoch(ACCEPTED_EPOCH) < found.epoch(CURRENT_EPOCH),
                found.epoch(ACCEPTED_EPOCH) + " and " + found.epoch(CURRENT_EPOCH));
        stage.server(victim).mayGiveUp();
        stage.start(victim);
        stage.require("a lost promise is noticed", !stage.isUp(victim), "the server started");
        stage.staysAway(victim);
        stage.write(2);
        stage.settle();
    }

    /** A follower cannot store its promise to a new leader, since the new file does not get its name: it must not give the promise. */
    private static void renameFails(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(3);
        long victim = stage.follower();
        newEpochWithout(stage, victim);
        for (String file : List.of(ACCEPTED_EPOCH, CURRENT_EPOCH)) {
            stage.server(victim).failOnly(DiskOperation.Kind.RENAME, file);
            stage.start(victim);
            stage.until("server " + victim + " ends, or serves", () -> isOver(stage, victim));
            stage.require(
                    "who cannot store an epoch does not serve in it",
                    !stage.isUp(victim),
                    "server " + victim + " does");
            stage.server(victim).mendDisk();
        }
        stage.boot(victim);
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
        stage.until("another leads", () -> stage.leaderOtherThan(old) != 0);
        stage.write(1);
        stage.whenSent(
                stage.leader(),
                PacketType.TRUNC,
                leader -> stage.server(old).failOnly(DiskOperation.Kind.TRUNCATE, "log."));
        stage.start(old);
        stage.untilNoTrigger("server " + old + " is sent TRUNC");
        stage.until("server " + old + " ends, or serves", () -> isOver(stage, old));
        stage.require(
                "who cannot take back what it has does not go on with it",
                !stage.isUp(old),
                "server " + old + " serves");
        stage.server(old).mendDisk();
        stage.boot(old);
        stage.power(1, 2, 3);
        stage.settle();
    }

    /** A server is stopped when a log file has been made and nothing is in it; then the power goes a bit later each time. */
    private static void emptyLastLog(Stage stage) {
        stage.boot(1, 2, 3);
        stage.write(2);
        long stopped = stage.follower();
        stage.stopInOrder(stopped);
        SimulatedDisk disk = stage.server(stopped).disk();
        disk.put(DiskDirectory.LOG, "log." + Zxid.hex(disk.seen().lastZxid() + 1), new byte[0]);
        stage.boot(stopped);
        stage.write(2);
        stage.breakNow();
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
