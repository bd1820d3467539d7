package io.quorate.zab;

/** The receiving side of a connection between a leader and a learner. All calls come on the replica's loop. */
public interface PeerListener {
    /** The connection is there. Called once, before anything else, on both sides. */
    void onOpen(PeerChannel channel, long nowNanos);

    void onPacket(QuorumPacket packet, long nowNanos);

    /**
     * Whether the bytes that follow are a snapshot stream and go to {@link #onRaw} instead of being decoded as packets. Asked after every
     * packet and every call of {@link #onRaw}.
     */
    default boolean wantsRaw() {
        return false;
    }

    /**
     * Bytes of the snapshot stream.
     *
     * @return how many of them were consumed; the rest is offered again with what follows, or decoded as packets if {@link #wantsRaw()} has
     *     become false
     */
    default int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
        throw new IllegalStateException("no snapshot stream is expected on this connection");
    }

    /** The channel has become writable again. */
    void onWritable(long nowNanos);

    /** The connection is gone, or could not be made. Called once, and nothing after it. */
    void onClosed(String reason, long nowNanos);
}
