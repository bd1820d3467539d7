package io.quorate.zab;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@code sync} honest: one is answered only when a quorum has shown, after it arrived, that this leader still leads. That is when a
 * quorum echoed a PING that was sent after it arrived, or a transaction proposed after it committed. (The reference answers at once, so a
 * deposed leader that does not know it yet can answer with an old state: ZOOKEEPER-1675.)
 *
 * <p>Rounds of pings serve all that wait; one round is under way at a time.
 */
final class SyncBarrier {
    /** @param from the learner that asked, or null for a client of the leader's own */
    record Waiting(@Nullable LearnerHandler from, long token, long lastProposedZxid) {}

    private final ArrayDeque<Waiting> unasked = new ArrayDeque<>();
    private final ArrayDeque<Waiting> asked = new ArrayDeque<>();

    /** The round of pings that {@link #asked} waits for; 0 if none is under way. */
    private long round;

    int size() {
        return unasked.size() + asked.size();
    }

    void add(Waiting waiting) {
        unasked.add(waiting);
    }

    boolean needsRound() {
        return round == 0 && !unasked.isEmpty();
    }

    void onRoundSent(long newRound) {
        round = newRound;
        asked.addAll(unasked);
        unasked.clear();
    }

    /** The next one, in order of arrival, that is confirmed by then, or null. */
    @Nullable
    Waiting poll(long echoedRound, long committedZxid) {
        if (round != 0 && echoedRound >= round && asked.isEmpty()) {
            round = 0;
        }
        Waiting first = asked.isEmpty() ? unasked.peek() : asked.peek();
        if (first == null) {
            return null;
        }
        boolean confirmedByRound = !asked.isEmpty() && echoedRound >= round;
        if (!confirmedByRound && committedZxid <= first.lastProposedZxid()) {
            return null;
        }
        if (asked.isEmpty()) {
            return unasked.poll();
        }
        Waiting result = asked.poll();
        if (asked.isEmpty()) {
            round = 0;
        }
        return result;
    }
}
