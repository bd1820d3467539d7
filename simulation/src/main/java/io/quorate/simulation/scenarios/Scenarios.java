package io.quorate.simulation.scenarios;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All that there are. */
public final class Scenarios {
    private Scenarios() {}

    public static List<Scenario> all() {
        return Stream.of(
                        ProtocolScenarios.all(),
                        SyncScenarios.all(),
                        DiskScenarios.all(),
                        SnapshotScenarios.all(),
                        DivergenceScenarios.all(),
                        LivenessScenarios.all(),
                        ClientScenarios.all())
                .flatMap(List::stream)
                .toList();
    }

    public static Optional<Scenario> named(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
