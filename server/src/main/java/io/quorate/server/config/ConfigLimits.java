package io.quorate.server.config;

/** Defaults and bounds of what can be configured. */
public final class ConfigLimits {
    public static final int DEFAULT_TICK_TIME_MS = 3000;
    public static final int DEFAULT_MIN_SESSION_TIMEOUT_TICKS = 2;
    public static final int DEFAULT_MAX_SESSION_TIMEOUT_TICKS = 20;

    /** Ticks times this many milliseconds stay far below the range of an int. */
    static final int MAX_TICK_TIME_MS = 3_600_000;

    static final int MAX_TICKS = 100_000;
    static final int MAX_PORT = 65535;
    static final int MAX_BACKLOG = 1 << 20;
    static final int MAX_CONNECTIONS = 10_000_000;

    static final int DEFAULT_JUTE_MAX_BUFFER = 1_048_575;
    static final int MIN_JUTE_MAX_BUFFER = 1024;
    static final int MAX_JUTE_MAX_BUFFER = 512 << 20;

    static final int DEFAULT_SNAP_COUNT = 100_000;
    static final int DEFAULT_COMMIT_LOG_COUNT = 500;
    static final double DEFAULT_SNAPSHOT_SIZE_FACTOR = 0.33;
    static final long DEFAULT_SNAP_SIZE_LIMIT_KIB = 4_194_304;
    static final int DEFAULT_PREALLOCATE_KIB = 65_536;
    static final int MAX_PREALLOCATE_KIB = 1 << 20;
    static final int MIN_SNAP_RETAIN_COUNT = 3;

    /** Nobody should wait longer for an observer than this. */
    static final int MAX_RECONNECT_DELAY_MS = 3_600_000;

    static final int DEFAULT_PURGE_INTERVAL_HOURS = 1;
    static final int MAX_PURGE_INTERVAL_HOURS = 1_000_000;

    static final int DEFAULT_FORCE_WARNING_MS = 1000;

    static final int DEFAULT_IP_CONNECTIONS = 60;
    static final int DEFAULT_HANDSHAKE_TIMEOUT_MS = 10_000;

    static final int DEFAULT_OUTSTANDING = 1000;

    static final int DEFAULT_CONNECT_TIMEOUT_MS = 5000;
    static final int DEFAULT_ELECTION_BIND_TRIES = 3;

    static final int DEFAULT_MIN_NOTIFICATION_MS = 200;
    static final int DEFAULT_MAX_NOTIFICATION_MS = 60_000;

    /** Session ids carry the server's id in their top byte. */
    static final long MAX_SERVER_ID = 255;

    /** Ids above it would make sessions look like nodes with a time to live. */
    static final long MAX_SERVER_ID_WITH_EXTENDED_TYPES = 254;

    static final int MAX_IO_THREADS = 256;

    /** Up to here clients share the core loop's thread unless configured otherwise. */
    static final int PROCESSORS_FOR_SHARED_LOOP = 4;

    /** How many letters may differ between an unknown key and the known one that is suggested for it. */
    static final int SUGGESTION_DISTANCE = 3;

    /** A year. */
    static final long MAX_REAPER_INTERVAL_MS = 365L * 24 * 60 * 60 * 1000;

    private ConfigLimits() {}
}
