package io.quorate.simulation.network;

import io.quorate.simulation.Dice;
import io.quorate.simulation.Plan;
import io.quorate.simulation.World;
import io.quorate.zab.PeerListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What lies between servers, and between clients and servers. A partition holds back what is on a connection, as TCP does, and lets no
 * new one be made; a break loses what is on its way; a machine without power says nothing to those who talk to it until it is back.
 */
public final class SimulatedNetwork {
    private static final long MS = 1_000_000L;
    private static final long DIAL_RETRY_NANOS = 1_000 * MS;

    private record Direction(long from, long to) implements Comparable<Direction> {
        @Override
        public int compareTo(Direction other) {
            return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
        }
    }

    private final World world;
    private final Plan plan;
    private final Dice dice;
    private final Map<Long, ServerHost> running = new TreeMap<>();
    private final List<Long> serverIds = new ArrayList<>();
    private final Set<Direction> blocked = new TreeSet<>();
    private final Set<QuorumEnd> ends = new LinkedHashSet<>();
    private final Set<ClientLink> clientLinks = new LinkedHashSet<>();
    private final Set<ClientLink> dirty = new LinkedHashSet<>();
    private final ElectionLinks elections;

    /** Wires that something has arrived on, behind a partition. */
    private Set<Wire<?>> stalled = new LinkedHashSet<>();

    /** Ends whose other machine has lost its power, and learns of them when it is back. */
    private final Map<Long, List<QuorumEnd>> halfOpen = new TreeMap<>();

    private final Map<Long, List<ClientLink>> halfOpenClients = new TreeMap<>();

    /** Whether the day is bad: dials fail, messages get lost. */
    private boolean faulty = true;

    private long slowdown = 1;
    private final Map<Direction, Long> slowLinks = new TreeMap<>();

    public SimulatedNetwork(World world, Plan plan) {
        this.world = world;
        this.plan = plan;
        this.dice = world.dice("network");
        this.elections = new ElectionLinks(world, this);
        for (long sid = 1; sid <= plan.servers(); sid++) {
            serverIds.add(sid);
        }
    }

    // ---- machines

    public void started(ServerHost host) {
        running.put(host.id(), host);
        List<QuorumEnd> gone = halfOpen.remove(host.id());
        if (gone != null) {
            gone.forEach(end -> world.after(dice.between(0, 500 * MS), () -> end.reset("connection reset by peer")));
        }
        List<ClientLink> goneClients = halfOpenClients.remove(host.id());
        if (goneClients != null) {
            goneClients.forEach(
                    link -> world.after(dice.between(0, 500 * MS), () -> link.reset("connection reset by peer")));
        }
    }

    /**
     * A server runs no more.
     *
     * @param kernelLives whether its machine goes on, and ends the connections
     */
    public void stopped(ServerHost host, boolean kernelLives) {
        running.remove(host.id());
        elections.breakAll(host.id());
        for (QuorumEnd each : List.copyOf(ends)) {
            if (each.host() == host) {
                endOf(each, kernelLives);
            }
        }
        for (ClientLink each : List.copyOf(clientLinks)) {
            if (each.server() == host) {
                forget(each);
                if (kernelLives) {
                    each.hostKilled();
                } else {
                    halfOpenClients
                            .computeIfAbsent(host.id(), id -> new ArrayList<>())
                            .add(each);
                }
            }
        }
    }

    private void endOf(QuorumEnd end, boolean kernelLives) {
        ends.remove(end);
        QuorumEnd remote = end.remote();
        if (kernelLives) {
            end.hostKilled();
        } else if (remote != null) {
            halfOpen.computeIfAbsent(end.host().id(), id -> new ArrayList<>()).add(remote);
        }
    }

    @Nullable
    ServerHost running(long sid) {
        return running.get(sid);
    }

    List<Long> serverIds() {
        return serverIds;
    }

    // ---- quorum connections

    public void dial(ServerHost host, long to, PeerListener listener, long timeoutNanos) {
        long giveUpAt = world.nowNanos() + timeoutNanos;
        world.after(latencyNanos(host.id(), to), () -> finishDial(host, to, listener, giveUpAt));
    }

    private void finishDial(ServerHost host, long to, PeerListener listener, long giveUpAt) {
        if (!host.isAlive()) {
            return;
        }
        if (isBlocked(host.id(), to) || isBlocked(to, host.id())) {
            if (world.nowNanos() >= giveUpAt) {
                host.input(() -> listener.onClosed("the connect timed out", host.nowNanos()));
            } else {
                long wait = Math.min(DIAL_RETRY_NANOS, giveUpAt - world.nowNanos());
                world.after(wait, () -> finishDial(host, to, listener, giveUpAt));
            }
            return;
        }
        ServerHost there = running.get(to);
        if (there == null || dialFails()) {
            long latency = latencyNanos(to, host.id());
            world.after(latency, () -> host.input(() -> listener.onClosed("connection refused", host.nowNanos())));
            return;
        }
        QuorumEnd dialled = new QuorumEnd(world, this, host, to, listener);
        QuorumEnd accepted = new QuorumEnd(world, this, there, host.id(), null);
        dialled.connect(accepted);
        accepted.connect(dialled);
        ends.add(dialled);
        ends.add(accepted);
        accepted.accept();
    }

    public void flushPeers(ServerHost host) {
        for (QuorumEnd each : List.copyOf(ends)) {
            if (each.host() == host) {
                each.flush();
            }
        }
    }

    void forget(QuorumEnd end) {
        ends.remove(end);
    }

    int socketBytes() {
        return plan.weather().socketBytes();
    }

    /** How long the next piece of that many bytes is. */
    int pieceLength(int bytes) {
        return dice.chance(0.9) ? bytes : dice.between(1, bytes);
    }

    // ---- elections

    public void sendElection(ServerHost host, long to, byte[] message) {
        elections.send(host, to, message);
    }

    public void supersedeElection(ServerHost host, byte[] message) {
        elections.supersede(host, message);
    }

    public boolean electionAnyDelivered(ServerHost host) {
        return elections.anyDelivered(host);
    }

    public void electionConnectAll(ServerHost host) {
        for (long each : serverIds) {
            if (each != host.id()) {
                elections.connect(host, each);
            }
        }
    }

    boolean dialFails() {
        return faulty && dice.chance(0.05);
    }

    boolean electionMessageIsLost() {
        return faulty && dice.chance(0.02);
    }

    // ---- clients

    /** Dials; {@link ClientHost#onOpen} follows, or {@code refused} is run. */
    public void dial(ClientHost client, long to, Runnable refused) {
        world.after(latencyNanos(client.id(), to), () -> {
            ServerHost there = running.get(to);
            if (there == null || isBlocked(client.id(), to) || isBlocked(to, client.id()) || dialFails()) {
                world.after(latencyNanos(to, client.id()), refused);
                return;
            }
            ClientLink link = new ClientLink(world, this, client, there);
            clientLinks.add(link);
            link.accept();
        });
    }

    public void flushClients(ServerHost host) {
        if (dirty.isEmpty()) {
            return;
        }
        for (ClientLink each : List.copyOf(dirty)) {
            if (each.server() == host) {
                dirty.remove(each);
                each.flush();
            }
        }
    }

    void dirty(ClientLink link) {
        dirty.add(link);
    }

    void forget(ClientLink link) {
        clientLinks.remove(link);
        dirty.remove(link);
    }

    // ---- the weather

    long latencyNanos(long from, long to) {
        long factor = slowdown;
        if (!slowLinks.isEmpty()) {
            factor = Math.max(factor, slowLinks.getOrDefault(new Direction(from, to), 1L));
        }
        long most = plan.weather().latencyNanos() * factor;
        return !faulty || dice.chance(0.98) ? dice.between(most / 10, most) : dice.between(most, 10 * most);
    }

    boolean isBlocked(long from, long to) {
        return !blocked.isEmpty() && blocked.contains(new Direction(from, to));
    }

    public void block(long from, long to) {
        blocked.add(new Direction(from, to));
    }

    /** Ends one direction of a partition. */
    public void unblock(long from, long to) {
        if (blocked.remove(new Direction(from, to))) {
            world.after(latencyNanos(from, to), this::pumpStalled);
        }
    }

    void stall(Wire<?> wire) {
        stalled.add(wire);
    }

    private void pumpStalled() {
        Set<Wire<?>> waiting = stalled;
        stalled = new LinkedHashSet<>();
        waiting.forEach(Wire::pump);
    }

    /** Makes all messages slower; 1 for the usual. */
    public void slowDown(long factor) {
        slowdown = factor;
    }

    /** Makes all messages from one to the other slower; 1 for the usual. */
    public void slowLink(long from, long to, long factor) {
        if (factor == 1) {
            slowLinks.remove(new Direction(from, to));
        } else {
            slowLinks.put(new Direction(from, to), factor);
        }
    }

    /** Breaks all connections between two servers. */
    public void breakConnections(long one, long other) {
        elections.breakLink(one, other);
        for (QuorumEnd each : List.copyOf(ends)) {
            if (each.host().id() == one && each.remoteId() == other) {
                breakConnection(each);
            }
        }
        for (QuorumEnd each : List.copyOf(ends)) {
            if (each.host().id() == other && each.remoteId() == one) {
                breakConnection(each);
            }
        }
    }

    private void breakConnection(QuorumEnd end) {
        QuorumEnd remote = end.remote();
        end.reset("the connection broke");
        if (remote != null) {
            world.after(dice.between(0, 1000 * MS), () -> remote.reset("the connection broke"));
        }
    }

    /** One server is told that its connections to another one are gone, and the other is not. */
    public void dropTowards(long told, long other) {
        elections.breakLink(told, other);
        for (QuorumEnd each : List.copyOf(ends)) {
            if (each.host().id() == told && each.remoteId() == other) {
                each.reset("the connection broke");
            }
        }
    }

    /** Breaks the connections of clients to a server. */
    public void breakClients(long sid) {
        for (ClientLink each : List.copyOf(clientLinks)) {
            if (each.server().id() == sid) {
                each.reset("the connection broke");
            }
        }
    }

    /** The weather is fine from now on. */
    public void heal() {
        faulty = false;
        slowdown = 1;
        slowLinks.clear();
        blocked.clear();
        pumpStalled();
    }
}
