package io.quorate.client.discovery;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/** Which of a service's instances to use next. Called by any number of threads. */
@FunctionalInterface
public interface Choice {
    /** No instance has this id. */
    String NOBODY = "";

    /** @param instances in the order of their ids; may be empty */
    Optional<ServiceInstance> choose(List<ServiceInstance> instances);

    /** Each in turn. */
    static Choice roundRobin() {
        AtomicInteger turn = new AtomicInteger();
        return instances -> instances.isEmpty()
                ? Optional.empty()
                : Optional.of(instances.get(Math.floorMod(turn.getAndIncrement(), instances.size())));
    }

    /** Any. */
    static Choice random(RandomGenerator random) {
        return instances ->
                instances.isEmpty() ? Optional.empty() : Optional.of(instances.get(random.nextInt(instances.size())));
    }

    /** The same as long as it is there; another one chooses its successor. */
    static Choice sticky(Choice other) {
        AtomicReference<String> chosen = new AtomicReference<>(NOBODY);
        return instances -> {
            String id = Objects.requireNonNullElse(chosen.get(), NOBODY);
            Optional<ServiceInstance> same =
                    instances.stream().filter(each -> each.id().equals(id)).findFirst();
            if (same.isPresent()) {
                return same;
            }
            Optional<ServiceInstance> next = other.choose(instances);
            chosen.compareAndSet(id, next.map(ServiceInstance::id).orElse(NOBODY));
            return next;
        };
    }
}
