package io.quorate.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.Storage;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A machine that stops at every single change of the disk in turn, and finds any part of what it had not forced (issue 4): all that was
 * acknowledged is there, nothing that was never proposed, no hole, no epoch went back; and it goes on from there.
 */
class StorageCrashTest {
    private static final int STEPS = 100;

    /** One directory and two, snapshots in gzip and in snappy, and every kind of change in every phase: the list is what keeps this test from shrinking. */
    @Test
    void everyCrashPointOfABusyRunRecovers() {
        CrashPoints points = new CrashPoints();
        for (long seed = 1; seed <= 2; seed++) {
            assertThat(crashEverywhere(seed, 1, points)).isGreaterThan(200);
        }
        assertThat(points.lines()).isEqualTo(CrashPoints.EXPECTED);
    }

    /** The process is killed before the intent to install a snapshot is durable, and the machine while recovery carries it out. */
    @Test
    void anIntentThatOnlyMemoryHoldsIsForcedBeforeItIsCarriedOut() {
        for (long crash = 155; crash <= 170; crash++) {
            crashAt(104, crash, 1, new CrashPoints());
        }
    }

    @Test
    @Tag("full")
    void everyCrashPointOfManyBusyRunsRecovers() {
        for (long seed = 100; seed < 120; seed++) {
            crashEverywhere(seed, 6, new CrashPoints());
        }
    }

    private static long crashEverywhere(long seed, int draws, CrashPoints points) {
        long changes = changesOf(seed, points);
        for (long crash = 1; crash <= changes; crash++) {
            crashAt(seed, crash, draws, points);
        }
        return changes;
    }

    private static void crashAt(long seed, long crash, int draws, CrashPoints points) {
        SimulatedDisk disk = new SimulatedDisk(seed % 2 == 0);
        BusyRun run = crashAt(disk, seed, crash);
        for (int d = 0; d < draws + 2; d++) {
            int draw = d;
            Survival survival = switch (draw) {
                case 0 -> Survival.EVERYTHING;
                case 1 -> Survival.NOTHING;
                default -> Survival.ANY_PART;
            };
            explained(seed, crash, draw, () -> {
                long drawSeed = (seed * 1_000_003 + crash) * 31 + draw;
                Supplier<SimulatedDisk> found = () -> disk.afterCrash(survival, new SplittableRandom(drawSeed));
                requireKept(found.get(), run);
                crashAgain(found, drawSeed, run.promises(), points);
            });
        }
    }

    /** Of a rebuild the operator is promised that what was there can be looked at. */
    private static void requireKept(SimulatedDisk disk, BusyRun run) {
        Set<String> names = new HashSet<>();
        for (DiskDirectory each : DiskDirectory.values()) {
            disk.allNames(each).forEach(name -> names.add(name.substring(name.indexOf('/') + 1)));
        }
        assertThat(names).containsAll(run.setAside());
    }

    private static long changesOf(long seed, CrashPoints points) {
        SimulatedDisk disk = new SimulatedDisk(seed % 2 == 0);
        BusyRun run = new BusyRun(disk, seed);
        points.watch(disk, run::phase);
        run.run(STEPS);
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

    /**
     * The server starts on what the first crash left, and goes on. Its machine stops once more, at each change of that in turn: what
     * recovery reported and what was added is there, and what was torn does not come back.
     */
    private static void crashAgain(Supplier<SimulatedDisk> found, long drawSeed, Promises before, CrashPoints points) {
        for (long crash = 1; ; crash++) {
            SimulatedDisk disk = found.get();
            Promises promises = before.copy();
            disk.crashAfter(crash);
            points.watch(disk, () -> BusyRun.Phase.RECOVERY);
            boolean stopped = stops(() -> startAndGoOn(disk, promises));
            Survival survival = crash % 2 == 0 ? Survival.NOTHING : Survival.ANY_PART;
            SimulatedDisk again = disk.afterCrash(survival, new SplittableRandom(drawSeed + crash));
            BusyRun.start(again, promises);
            if (!stopped) {
                return;
            }
        }
    }

    private static boolean stops(Runnable work) {
        try {
            work.run();
            return false;
        } catch (SimulatedCrash expected) {
            return true;
        }
    }

    private static void startAndGoOn(SimulatedDisk disk, Promises promises) {
        Storage storage = BusyRun.start(disk, promises);
        long epoch = promises.acceptedEpoch + 1;
        promises.acceptedEpochTried = epoch;
        storage.epochs().writeAcceptedEpochDurable(epoch);
        promises.acceptedEpoch = epoch;
        for (int i = 1; i <= 2; i++) {
            byte[] txn = History.txn(Zxid.of(epoch, i), 77, 40 * i);
            promises.append(History.entry(Zxid.of(epoch, i), txn));
            storage.log().append(Zxid.of(epoch, i), txn);
            promises.acknowledgeUpTo(storage.log().force());
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
