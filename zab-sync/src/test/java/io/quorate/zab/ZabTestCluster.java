package io.quorate.zab;

import io.quorate.election.EnsembleConfig;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A whole ensemble's part of ZAB in one thread. Nothing happens by itself: a test delivers messages, completes disk work and lets time pass.
 * What is sent goes as bytes through a {@link QuorumStreamDecoder}.
 */
final class ZabTestCluster {
    interface Listener {
        void line(String line);
    }

    static final long MS = 1_000_000L;
    static final int MAX_STEPS = 100_000;

    /** Ticks of 2 s; initLimit 10, syncLimit 5. */
    static final ZabSettings SETTINGS = new ZabSettings(2000 * MS, 10, 5, 500, 0.33, false, SyncLimits.DEFAULTS);

    final Map<Long, TestServer> servers = new TreeMap<>();
    final Set<Long> observers = new TreeSet<>();
    final EnsembleConfig config;
    final ZabSettings settings;
    final Listener listener;
    final Checker checker = new Checker();
    final List<Link> links = new ArrayList<>();

    /** What was said, if nobody else listens. */
    List<String> lines = new ArrayList<>();

    /** Entries of the window of committed proposals. */
    int window = 500;

    long nowNanos = 1;

    /** What a disconnected process said last; null for none. */
    @Nullable
    String fatal;

    /** Changes a packet on its way from a server, or takes it away by returning null: what a broken peer would send. */
    interface Tap {
        @Nullable
        QuorumPacket pass(long from, long to, QuorumPacket packet);
    }

    Tap tap = (from, to, packet) -> packet;

    ZabTestCluster(Map<String, String> configEntries, ZabSettings settings, Listener listener) {
        this.config = EnsembleConfig.of(configEntries);
        this.settings = settings;
        this.listener = listener;
        observers.addAll(config.observers());
        config.servers().forEach(each -> addServer(each.id()));
    }

    /** A majority ensemble of servers 1 to {@code voters}, then {@code observerCount} observers. */
    static ZabTestCluster of(int voters, int observerCount) {
        return of(voters, observerCount, SETTINGS);
    }

    static ZabTestCluster of(int voters, int observerCount, ZabSettings settings) {
        List<String> lines = new ArrayList<>();
        ZabTestCluster cluster = new ZabTestCluster(entries(voters, observerCount), settings, lines::add);
        cluster.lines = lines;
        return cluster;
    }

    static Map<String, String> entries(int voters, int observerCount) {
        Map<String, String> entries = new TreeMap<>();
        for (int sid = 1; sid <= voters + observerCount; sid++) {
            entries.put("server." + sid, "host:2888:3888" + (sid > voters ? ":observer" : ":participant"));
        }
        return entries;
    }

    ZabTestCluster withWindow(int entries) {
        window = entries;
        servers.values().forEach(TestServer::restart);
        return this;
    }

    TestServer addServer(long sid) {
        TestServer server = new TestServer(this, sid);
        servers.put(sid, server);
        return server;
    }

    TestServer server(long sid) {
        TestServer server = servers.get(sid);
        if (server == null) {
            throw new IllegalArgumentException("there is no server " + sid);
        }
        return server;
    }

    Leader leader(long sid) {
        return Objects.requireNonNull(server(sid).leader);
    }

    Learner learner(long sid) {
        return Objects.requireNonNull(server(sid).learner);
    }

    // ---- driving
    // ---------------------------------------------------------------------------------------------------------------------

    /** Gives a server a durable past, and starts it. */
    void past(long sid, long acceptedEpoch, long currentEpoch, Proposal... log) {
        TestServer server = server(sid);
        server.disk.acceptedEpoch = acceptedEpoch;
        server.disk.currentEpoch = currentEpoch;
        server.disk.log = new ArrayList<>(Arrays.asList(log));
        server.restart();
    }

    static Proposal txn(long epoch, long counter) {
        return txn(Zxid.of(epoch, counter));
    }

    static Proposal txn(long zxid) {
        return new Proposal(zxid, ("t" + Zxid.hex(zxid)).getBytes(StandardCharsets.UTF_8));
    }

    /** Entries 1 to {@code count} of an epoch. */
    static Proposal[] txns(long epoch, int count) {
        Proposal[] result = new Proposal[count];
        for (int i = 0; i < count; i++) {
            result[i] = txn(epoch, i + 1);
        }
        return result;
    }

    /** Elects, and lets everything come to rest. */
    void elect(long leaderSid, long... followers) {
        server(leaderSid).lead();
        for (long each : followers) {
            server(each).follow(leaderSid);
        }
        settle();
    }

    /** Delivers and completes all until nothing is left to do. */
    void settle() {
        for (int i = 0; step(); i++) {
            if (i == MAX_STEPS) {
                throw new AssertionError("the machines never stop talking");
            }
        }
    }

    /** Delivers all messages, with the disks standing still. */
    void deliverAll() {
        for (int i = 0; deliverOne(); i++) {
            if (i == MAX_STEPS) {
                throw new AssertionError("the machines never stop talking");
            }
        }
    }

    private boolean step() {
        return deliverOne() || completeOne();
    }

    boolean deliverOne() {
        for (Link link : List.copyOf(links)) {
            for (Pipe pipe : link.pipes()) {
                if (pipe.isDeliverable()) {
                    pipe.deliver();
                    return true;
                }
            }
        }
        return false;
    }

    private boolean completeOne() {
        for (TestServer each : servers.values()) {
            if (each.hasReports()) {
                each.report();
                return true;
            }
            if (each.disk.hasWork()) {
                each.disk.complete(Integer.MAX_VALUE);
                return true;
            }
        }
        return false;
    }

    /** Completes all that waits for one disk. */
    void force(long sid) {
        TestServer server = server(sid);
        while (server.hasReports()) {
            server.report();
        }
        while (server.disk.hasWork()) {
            server.disk.complete(Integer.MAX_VALUE);
        }
    }

    /** Lets time pass in half ticks; what happens meanwhile is up to {@code between}. */
    void pass(long millis, Runnable between) {
        long end = nowNanos + millis * MS;
        while (nowNanos < end) {
            nowNanos = Math.min(end, nowNanos + settings.tickNanos() / 2);
            for (TestServer each : servers.values()) {
                each.tick();
            }
            between.run();
        }
    }

    void pass(long millis) {
        pass(millis, this::settle);
    }

    void fatal(TestServer server, String message) {
        fatal = message;
        server.crash();
    }

    /** The packets that have arrived at {@code to} from {@code from}, oldest first, without those that keep the connection alive. */
    List<String> heard(long from, long to) {
        String prefix = from + " > " + to + "  ";
        return lines.stream()
                .filter(each -> each.startsWith(prefix))
                .map(each -> each.substring(prefix.length()))
                .filter(each -> !each.startsWith("PING"))
                .toList();
    }

    /** What a server has applied, as counters and payloads. */
    List<String> tree(long sid) {
        return server(sid).tree.stream().map(ZabTestCluster::show).toList();
    }

    // ---- the network
    // -----------------------------------------------------------------------------------------------------------------

    void connect(TestServer from, long to, PeerListener dialler) {
        TestServer target = server(to);
        Link link = new Link(from, target, dialler);
        if (target.up && target.leader != null) {
            link.acceptor.listener = target.leader.accept();
            link.acceptor.decoder = link.acceptor.newDecoder();
            link.acceptor.queue.add(Message.OPEN);
            link.dialler.queue.add(Message.OPEN);
        } else {
            link.dialler.queue.add(new Message(Message.Kind.CLOSE, new byte[0], "connection refused"));
            link.acceptor.dead = true;
        }
        links.add(link);
    }

    void closeLinksOf(TestServer server, String reason) {
        for (Link each : List.copyOf(links)) {
            if (each.acceptor.owner == server) {
                each.acceptor.die();
                each.dialler.queue.add(new Message(Message.Kind.CLOSE, new byte[0], reason));
            } else if (each.dialler.owner == server) {
                each.dialler.die();
                each.acceptor.queue.add(new Message(Message.Kind.CLOSE, new byte[0], reason));
            }
        }
    }

    /** Breaks the connections between two servers; what is under way is lost. */
    void cut(long one, long other) {
        for (Link each : List.copyOf(links)) {
            if (each.isBetween(one, other)) {
                each.reset();
            }
        }
    }

    /** The pipe that carries what {@code from} says to {@code to}; the newest connection's. */
    Pipe pipe(long from, long to) {
        for (int i = links.size() - 1; i >= 0; i--) {
            for (Pipe pipe : links.get(i).pipes()) {
                if (pipe.owner.sid == to && pipe.peer().owner.sid == from) {
                    return pipe;
                }
            }
        }
        throw new IllegalArgumentException("no connection from " + from + " to " + to);
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Message(Kind kind, byte[] bytes, String text) {
        enum Kind {
            OPEN,
            BYTES,
            CLOSE
        }

        static final Message OPEN = new Message(Kind.OPEN, new byte[0], "");
    }

    /** A connection between a learner and a leader. */
    final class Link {
        final Pipe dialler;
        final Pipe acceptor;

        Link(TestServer from, TestServer to, PeerListener diallerListener) {
            dialler = new Pipe(this, from);
            acceptor = new Pipe(this, to);
            dialler.listener = diallerListener;
            dialler.decoder = dialler.newDecoder();
        }

        List<Pipe> pipes() {
            return List.of(dialler, acceptor);
        }

        boolean isBetween(long one, long other) {
            return (dialler.owner.sid == one && acceptor.owner.sid == other)
                    || (dialler.owner.sid == other && acceptor.owner.sid == one);
        }

        /** Both ends learn at once, and nothing else arrives. */
        void reset() {
            for (Pipe each : pipes()) {
                each.queue.clear();
                each.queue.add(new Message(Message.Kind.CLOSE, new byte[0], "connection reset"));
            }
        }

        private void forgetIfDone() {
            if (dialler.dead && acceptor.dead) {
                links.remove(this);
            }
        }
    }

    /** One end of a connection: the queue of what arrives there, and the channel that its owner sends by. */
    final class Pipe implements PeerChannel {
        private final Link link;
        final TestServer owner;
        private @Nullable PeerListener listener;
        private @Nullable QuorumStreamDecoder decoder;

        /** What was sent to the owner and has not arrived. */
        final ArrayDeque<Message> queue = new ArrayDeque<>();

        /** Bytes that may be under way to the owner before its peer is told to wait. */
        long capBytes = Long.MAX_VALUE;

        private long queuedBytes;
        private boolean wasFull;
        private boolean paused;
        private boolean closing;
        private boolean dead;

        /** The largest piece in which bytes arrive; 0 for as they were sent. */
        int pieceBytes;

        Pipe(Link link, TestServer owner) {
            this.link = link;
            this.owner = owner;
        }

        Pipe peer() {
            return link.dialler == this ? link.acceptor : link.dialler;
        }

        private QuorumStreamDecoder newDecoder() {
            return new QuorumStreamDecoder(new Spy(this), 1 << 20);
        }

        boolean isDeliverable() {
            return !dead && !queue.isEmpty() && (!paused || closing);
        }

        private void die() {
            dead = true;
            queue.clear();
            link.forgetIfDone();
        }

        void deliver() {
            Message message = queue.remove();
            PeerListener target = Objects.requireNonNull(listener);
            switch (message.kind()) {
                case OPEN -> target.onOpen(this, nowNanos);
                case BYTES -> arrive(message.bytes());
                default -> {
                    die();
                    tell("connection closed: " + message.text());
                    target.onClosed(message.text(), nowNanos);
                }
            }
            owner.endBatch();
        }

        private void tell(String text) {
            ZabTestCluster.this.listener.line(peer().owner.sid + " > " + owner.sid + "  " + text);
        }

        private void arrive(byte[] bytes) {
            queuedBytes -= bytes.length;
            QuorumStreamDecoder target = Objects.requireNonNull(decoder);
            int piece = pieceBytes == 0 ? Math.max(1, bytes.length) : pieceBytes;
            try {
                for (int at = 0; at < bytes.length && !dead; at += piece) {
                    target.onBytes(bytes, at, Math.min(piece, bytes.length - at), nowNanos);
                }
            } catch (JuteException e) {
                close("malformed: " + e.getMessage());
            }
            if (wasFull && queuedBytes < capBytes) {
                wasFull = false;
                PeerListener sender = peer().listener;
                if (sender != null && !peer().dead && !peer().closing) {
                    sender.onWritable(nowNanos);
                    peer().owner.endBatch();
                }
            }
        }

        /** Sends what the owner's machine would not. */
        void sendUnchecked(QuorumPacket packet) {
            JuteWriter out = new JuteWriter(64);
            packet.write(out);
            sendBytes(out.toByteArray());
        }

        // The owner's channel to its peer.

        @Override
        public void send(QuorumPacket packet) {
            checker.sends(owner, packet);
            QuorumPacket passed = tap.pass(owner.sid, peer().owner.sid, packet);
            if (passed == null) {
                return;
            }
            sendUnchecked(passed);
        }

        @Override
        public void sendRaw(byte[] bytes, int offset, int length) {
            sendBytes(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        private void sendBytes(byte[] bytes) {
            if (closing || peer().dead) {
                return;
            }
            peer().queue.add(new Message(Message.Kind.BYTES, bytes, ""));
            peer().queuedBytes += bytes.length;
        }

        @Override
        public boolean isWritable() {
            boolean writable = peer().queuedBytes < peer().capBytes;
            peer().wasFull |= !writable;
            return writable;
        }

        @Override
        public void pauseReading(boolean pause) {
            paused = pause;
        }

        @Override
        public void close(String reason) {
            if (closing) {
                return;
            }
            closing = true;
            queue.clear();
            queue.add(new Message(Message.Kind.CLOSE, new byte[0], "closed by itself"));
            if (!peer().dead) {
                peer().queue.add(new Message(Message.Kind.CLOSE, new byte[0], "closed by the peer"));
            }
        }

        @Override
        public String remoteName() {
            return "host" + peer().owner.sid;
        }
    }

    /** Writes down what arrives. */
    private static final class Spy implements PeerListener {
        private final Pipe pipe;

        private Spy(Pipe pipe) {
            this.pipe = pipe;
        }

        private PeerListener target() {
            return Objects.requireNonNull(pipe.listener);
        }

        @Override
        public void onOpen(PeerChannel channel, long now) {
            throw new AssertionError("not by the decoder");
        }

        @Override
        public void onPacket(QuorumPacket packet, long now) {
            pipe.tell(show(packet));
            if (packet.type() == PacketType.NEW_LEADER) {
                pipe.owner.committedAtNewLeader = pipe.owner.history.committedZxid();
            }
            target().onPacket(packet, now);
        }

        @Override
        public boolean wantsRaw() {
            return target().wantsRaw();
        }

        @Override
        public int onRaw(byte[] bytes, int offset, int length, long now) {
            int used = target().onRaw(bytes, offset, length, now);
            if (used > 0) {
                pipe.tell(used + " bytes of the snapshot stream");
            }
            return used;
        }

        @Override
        public void onWritable(long now) {
            throw new AssertionError("not by the decoder");
        }

        @Override
        public void onClosed(String reason, long now) {
            throw new AssertionError("not by the decoder");
        }
    }

    static String show(Proposal proposal) {
        return Zxid.show(proposal.zxid()) + " " + new String(proposal.bytes(), StandardCharsets.UTF_8);
    }

    private static String show(QuorumPacket packet) {
        String name = PacketType.name(packet.type());
        byte[] data = packet.data();
        return switch (packet.type()) {
            case PacketType.PROPOSAL, PacketType.INFORM ->
                name + " " + show(new Proposal(packet.zxid(), Objects.requireNonNullElse(data, new byte[0])));
            case PacketType.ACK_EPOCH ->
                name + " " + Zxid.show(packet.zxid()) + " of epoch "
                        + new JuteReader(Objects.requireNonNull(data)).readInt();
            case PacketType.UP_TO_DATE, PacketType.SYNC, PacketType.REQUEST, PacketType.REVALIDATE -> name;
            default -> name + " " + Zxid.show(packet.zxid());
        };
    }
}
