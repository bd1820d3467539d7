package io.quorate.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.NoRoomException;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.simulation.disk.DiskOperation.Kind;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that fail at something, or fill up: nothing acknowledged is lost, and a log that failed is never trusted again. */
class StorageFaultTest {
    private static final int STEPS = 100;

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void zookeeper4882_anyChangeMayFailOnce(long seed) {
        SimulatedDisk whole = new SimulatedDisk(false);
        new BusyRun(whole, seed).run(STEPS);
        for (long failing = 1; failing <= whole.changes(); failing++) {
            long number = failing;
            SimulatedDisk disk = new SimulatedDisk(false);
            disk.failWhen(operation -> operation.kind() != Kind.READ && operation.number() == number);
            runAndRecover(disk, new BusyRun(disk, seed), "seed " + seed + ", failing change " + number);
        }
    }

    @Test
    void zookeeper3701_theDiskMayBeFullAtAnyTime() {
        for (int capacity = 0; capacity < 60_000; capacity += 701) {
            SimulatedDisk disk = new SimulatedDisk(true);
            disk.setCapacityBytes(capacity);
            BusyRun run = new BusyRun(disk, 13);
            try {
                run.run(STEPS);
            } catch (StorageException | AssertionError full) {
                // The server leaves the quorum, or does not start.
                assertThat(full).hasStackTraceContaining("disk is full");
            }
            disk.setCapacityBytes(Long.MAX_VALUE);
            recovers(disk, run.promises(), "capacity " + capacity);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void aDiskThatIsFullAndGetsRoomAgainKeepsEveryPromise(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedDisk disk = new SimulatedDisk(true);
        Promises promises = new Promises();
        Storage storage = BusyRun.start(disk, promises);
        int full = 0;
        for (int zxid = 1; zxid <= STEPS; zxid++) {
            byte[] txn = History.txn(zxid, zxid, random.nextInt(2000));
            promises.append(History.entry(zxid, txn));
            storage.log().append(zxid, txn);
            long used = Long.MAX_VALUE - disk.freeBytes(DiskDirectory.LOG);
            disk.setCapacityBytes(used + random.nextInt(6000));
            try {
                storage.log().force();
            } catch (NoRoomException e) {
                full++;
                disk.setCapacityBytes(Long.MAX_VALUE);
                recovers(disk, promises, "seed " + seed + ", full at " + zxid);
                assertThat(storage.log().force()).isEqualTo(zxid);
            }
            disk.setCapacityBytes(Long.MAX_VALUE);
            promises.acknowledgeUpTo(storage.log().durableZxid());
        }
        assertThat(full).isPositive();
        recovers(disk, promises, "seed " + seed);
    }

    private static void runAndRecover(SimulatedDisk disk, BusyRun run, String what) {
        try {
            run.runThroughFailures(STEPS);
        } catch (StorageException | AssertionError e) {
            // While it started: then it does not start.
            assertThat(e).as(what).hasStackTraceContaining("told to fail");
        }
        disk.failWhen(operation -> false);
        recovers(disk, run.promises(), what);
    }

    private static void recovers(SimulatedDisk disk, Promises promises, String what) {
        for (Survival survival : Survival.values()) {
            SimulatedDisk after = disk.afterCrash(survival, new SplittableRandom(what.hashCode()));
            try {
                BusyRun.start(after, promises.copy());
            } catch (AssertionError e) {
                throw new AssertionError(what + ", " + survival + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void aReadThatFailsStopsRecoveryOrCostsNothing() {
        SimulatedDisk disk = new SimulatedDisk(false);
        BusyRun run = new BusyRun(disk, 14);
        run.run(STEPS);
        int stopped = 0;
        int reads = readsOfRecovery(disk);
        for (int failing = 1; failing <= reads; failing++) {
            SimulatedDisk copy = disk.afterCrash(Survival.EVERYTHING, new SplittableRandom(1));
            int[] left = {failing};
            copy.failWhen(operation -> operation.kind() == Kind.READ && --left[0] == 0);
            try {
                BusyRun.start(copy, run.promises().copy());
            } catch (AssertionError e) {
                assertThat(e).hasMessageContaining(Promises.RECOVERS);
                stopped++;
            }
            copy.failWhen(operation -> false);
            BusyRun.start(copy, run.promises().copy());
        }
        assertThat(stopped).isPositive();
    }

    private static int readsOfRecovery(SimulatedDisk disk) {
        SimulatedDisk copy = disk.afterCrash(Survival.EVERYTHING, new SplittableRandom(1));
        int[] reads = {0};
        copy.failWhen(operation -> {
            reads[0] += operation.kind() == Kind.READ ? 1 : 0;
            return false;
        });
        History history = new History();
        new Storage(copy, BusyRun.SETTINGS, EventLog.NONE).recover(history, history);
        return reads[0];
    }

    @Test
    void whatAFailedForceLeftIsNotAcknowledgedAfterwards() {
        SimulatedDisk disk = new SimulatedDisk(true);
        Promises promises = new Promises();
        Storage storage = BusyRun.start(disk, promises);
        storage.log().append(1, History.txn(1, 1, 100));
        disk.failWhen(
                operation -> operation.kind() == Kind.FORCE && operation.name().equals("log.1"));
        assertThatThrownBy(() -> storage.log().force()).isInstanceOf(DiskException.class);
        disk.failWhen(operation -> false);
        assertThatThrownBy(() -> storage.log().force()).hasMessageContaining("refuses all work");
        assertThatThrownBy(() -> storage.log().durableZxid()).hasMessageContaining("refuses all work");
        assertThat(disk.contents(DiskDirectory.LOG, "log.1"))
                .as("the process still sees it")
                .isNotEmpty();
        SimulatedDisk after = disk.afterCrash(Survival.NOTHING, new SplittableRandom(1));
        BusyRun.start(after, promises);
        assertThat(promises.appended()).isEmpty();
    }

    @Test
    void whatAFailedForceLeftIsDurableBeforeTheNextProcessCountsOnIt() {
        SimulatedDisk disk = new SimulatedDisk(true);
        Promises promises = new Promises();
        Storage storage = BusyRun.start(disk, promises);
        byte[] txn = History.txn(1, 1, 100);
        promises.append(History.entry(1, txn));
        storage.log().append(1, txn);
        disk.failWhen(
                operation -> operation.kind() == Kind.FORCE && operation.name().equals("log.1"));
        assertThatThrownBy(() -> storage.log().force()).isInstanceOf(DiskException.class);
        SimulatedDisk killed = disk.afterCrash(Survival.EVERYTHING, new SplittableRandom(1));
        BusyRun.start(killed, promises);
        assertThat(promises.acknowledged())
                .as("the new process finds it in the file")
                .hasSize(1);
        SimulatedDisk powerLost = killed.afterCrash(Survival.NOTHING, new SplittableRandom(1));
        BusyRun.start(powerLost, promises);
        assertThat(promises.acknowledged()).hasSize(1);
    }
}
