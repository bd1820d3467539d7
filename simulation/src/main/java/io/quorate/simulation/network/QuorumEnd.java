package io.quorate.simulation.network;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteWriter;
import io.quorate.simulation.World;
import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import io.quorate.zab.QuorumStreamDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection between a leader and a learner. Packets are written to bytes and decoded from bytes, in pieces that are cut where
 * the dice want it.
 *
 * <pre>
 *   OPENING ──the first piece of the wire──► OPEN ──close, the other end closes, a break──► CLOSING ──onClosed──► CLOSED
 * </pre>
 */
final class QuorumEnd implements PeerChannel {
    private static final int MAX_FIELD = 1 << 20;
    private static final String OTHER_SIDE = "the other side closed the connection";

    /** What a packet begins with. */
    private record Head(int type, long zxid) {}

    /** What travels: the beginning of the connection, bytes, or its end. */
    @SuppressWarnings("ArrayRecordComponent") // a piece of a stream: compared by nobody
    private record Piece(Kind kind, byte[] bytes, List<Head> packets) {
        enum Kind {
            OPEN,
            BYTES,
            END
        }
    }

    private final World world;
    private final SimulatedNetwork network;
    private final ServerHost host;
    private final long remoteId;
    private final Wire<Piece> toRemote;
    private @Nullable QuorumEnd remote;
    private @Nullable PeerListener listener;
    private @Nullable QuorumStreamDecoder decoder;

    private final JuteWriter out = new JuteWriter(256);

    /** The packets that end in {@link #out}; which byte each ends at does not matter to anybody. */
    private List<Head> outHeads = new ArrayList<>();

    /** Bytes that were flushed and have not arrived. */
    private int inFlight;

    private boolean toldUnwritable;

    private boolean paused;

    /** What has arrived while this end is not read from. It still fills the sender's socket. */
    private final ArrayDeque<Piece> unread = new ArrayDeque<>();

    /** Nothing is heard and sent any more. */
    private boolean closing;

    private @Nullable String closeReason;
    private boolean endSent;
    private boolean closedTold;

    QuorumEnd(World world, SimulatedNetwork network, ServerHost host, long remoteId, @Nullable PeerListener listener) {
        this.world = world;
        this.network = network;
        this.host = host;
        this.remoteId = remoteId;
        this.listener = listener;
        this.toRemote = new Wire<>(world, network, host.id(), remoteId, this::arrive);
    }

    void connect(QuorumEnd other) {
        remote = other;
    }

    ServerHost host() {
        return host;
    }

    long remoteId() {
        return remoteId;
    }

    /** On the accepting side: takes a listener, and lets the other side know. */
    void accept() {
        host.input(() -> {
            PeerListener accepted = host.acceptPeer();
            listener = accepted;
            open(accepted);
        });
        toRemote.put(new Piece(Piece.Kind.OPEN, new byte[0], List.of()));
    }

    private void open(PeerListener opened) {
        if (!closing) {
            decoder = new QuorumStreamDecoder(opened, MAX_FIELD);
            opened.onOpen(this, host.nowNanos());
        }
    }

    // ---- from the replica

    @Override
    public void send(QuorumPacket packet) {
        if (closing) {
            return;
        }
        if (world.trace().isOn()) {
            world.trace("server " + host.id(), "  -> " + remoteId + ": " + packet);
        }
        packet.write(out);
        outHeads.add(new Head(packet.type(), packet.zxid()));
        host.sent(packet);
    }

    @Override
    public void sendRaw(byte[] bytes, int offset, int length) {
        if (!closing) {
            out.writeRaw(bytes, offset, length);
        }
    }

    @Override
    public boolean isWritable() {
        boolean writable = !closing && out.size() + inFlight < network.socketBytes();
        toldUnwritable |= !writable;
        return writable;
    }

    @Override
    public void pauseReading(boolean pause) {
        if (paused == pause || closing) {
            return;
        }
        paused = pause;
        if (!pause) {
            world.after(0, this::readOn); // The replica is in the middle of a call.
        }
    }

    private void readOn() {
        while (remote != null && !paused && !unread.isEmpty()) {
            remote.handOver(this, unread.removeFirst());
        }
    }

    @Override
    public void close(String reason) {
        if (!closing) {
            closing = true;
            closeReason = reason;
            world.after(0, this::end); // The replica may be in the middle of a call.
        }
    }

    @Override
    public String remoteName() {
        return "server " + remoteId;
    }

    // ---- from and to the network

    /** What was sent in this batch goes out. */
    void flush() {
        if (out.size() == 0) {
            return;
        }
        byte[] bytes = out.toByteArray();
        out.reset();
        List<Head> heads = outHeads;
        outHeads = new ArrayList<>();
        int from = 0;
        while (from < bytes.length) {
            int count = network.pieceLength(bytes.length - from);
            byte[] piece = Arrays.copyOfRange(bytes, from, from + count);
            from += count;
            inFlight += count;
            toRemote.put(new Piece(Piece.Kind.BYTES, piece, from == bytes.length ? heads : List.of()));
        }
    }

    /** The replica has closed it: what was sent goes out first. */
    private void end() {
        if (host.isAlive()) {
            flush();
            sendEnd();
            host.input(() -> tellClosed(closeReason == null ? OTHER_SIDE : closeReason));
        }
    }

    private void sendEnd() {
        if (!endSent) {
            endSent = true;
            toRemote.put(new Piece(Piece.Kind.END, new byte[0], List.of()));
        }
    }

    private void arrive(Piece piece) {
        QuorumEnd to = remote;
        if (to == null || !to.host.isAlive()) {
            return; // Nobody takes it: it stays unacknowledged.
        }
        if (to.paused || !to.unread.isEmpty()) {
            to.unread.add(piece);
        } else {
            handOver(to, piece);
        }
    }

    private void handOver(QuorumEnd to, Piece piece) {
        if (!to.host.isAlive()) {
            return;
        }
        switch (piece.kind()) {
            case OPEN ->
                to.host.input(() -> {
                    if (to.listener != null) {
                        to.open(to.listener);
                    }
                });
            case BYTES -> {
                to.host.input(() -> to.receive(piece));
                drained(piece.bytes().length);
            }
            case END -> to.host.input(() -> to.ended(OTHER_SIDE));
        }
    }

    private void receive(Piece piece) {
        if (closing || decoder == null) {
            return;
        }
        piece.packets().forEach(head -> host.received(head.type(), head.zxid()));
        try {
            decoder.onBytes(piece.bytes(), 0, piece.bytes().length, host.nowNanos());
        } catch (JuteException e) {
            world.fail("every packet can be read", host.id() + " from " + remoteId + ": " + e.getMessage());
        }
    }

    private void drained(int bytes) {
        inFlight -= bytes;
        if (toldUnwritable && host.isAlive() && inFlight + out.size() < network.socketBytes()) {
            toldUnwritable = false;
            host.input(() -> {
                if (!closing && listener != null) {
                    listener.onWritable(host.nowNanos());
                }
            });
        }
    }

    /** The process has been killed: its kernel still sends what it was given, and the end. */
    void hostKilled() {
        closing = true;
        sendEnd();
    }

    /** The connection breaks; what is on its way is lost. */
    void reset(String reason) {
        toRemote.cut();
        if (host.isAlive()) {
            host.input(() -> ended(reason));
        }
        network.forget(this);
    }

    private void ended(String reason) {
        closing = true;
        unread.clear();
        toRemote.cut();
        tellClosed(closeReason == null ? reason : closeReason);
    }

    /** Inside an input. */
    private void tellClosed(String reason) {
        if (closedTold) {
            return;
        }
        closedTold = true;
        network.forget(this);
        if (listener != null) {
            listener.onClosed(reason, host.nowNanos());
        }
    }

    @Nullable
    QuorumEnd remote() {
        return remote;
    }
}
