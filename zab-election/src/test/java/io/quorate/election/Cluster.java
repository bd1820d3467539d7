package io.quorate.election;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Election machines in memory, each with its transport as production has it: one {@link Outbox} to every peer, so that only the newest
 * message waits, and the last one is repeated on a new connection. Nothing moves by itself: who drives this delivers messages and advances
 * the clock.
 */
final class Cluster {
    /** Far from zero, and wraps around after a second: deadlines must not care. */
    static final long START_NANOS = Long.MAX_VALUE - 1_000_000_000L;

    /** What happens, as lines of a conversation. */
    interface Listener {
        void line(String line);

        default void elected(long sid, PeerState role, Vote vote) {}
    }

    /** One direction of a connection. */
    record Link(long from, long to) {}

    private final ElectionSettings settings;
    private final Listener listener;
    private final Map<Long, Server> servers = new TreeMap<>();
    /** Links with a message that waits, in the order in which the messages came. */
    private final List<Link> pending = new ArrayList<>();

    private final Set<Link> cut = new HashSet<>();
    private long nowNanos = START_NANOS;

    Cluster(ElectionSettings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /** A server's process, from its start to its crash. */
    private final class Server implements ElectionPort, EventLog {
        private final long sid;
        private final EnsembleConfig config;
        private final Map<Long, Outbox> outboxes = new TreeMap<>();
        private final FastLeaderElection machine;

        private Server(long sid, EnsembleConfig config) {
            this.sid = sid;
            this.config = config;
            this.machine = new FastLeaderElection(settings, sid, this, this);
        }

        @Override
        public void send(long to, byte[] message) {
            outboxes.computeIfAbsent(to, t -> new Outbox()).offer(message);
            enqueue(new Link(sid, to));
        }

        @Override
        public void supersede(byte[] message) {
            outboxes.values().forEach(outbox -> outbox.supersede(message));
        }

        @Override
        public boolean anyDelivered() {
            return outboxes.values().stream().anyMatch(Outbox::isEmpty);
        }

        @Override
        public void connectAll() {
            listener.line(sid + ": dials all");
        }

        @Override
        public void elected(PeerState role, Vote vote) {
            listener.elected(sid, role, vote);
        }

        @Override
        public void newerConfig(EnsembleConfig newer) {
            listener.line(sid + ": is told of configuration version " + Long.toHexString(newer.version()));
        }

        @Override
        public void info(String message) {
            listener.line(sid + ": " + message);
        }

        @Override
        public void warn(String message) {
            listener.line(sid + ": WARNING " + message);
        }
    }

    // --- servers

    /** Starts the process if it does not run, and lets it look for a leader. */
    void look(long sid, EnsembleConfig config, long lastZxid, long currentEpoch) {
        Server server = servers.get(sid);
        if (server == null) {
            server = new Server(sid, config);
            servers.put(sid, server);
            for (Server other : servers.values()) {
                reconnect(new Link(other.sid, sid));
            }
        }
        server.machine.look(config, lastZxid, currentEpoch, nowNanos);
    }

    void crash(long sid) {
        server(sid);
        servers.remove(sid);
        pending.removeIf(link -> link.from() == sid);
    }

    boolean isRunning(long sid) {
        return servers.containsKey(sid);
    }

    Collection<Long> running() {
        return List.copyOf(servers.keySet());
    }

    FastLeaderElection machine(long sid) {
        return server(sid).machine;
    }

    EnsembleConfig config(long sid) {
        return server(sid).config;
    }

    private Server server(long sid) {
        return Optional.ofNullable(servers.get(sid))
                .orElseThrow(() -> new IllegalArgumentException("server " + sid + " does not run"));
    }

    // --- messages

    /** Links whose message can be delivered now, oldest message first. */
    List<Link> deliverable() {
        return pending.stream().filter(this::isUp).toList();
    }

    boolean isUp(Link link) {
        return !cut.contains(link) && servers.containsKey(link.from()) && servers.containsKey(link.to());
    }

    /** Delivers the message that waits on a link. */
    void deliver(Link link) {
        Server to = server(link.to());
        byte[] message = poll(link);
        listener.line(describe(link, message));
        to.machine.onMessage(link.from(), message, nowNanos);
    }

    /** Loses the message that waits on a link: it was sent on a connection that broke. */
    void drop(Link link) {
        listener.line(describe(link, poll(link)) + " (lost)");
    }

    /** A message that no machine of this cluster sent. */
    void inject(Link link, byte[] message) {
        listener.line(describe(link, message));
        server(link.to()).machine.onMessage(link.from(), message, nowNanos);
    }

    void cut(long a, long b) {
        cut.add(new Link(a, b));
        cut.add(new Link(b, a));
    }

    /** The two ends have a new connection. */
    void heal(long a, long b) {
        for (Link link : List.of(new Link(a, b), new Link(b, a))) {
            if (cut.remove(link)) {
                reconnect(link);
            }
        }
    }

    void healAll() {
        for (Link link : List.copyOf(cut)) {
            heal(link.from(), link.to());
        }
    }

    private void reconnect(Link link) {
        Server from = servers.get(link.from());
        Outbox outbox = from == null ? null : from.outboxes.get(link.to());
        if (outbox != null) {
            outbox.onConnected();
            if (!outbox.isEmpty()) {
                enqueue(link);
            }
        }
    }

    private void enqueue(Link link) {
        pending.remove(link);
        pending.add(link);
    }

    private byte[] poll(Link link) {
        pending.remove(link);
        Outbox outbox = server(link.from()).outboxes.get(link.to());
        byte[] message = outbox == null ? null : outbox.poll();
        if (message == null) {
            throw new IllegalArgumentException("nothing waits on " + link);
        }
        return message;
    }

    private static String describe(Link link, byte[] message) {
        return link.from() + " > " + link.to() + "  " + describe(message);
    }

    private static String describe(byte[] message) {
        try {
            Notification n = NotificationCodec.decode(0, message);
            return n.state() + " " + n.vote() + (n.version() == 2 ? "" : " version " + n.version());
        } catch (ElectionFormatException e) {
            return message.length + " bytes";
        }
    }

    // --- time

    long nowNanos() {
        return nowNanos;
    }

    /** Milliseconds since the beginning. */
    long nowMs() {
        return (nowNanos - START_NANOS) / 1_000_000;
    }

    /** Nanoseconds until the first machine has something to do; empty if none ever has. */
    Optional<Long> untilNextDeadline() {
        return servers.values().stream()
                .map(server -> server.machine.nextDeadlineNanos())
                .filter(deadline -> deadline != Long.MAX_VALUE)
                .map(deadline -> Math.max(0, deadline - nowNanos))
                .min(Long::compare);
    }

    /** Advances the clock and ticks every machine, in the order of their ids. */
    void advance(long nanos) {
        nowNanos += nanos;
        for (Server server : List.copyOf(servers.values())) {
            server.machine.onTick(nowNanos);
        }
    }

    /** Advances the clock deadline by deadline, and calls back after each. */
    void advance(long nanos, Consumer<Cluster> afterEach) {
        long end = nowNanos + nanos;
        for (Optional<Long> step = untilNextDeadline();
                step.isPresent() && step.get() <= end - nowNanos;
                step = untilNextDeadline()) {
            advance(step.get());
            afterEach.accept(this);
        }
        advance(end - nowNanos);
    }

    /** {@code 1 2 3} and {@code 1..3} as ids. */
    static List<Long> ids(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return List.of();
        }
        List<Long> ids = new ArrayList<>();
        for (String part : Arrays.asList(text.trim().split("\\s+"))) {
            int dots = part.indexOf("..");
            long first = Long.parseLong(dots < 0 ? part : part.substring(0, dots));
            long last = Long.parseLong(dots < 0 ? part : part.substring(dots + 2));
            for (long id = first; id <= last; id++) {
                ids.add(id);
            }
        }
        return ids;
    }
}
