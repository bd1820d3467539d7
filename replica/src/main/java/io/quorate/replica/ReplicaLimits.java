package io.quorate.replica;

/** The constants of this module. */
final class ReplicaLimits {
    /** Requests of one connection that wait for an answer, above which it is not read from any more. */
    static final int MAX_PENDING_PER_CONNECTION = 1000;

    /** Bytes of one connection's requests that wait for an answer, above which it is not read from any more. */
    static final long MAX_PENDING_BYTES_PER_CONNECTION = 8L << 20;

    /** Connections of would-be learners that wait for this server to become leader; more are refused. */
    static final int MAX_PARKED_PEERS = 64;

    /** Packets kept for each of them: a learner says one before the leader answers. */
    static final int MAX_PARKED_PACKETS = 4;

    /** Size of a slice of the tree that is copied out for a snapshot in one duty cycle, bytes: a request waits for one at most. */
    static final int SNAPSHOT_SLICE_BYTES = 16 << 10;

    /** How much of the log is read for a learner at once, bytes; what else waits for that loop then has its turn. */
    static final int LOG_STEP_BYTES = 4 << 20;

    /** A replay of more than this part of what lies between two snapshots makes one due. */
    static final int LONG_REPLAY_PARTS = 10;

    /** How long after a snapshot that did not come about the next is begun, ns; doubles each time. */
    static final long FIRST_VIEW_PAUSE_NANOS = 1_000_000_000L;

    static final int MAX_VIEW_PAUSE_DOUBLINGS = 5;

    /** How often that pause doubles while the disk does not take snapshots. */
    static final int MAX_SNAPSHOT_FAILURE_DOUBLINGS = 8;

    /** How often the bound of what a view holds back is doubled when views are abandoned in a row. */
    static final int MAX_VIEW_BOUND_DOUBLINGS = 2;

    /** How often a replica without anything to do wants to be asked, ns. */
    static final long IDLE_TICK_NANOS = 50_000_000L;

    /** How often while it looks for a leader or is brought up to date, ns. */
    static final long BUSY_TICK_NANOS = 10_000_000L;

    /** How often a tick it wants to be asked at least. */
    static final int MIN_CALLS_PER_TICK = 4;

    /** How long a server waits before it looks for a leader again when it was not brought up to date twice in a row, ns; doubles each time. */
    static final long FIRST_LOOK_PAUSE_NANOS = 20_000_000L;

    /** Where doubling ends; a tick is the most in any case. */
    static final int MAX_LOOK_PAUSE_DOUBLINGS = 7;

    /** Transactions that must make another tree than the leader's, one behind the other, before anything is done: one may carry a wrong digest. */
    static final int DIFFERENCES_IN_A_ROW = 2;

    /**
     * How long a server that made its tree anew, since its leader's is another, waits before it looks for a leader, ticks: a leader
     * that most others differ from, too, has noticed by then that they are gone, and does not lead any more.
     */
    static final long PAUSE_AFTER_RELOAD_TICKS = 2;

    /** How long a server that has no room for its leader's snapshot waits before it asks for it again, ns; doubles each time. */
    static final long FIRST_ROOM_PAUSE_NANOS = 1_000_000_000L;

    static final int MAX_ROOM_PAUSE_DOUBLINGS = 6;

    /** How long nothing more is said about a quota that is exceeded, ns. */
    static final long QUOTA_WARNING_NANOS = 10_000_000_000L;

    /** Quotas about which nothing is said for now; more are forgotten. */
    static final int MAX_QUIET_QUOTAS = 1_000;

    /** Failed logins that are logged one by one in a minute. */
    static final int LOGIN_WARNINGS_A_MINUTE = 10;

    /** How much is shown of a name that a client chooses, characters. */
    static final int MAX_SHOWN_CHARS = 100;

    /** Namespaces whose refusals by a quota are counted. */
    static final int MAX_NAMESPACES_COUNTED = 1_000;

    /** How long at least a server looks for a leader before it serves read-only clients, ns. */
    static final long MIN_READ_ONLY_WAIT_NANOS = 2_000_000_000L;

    /** Sessions that a leader remembers as just ended, where some sessions are local. */
    static final int MAX_ENDED_SESSIONS = 1 << 20;

    /**
     * Bytes of transactions that may wait for the disk of a learner that follows, above which it leaves its leader until they are written. It
     * cannot stop reading instead: the leader's pings come on the same connection.
     */
    static final long MAX_UNWRITTEN_BYTES = 64L << 20;

    private ReplicaLimits() {}
}
