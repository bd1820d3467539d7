package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.disk.ForceIgnoringDisk;
import io.quorate.simulation.disk.ForceIgnoringDisk.Ignored;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each force is there for a reason, seen from outside: with whole ensembles whose disks leave one kind of it out, something that was promised
 * is broken. The storage alone is asked in {@link io.quorate.simulation.disk.MissingForceTest}.
 */
class MissingForceInReplicasTest {
    /** The rarest, that of the intent to install a snapshot, was seen to matter in one seed of 150. */
    private static final int MAX_SEEDS = 2000;

    @ParameterizedTest
    @EnumSource
    void anEnsembleWhoseDisksLeaveAForceOutBreaksAPromise(Ignored ignored) {
        assertThat(LongStream.rangeClosed(1, MAX_SEEDS).anyMatch(seed -> isBroken(seed, ignored)))
                .as("one of %d seeds sees that the force of %s is missing", MAX_SEEDS, ignored)
                .isTrue();
    }

    private static boolean isBroken(long seed, Ignored ignored) {
        return new Simulation(seed, Trace.off(), disk -> new ForceIgnoringDisk(disk, ignored))
                        .run()
                        .violation()
                != null;
    }
}
