package io.quorate.replica;

/**
 * How much clients may ask for at once.
 *
 * @param outstanding requests of clients in flight at this server, above which it reads no more from those who have some
 * @param connections how fast sessions may begin
 * @param admission how many requests are worked on at once
 * @param largeRequestThreshold a longer request counts as large, bytes; {@link #NO_LARGE_REQUESTS}: none does
 * @param largeRequestMaxBytes what large requests may come to together while they wait for their answers, bytes
 */
public record ClientLimits(
        int outstanding,
        ConnectionRate connections,
        RequestAdmission admission,
        int largeRequestThreshold,
        int largeRequestMaxBytes) {
    /** A {@link #largeRequestThreshold} that no request reaches. */
    public static final int NO_LARGE_REQUESTS = Integer.MAX_VALUE;

    /** What large requests may come to if nothing is said, bytes; as in the reference. */
    public static final int DEFAULT_LARGE_REQUEST_BYTES = 100 << 20;

    /** No limits but one. */
    public static ClientLimits ofOutstanding(int outstanding) {
        return new ClientLimits(
                outstanding,
                ConnectionRate.UNLIMITED,
                RequestAdmission.UNLIMITED,
                NO_LARGE_REQUESTS,
                DEFAULT_LARGE_REQUEST_BYTES);
    }

    public ClientLimits withOutstanding(int number) {
        return new ClientLimits(number, connections, admission, largeRequestThreshold, largeRequestMaxBytes);
    }

    /**
     * A bucket of tokens, of which each handshake takes some, and a probability to refuse that grows while the bucket is empty (Feng, Kandlur,
     * Saha, Shin: "BLUE: A New Class of Active Queue Management Algorithms", 1999). The settings and their meaning are the reference's.
     *
     * @param tokens how many the bucket holds; 0: no limit
     * @param fillTimeMs how long it takes until some more are put in, ms
     * @param fillCount how many that are
     * @param freezeTimeMs how long the probability stays as it is, ms; -1: there is none
     * @param dropIncrease what is added to it when the bucket is empty, 0..1
     * @param dropDecrease what is taken off when it is full enough, 0..1
     * @param decreaseRatio what part of the tokens may be missing then, 0..1
     * @param globalWeight tokens for a new global session
     * @param localWeight tokens for a new local session
     * @param renewWeight tokens for a session that comes back
     */
    public record ConnectionRate(
            int tokens,
            int fillTimeMs,
            int fillCount,
            int freezeTimeMs,
            double dropIncrease,
            double dropDecrease,
            double decreaseRatio,
            int globalWeight,
            int localWeight,
            int renewWeight) {
        public static final ConnectionRate UNLIMITED = new ConnectionRate(0, 1, 1, -1, 0.02, 0.002, 0, 1, 1, 1);

        public ConnectionRate {
            if (tokens < 0 || fillTimeMs < 1 || fillCount < 0 || freezeTimeMs < -1) {
                throw new IllegalArgumentException(tokens + " tokens, " + fillCount + " more every " + fillTimeMs
                        + " ms, frozen for " + freezeTimeMs + " ms: none may be negative, the time at least 1 ms");
            }
        }
    }

    /**
     * Which requests have to wait, and for how long.
     *
     * @param maxRequests how many are worked on at once; {@link #NO_LIMIT}: all that come
     * @param staleByLatency whether a request that waited for longer than its session's time-out is stale
     * @param dropStale whether a stale request is not worked on any more, and its connection closed
     * @param refusedAfterMs one that waited for longer is answered with an error instead, ms; 0: none is
     */
    public record RequestAdmission(int maxRequests, boolean staleByLatency, boolean dropStale, int refusedAfterMs) {
        /** A {@link #maxRequests} that is never reached. */
        public static final int NO_LIMIT = Integer.MAX_VALUE;

        public static final RequestAdmission UNLIMITED = new RequestAdmission(NO_LIMIT, false, true, 0);
    }
}
