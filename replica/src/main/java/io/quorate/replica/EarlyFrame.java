package io.quorate.replica;

/** A frame that came before it could be taken. */
final class EarlyFrame {
    private final byte[] bytes;
    private final long arrivedNanos;

    EarlyFrame(byte[] bytes, long arrivedNanos) {
        this.bytes = bytes;
        this.arrivedNanos = arrivedNanos;
    }

    /** The payload without its length. */
    byte[] bytes() {
        return bytes;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }
}
