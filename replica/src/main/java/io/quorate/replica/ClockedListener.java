package io.quorate.replica;

import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;

/** Tells the replica's clock of the time that every input brings, and hands it on. */
record ClockedListener(ReplicaClock clock, PeerListener target) implements PeerListener {
    @Override
    public void onOpen(PeerChannel channel, long nowNanos) {
        clock.advance(nowNanos);
        target.onOpen(channel, nowNanos);
    }

    @Override
    public void onPacket(QuorumPacket packet, long nowNanos) {
        clock.advance(nowNanos);
        target.onPacket(packet, nowNanos);
    }

    @Override
    public boolean wantsRaw() {
        return target.wantsRaw();
    }

    @Override
    public int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
        clock.advance(nowNanos);
        return target.onRaw(bytes, offset, length, nowNanos);
    }

    @Override
    public void onWritable(long nowNanos) {
        clock.advance(nowNanos);
        target.onWritable(nowNanos);
    }

    @Override
    public void onClosed(String reason, long nowNanos) {
        clock.advance(nowNanos);
        target.onClosed(reason, nowNanos);
    }
}
