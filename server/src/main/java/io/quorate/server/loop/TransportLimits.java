package io.quorate.server.loop;

import java.util.concurrent.TimeUnit;

/** The limits of the transport. What an operator can set is in {@link io.quorate.server.config.ServerConfig}. */
public final class TransportLimits {
    /** A client that lets more than this pile up unread is closed; bytes. Forty replies of the default frame limit fit. */
    public static final long CLIENT_UNSENT_CAP_BYTES = 64L << 20;

    /** Above this a peer's history is sent from its cursor only; bytes. */
    public static final int PEER_UNSENT_CAP_BYTES = 4 << 20;

    /** A peer's packet may have a field of this size at least, whatever is allowed to clients; bytes. */
    public static final int PEER_MIN_FIELD_LIMIT_BYTES = 16 << 20;

    /** What is sent during a batch is collected in buffers of about this size; bytes. */
    public static final int OUT_CHUNK_BYTES = 64 << 10;

    /** First size of such a buffer; bytes. */
    public static final int OUT_INITIAL_BYTES = 512;

    /** A frame that is announced gets at most this at once, and more as it comes in; bytes. */
    public static final int FRAME_FIRST_ALLOCATION_BYTES = 64 << 10;

    /** Frames of one connection that may wait for the core loop before the connection is not read any more. */
    public static final int QUEUED_FRAMES = 256;

    /** Frames that the core loop takes from its queue before it looks at other work. */
    public static final int INBOX_BATCH = 4096;

    /** How long a connection that was closed may take to send what is left. */
    public static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** TLS handshakes that may wait for a thread; a client beyond them is turned away, and comes again. */
    public static final int TLS_HANDSHAKES_WAITING = 1024;

    /** Failed TLS handshakes that are logged one by one in a minute. */
    public static final int HANDSHAKE_WARNINGS_A_MINUTE = 10;

    /** Threads for the costly steps of TLS handshakes, at most. */
    public static final int TLS_THREADS = 4;

    /** How long the parts of the server may take to stop. */
    public static final long STOP_TIMEOUT_MS = 5_000;

    /** Between two tries to bind the election port. */
    public static final long BIND_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    static {
        check(OUT_INITIAL_BYTES < OUT_CHUNK_BYTES, "the first size of a buffer is below its last");
        check(OUT_CHUNK_BYTES < PEER_UNSENT_CAP_BYTES, "a peer's cap is more than one buffer");
    }

    /** How long a job waits before it looks for room on a full disk again, ns. */
    static final long ROOM_RETRY_NANOS = 500_000_000L;

    private TransportLimits() {}

    private static void check(boolean holds, String relation) {
        if (!holds) {
            throw new AssertionError(relation);
        }
    }
}
