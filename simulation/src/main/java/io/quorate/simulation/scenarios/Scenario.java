package io.quorate.simulation.scenarios;

import io.quorate.simulation.Outcome;
import io.quorate.simulation.Plan;
import io.quorate.simulation.RunSpec;
import io.quorate.simulation.Trace;
import io.quorate.simulation.bugs.Bug;
import io.quorate.simulation.server.Seams;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One situation.
 *
 * @param name the number of ZooKeeper's issue, if there is one, and what it is about
 * @param plan what the ensemble is like
 * @param own what goes wrong on the wires of this scenario, whatever else does
 * @param broken the bug that it is there to see; null where no seam can take the protection away
 * @param breaksLate whether the script says from when on a bug is there; else it is from the beginning
 * @param script what happens
 */
public record Scenario(
        String name,
        Plan plan,
        Supplier<Seams> own,
        @Nullable Bug broken,
        boolean breaksLate,
        Stage.Script script) {
    static Scenario of(String name, Plan plan, @Nullable Bug broken, Stage.Script script) {
        return new Scenario(name, plan, () -> Seams.NONE, broken, false, script);
    }

    /** @param script says {@link Stage#breakNow} where its situation begins */
    static Scenario breakingLate(String name, Plan plan, Bug broken, Stage.Script script) {
        return new Scenario(name, plan, () -> Seams.NONE, broken, true, script);
    }

    /** @param spec the seed, and perhaps a bug that is switched on */
    public Outcome run(RunSpec spec, Trace trace) {
        return stage(spec, trace).play(script);
    }

    /** Where it will be played. */
    Stage stage(RunSpec spec, Trace trace) {
        return new Stage(spec, plan, own.get(), breaksLate, trace);
    }
}
