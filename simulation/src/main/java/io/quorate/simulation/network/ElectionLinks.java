package io.quorate.simulation.network;

import io.quorate.election.Outbox;
import io.quorate.simulation.World;
import java.util.Map;
import java.util.TreeMap;

/**
 * The election connections between servers, one a pair: a message waits for its connection, a newer one takes its place, and what was sent
 * last is sent again on the next connection, as nobody knows what the broken one lost.
 */
final class ElectionLinks {
    /** One server's side of a connection. */
    private static final class Side {
        final ServerHost host;
        final Outbox outbox = new Outbox();
        boolean sentAny;

        /** The message before is still being written. */
        boolean writing;

        long lastArrivalNanos;

        Side(ServerHost host) {
            this.host = host;
        }
    }

    /** A connection between two servers. */
    private static final class Link {
        /** Raised with each break: what is on its way is lost. */
        int generation;

        boolean connected;
        boolean dialing;
    }

    private final World world;
    private final SimulatedNetwork network;
    private final Map<Long, Map<Long, Side>> sides = new TreeMap<>();
    private final Map<Long, Map<Long, Link>> links = new TreeMap<>();

    ElectionLinks(World world, SimulatedNetwork network) {
        this.world = world;
        this.network = network;
    }

    void send(ServerHost host, long to, byte[] message) {
        side(host, to).outbox.offer(message);
        connect(host, to);
    }

    void supersede(ServerHost host, byte[] message) {
        for (Side side : sidesOf(host).values()) {
            if (side.host == host) {
                side.outbox.supersede(message);
            }
        }
    }

    boolean anyDelivered(ServerHost host) {
        return sidesOf(host).values().stream()
                .anyMatch(side -> side.host == host && side.sentAny && side.outbox.isEmpty() && !side.writing);
    }

    /** Dials, unless it is connected. */
    void connect(ServerHost host, long to) {
        Link link = link(host.id(), to);
        if (link.connected) {
            write(host, to, link);
        } else if (!link.dialing) {
            link.dialing = true;
            world.after(network.latencyNanos(host.id(), to), () -> finishDial(host.id(), to, link));
        }
    }

    private void finishDial(long from, long to, Link link) {
        link.dialing = false;
        ServerHost here = network.running(from);
        ServerHost there = network.running(to);
        if (link.connected
                || here == null
                || there == null
                || network.isBlocked(from, to)
                || network.isBlocked(to, from)
                || network.dialFails()) {
            return;
        }
        link.connected = true;
        begin(here, to, link);
        begin(there, from, link);
    }

    private void begin(ServerHost host, long to, Link link) {
        Side side = side(host, to);
        side.writing = false;
        side.outbox.onConnected();
        write(host, to, link);
    }

    private void write(ServerHost host, long to, Link link) {
        Side side = side(host, to);
        if (side.writing || !link.connected) {
            return;
        }
        byte[] message = side.outbox.poll();
        if (message == null) {
            return;
        }
        side.sentAny = true;
        side.writing = true;
        int generation = link.generation;
        long latency = network.latencyNanos(host.id(), to);
        world.after(latency / 4, () -> written(host, to, link, generation));
        side.lastArrivalNanos = Math.max(side.lastArrivalNanos, world.nowNanos() + latency);
        world.after(side.lastArrivalNanos - world.nowNanos(), () -> arrive(host.id(), to, link, generation, message));
    }

    private void written(ServerHost host, long to, Link link, int generation) {
        if (link.generation == generation && host.isAlive()) {
            side(host, to).writing = false;
            write(host, to, link);
        }
    }

    private void arrive(long from, long to, Link link, int generation, byte[] message) {
        ServerHost host = network.running(to);
        if (link.generation != generation || host == null) {
            return;
        }
        if (network.isBlocked(from, to) || network.electionMessageIsLost()) {
            breakLink(from, to);
            return;
        }
        host.input(() -> host.electionMessage(from, message));
    }

    void breakLink(long one, long other) {
        Link link = link(one, other);
        link.generation++;
        link.connected = false;
    }

    /** All connections of a server are gone. */
    void breakAll(long sid) {
        for (long other : network.serverIds()) {
            if (other != sid) {
                breakLink(sid, other);
            }
        }
        sides.remove(sid);
    }

    private Map<Long, Side> sidesOf(ServerHost host) {
        return sides.computeIfAbsent(host.id(), id -> new TreeMap<>());
    }

    private Side side(ServerHost host, long to) {
        Side side = sidesOf(host).get(to);
        if (side == null || side.host != host) {
            side = new Side(host);
            sidesOf(host).put(to, side);
        }
        return side;
    }

    private Link link(long one, long other) {
        return links.computeIfAbsent(Math.min(one, other), id -> new TreeMap<>())
                .computeIfAbsent(Math.max(one, other), id -> new Link());
    }
}
