package io.quorate.simulation.bugs;

import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import org.jspecify.annotations.Nullable;

/** One end of a connection between a leader and a learner, seen from between the machine and its transport. By itself it changes nothing. */
public class PeerTap implements PeerListener {
    protected final ServerProcess process;
    private final PeerListener listener;
    private @Nullable PeerChannel channel;

    protected PeerTap(ServerProcess process, PeerListener listener) {
        this.process = process;
        this.listener = listener;
    }

    /** A packet from the other side. */
    protected void incoming(QuorumPacket packet, long nowNanos) {
        hand(packet, nowNanos);
    }

    /** A packet of the machine's. */
    protected void outgoing(QuorumPacket packet) {
        send(packet);
    }

    /** Whether bytes of a snapshot go out. */
    protected boolean letsRawThrough() {
        return true;
    }

    protected final void hand(QuorumPacket packet, long nowNanos) {
        listener.onPacket(packet, nowNanos);
    }

    protected final void send(QuorumPacket packet) {
        if (channel != null) {
            channel.send(packet);
        }
    }

    /** The connection ends, as if it had broken. */
    protected final void cut(String reason) {
        PeerChannel open = channel;
        if (open != null) {
            open.close(reason);
            onClosed(reason, process.nowNanos());
        }
    }

    /** Lets the machine get something as soon as it is not busy. */
    protected final void handLater(QuorumPacket packet) {
        process.soon(() -> {
            if (channel != null) {
                hand(packet, process.nowNanos());
            }
        });
    }

    @Override
    public void onOpen(PeerChannel opened, long nowNanos) {
        channel = opened;
        listener.onOpen(new TappedChannel(opened), nowNanos);
    }

    @Override
    public void onPacket(QuorumPacket packet, long nowNanos) {
        incoming(packet, nowNanos);
    }

    @Override
    public boolean wantsRaw() {
        return listener.wantsRaw();
    }

    @Override
    public int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
        return listener.onRaw(bytes, offset, length, nowNanos);
    }

    @Override
    public void onWritable(long nowNanos) {
        listener.onWritable(nowNanos);
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        channel = null;
        listener.onClosed(reason, nowNanos);
    }

    private final class TappedChannel implements PeerChannel {
        private final PeerChannel tapped;

        TappedChannel(PeerChannel tapped) {
            this.tapped = tapped;
        }

        @Override
        public void send(QuorumPacket packet) {
            outgoing(packet);
        }

        @Override
        public void sendRaw(byte[] bytes, int offset, int length) {
            if (letsRawThrough()) {
                tapped.sendRaw(bytes, offset, length);
            }
        }

        @Override
        public boolean isWritable() {
            return tapped.isWritable();
        }

        @Override
        public void pauseReading(boolean pause) {
            tapped.pauseReading(pause);
        }

        @Override
        public void close(String reason) {
            channel = null;
            tapped.close(reason);
        }

        @Override
        public String remoteName() {
            return tapped.remoteName();
        }
    }
}
