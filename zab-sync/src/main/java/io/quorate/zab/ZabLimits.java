package io.quorate.zab;

/** The constants of this module. */
final class ZabLimits {
    /** Lower values of {@code commitLogCount} are ignored, as in the reference. */
    static final int MIN_COMMIT_LOG_COUNT = 500;

    /** The window of committed proposals holds no more than this, whatever their number; bytes. */
    static final long MAX_WINDOW_BYTES = 64L << 20;

    /** What is read from the log at once for a learner that is behind the window; bytes. */
    static final int LOG_READ_BYTES = 256 << 10;

    /** How often a learner dials a leader that refuses, and the pause between; tries, ns. */
    static final int CONNECT_TRIES = 5;

    static final long CONNECT_RETRY_NANOS = 100_000_000L;

    /** The only version of the quorum protocol that is spoken. */
    static final int PROTOCOL_VERSION = 0x10000;

    /** Behind a {@link LearnerInfo}: the learner compares its tree with its leader's, and leaves when they differ. */
    static final int COMPARES = 0x51554f43;

    /** Behind a {@link LearnerInfo}: so it does, and its tree is in doubt. */
    static final int DOUBTS = 0x51554f44;

    /** Behind the version in LEADERINFO, for who said one of those: the leader is a Quorate server. */
    static final int QUORATE = 0x51554f52;

    /** The same, and it offers its tree, with which a quorum agrees. */
    static final int OFFERS_TREE = 0x51554f54;

    /** The one client operation that ZAB answers itself; zab-sync does not know the client protocol. */
    static final int SYNC_OP = 9;

    /** What ends a snapshot stream. */
    static final String SNAPSHOT_SIGNATURE = "BenWasHere";

    /** Syncs of one learner that wait for their quorum check; more close its connection. */
    static final int MAX_WAITING_SYNCS = 100_000;

    /** The highest epoch that has a successor: zxids are signed. */
    static final long MAX_ACCEPTED_EPOCH = 0x7ffffffeL;

    /** What one client can have proven to be; a packet with more is malformed. */
    static final int MAX_IDENTITIES = 10_000;

    /** A packet holds a client's request and its identities; it may be as large as this many of the largest fields. */
    static final int MAX_PACKET_FIELDS = 4;

    private ZabLimits() {}
}
