package io.quorate.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.bugs.ForceIgnoringDisk;
import io.quorate.simulation.bugs.ForceIgnoringDisk.Ignored;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each force is there for a reason: without it, a crash of {@link StorageCrashTest} breaks a promise, and which one is named here. */
class MissingForceTest {
    private static final int STEPS = 150;
    private static final int SEEDS = 6;

    @ParameterizedTest
    @CsvSource({
        "LOG, an acknowledged transaction is missing",
        "LOG_CUT, the server does not start again",
        "LOG_DIRECTORY, an acknowledged transaction is missing",
        "SNAPSHOT, the server does not start again",
        "RECEIVED_SNAPSHOT, the server does not start again",
        "INTENT, the server does not start again",
        "EPOCH, the server does not start again",
        "DATA_DIRECTORY, an epoch went back"
    })
    void aForceThatIsLeftOutBreaksAPromise(Ignored ignored, String promise) {
        Map<String, Integer> broken = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS && !broken.containsKey(promise); seed++) {
            crashEverywhere(ignored, seed, promise, broken);
        }
        assertThat(broken).containsKey(promise);
    }

    private static void crashEverywhere(Ignored ignored, long seed, String wanted, Map<String, Integer> broken) {
        for (long crash = 1; !broken.containsKey(wanted); crash++) {
            // Two directories, so that forcing one does not force the other.
            SimulatedDisk disk = new SimulatedDisk(false);
            BusyRun run = new BusyRun(new ForceIgnoringDisk(disk, ignored), seed);
            disk.crashAfter(crash);
            try {
                run.run(STEPS);
                return;
            } catch (SimulatedCrash expected) {
                for (Survival survival : new Survival[] {Survival.NOTHING, Survival.ANY_PART}) {
                    recover(disk.afterCrash(survival, new SplittableRandom(crash)), run.promises(), broken);
                }
            }
        }
    }

    private static void recover(SimulatedDisk disk, Promises promises, Map<String, Integer> broken) {
        try {
            BusyRun.start(disk, promises.copy());
        } catch (AssertionError e) {
            String message = e.getMessage();
            broken.merge(message.substring(0, message.indexOf(':')), 1, Integer::sum);
        }
    }
}
