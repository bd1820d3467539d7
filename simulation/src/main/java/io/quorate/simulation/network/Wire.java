package io.quorate.simulation.network;

import io.quorate.simulation.World;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/** One direction of a connection: in order, late, and held back while a partition lasts. */
final class Wire<T> {
    private record Item<T>(long arrivesNanos, T content) {}

    private final World world;
    private final SimulatedNetwork network;
    private final long from;
    private final long to;
    private final Consumer<T> deliver;

    /** In the order of their arrival. */
    private final ArrayDeque<Item<T>> items = new ArrayDeque<>();

    private long lastArrivalNanos;
    private boolean cut;

    Wire(World world, SimulatedNetwork network, long from, long to, Consumer<T> deliver) {
        this.world = world;
        this.network = network;
        this.from = from;
        this.to = to;
        this.deliver = deliver;
    }

    void put(T content) {
        if (cut) {
            return;
        }
        lastArrivalNanos = Math.max(lastArrivalNanos, world.nowNanos() + network.latencyNanos(from, to));
        items.add(new Item<>(lastArrivalNanos, content));
        world.after(lastArrivalNanos - world.nowNanos(), this::pump);
    }

    /** Delivers what has arrived, unless a partition is in the way. */
    void pump() {
        while (!cut && !items.isEmpty() && items.getFirst().arrivesNanos() <= world.nowNanos()) {
            if (network.isBlocked(from, to)) {
                network.stall(this);
                return;
            }
            deliver.accept(items.removeFirst().content());
        }
    }

    /** Loses what is on its way; nothing is delivered any more. */
    void cut() {
        cut = true;
        items.clear();
    }
}
