package io.quorate.election;

/** What a server is to the ensemble, as it says of itself in election messages. */
public enum PeerState {
    /** Knows no leader; takes part in, or watches, an election. */
    LOOKING(0),
    /** Votes and follows a leader. */
    FOLLOWING(1),
    /** Leads, or gathers the quorum that it was elected by. */
    LEADING(2),
    /** Follows a leader without a vote. */
    OBSERVING(3);

    private static final PeerState[] BY_CODE = values();

    private final int code;

    PeerState(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** Whether an int from the wire is the code of a state. */
    public static boolean isCode(int code) {
        return code >= 0 && code < BY_CODE.length;
    }

    /**
     * The state of a code from the wire.
     *
     * @throws IllegalArgumentException if {@link #isCode} denies it
     */
    public static PeerState ofCode(int code) {
        if (!isCode(code)) {
            throw new IllegalArgumentException("state code " + code + " is outside 0.." + (BY_CODE.length - 1));
        }
        return BY_CODE[code];
    }
}
