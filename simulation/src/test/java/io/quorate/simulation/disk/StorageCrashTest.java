package io.quorate.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.Storage;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A machine that stops at every single change of the disk in turn, and finds any part of what it had not forced (issue 4): all that was
 * acknowledged is there, nothing that was never proposed, no hole, no epoch went back; and it goes on from there.
 */
class StorageCrashTest {
    private static final int STEPS = 150;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyCrashPointOfABusyRunRecovers(long seed) {
        assertThat(crashEverywhere(seed, 2)).isGreaterThan(200);
    }

    @Test
    @Tag("full")
    void everyCrashPointOfManyBusyRunsRecovers() {
        for (long seed = 100; seed < 103; seed++) {
            crashEverywhere(seed, 6);
        }
    }

    private static long crashEverywhere(long seed, int draws) {
        long changes = changesOf(seed);
        for (long crash = 1; crash <= changes; crash++) {
            SimulatedDisk disk = new SimulatedDisk(seed % 2 == 0);
            BusyRun run = crashAt(disk, seed, crash);
            for (int d = 0; d < draws + 2; d++) {
                int draw = d;
                long at = crash;
                Survival survival = switch (draw) {
                    case 0 -> Survival.EVERYTHING;
                    case 1 -> Survival.NOTHING;
                    default -> Survival.ANY_PART;
                };
                explained(seed, at, draw, () -> {
                    long drawSeed = (seed * 1_000_003 + at) * 31 + draw;
                    recoverAndGoOn(disk.afterCrash(survival, new SplittableRandom(drawSeed)), run.promises());
                    crashWhileRecovering(disk, survival, drawSeed, run.promises());
                });
            }
        }
        return changes;
    }

    private static long changesOf(long seed) {
        SimulatedDisk disk = new SimulatedDisk(seed % 2 == 0);
        new BusyRun(disk, seed).run(STEPS);
        return disk.changes();
    }

    static BusyRun crashAt(SimulatedDisk disk, long seed, long crash) {
        BusyRun run = new BusyRun(disk, seed);
        disk.crashAfter(crash);
        try {
            run.run(STEPS);
        } catch (SimulatedCrash expected) {
            return run;
        }
        throw new AssertionError("the run ended before change " + crash);
    }

    /** What was found holds; what is added to it is there after another crash, and what was torn does not come back. */
    private static void recoverAndGoOn(SimulatedDisk disk, Promises before) {
        Promises promises = before.copy();
        Storage storage = new Storage(disk, BusyRun.SETTINGS, EventLog.NONE);
        BusyRun.start(storage, promises);
        for (int i = 1; i <= 3; i++) {
            long zxid = Zxid.of(promises.acceptedEpoch + 1, i);
            byte[] txn = History.txn(zxid, 77, 40 * i);
            if (i == 1) {
                storage.epochs().writeAcceptedEpochDurable(promises.acceptedEpoch + 1);
            }
            promises.append(History.entry(zxid, txn));
            storage.log().append(zxid, txn);
            promises.acknowledgeUpTo(storage.log().force());
        }
        promises.acceptedEpoch++;
        promises.acceptedEpochTried = promises.acceptedEpoch;
        SimulatedDisk again = disk.afterCrash(Survival.NOTHING, new SplittableRandom(1));
        BusyRun.start(new Storage(again, BusyRun.SETTINGS, EventLog.NONE), promises);
    }

    /** Recovery itself is interrupted at each of its own changes. */
    private static void crashWhileRecovering(
            SimulatedDisk crashed, Survival survival, long drawSeed, Promises promises) {
        for (long crash = 1; ; crash++) {
            SimulatedDisk disk = crashed.afterCrash(survival, new SplittableRandom(drawSeed));
            disk.crashAfter(crash);
            try {
                BusyRun.start(new Storage(disk, BusyRun.SETTINGS, EventLog.NONE), promises.copy());
                return;
            } catch (SimulatedCrash expected) {
                SimulatedDisk again = disk.afterCrash(Survival.ANY_PART, new SplittableRandom(drawSeed + crash));
                BusyRun.start(new Storage(again, BusyRun.SETTINGS, EventLog.NONE), promises.copy());
            }
        }
    }

    private static void explained(long seed, long crash, int draw, Runnable check) {
        try {
            check.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", crash after change " + crash + ", draw " + draw + ": " + e.getMessage(), e);
        }
    }
}
