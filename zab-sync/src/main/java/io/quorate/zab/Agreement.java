package io.quorate.zab;

import java.util.HashMap;
import java.util.Map;

/**
 * Whether voters show, after somebody has doubted its tree, that theirs are their leader's. A learner that compares leaves as soon as two transactions in a row
 * made another tree than the leader's. So one agrees that has compared the last ones, which it does before it takes another packet, and then echoes a ping.
 */
final class Agreement {
    private final long committedZxid;
    private final long deadlineNanos;

    /** The last round of pings when a learner had everything that it needs in order to compare. */
    private final Map<LearnerHandler, Long> rounds = new HashMap<>();

    /**
     * @param committedZxid what was committed when somebody doubted: the difference is not behind it
     * @param deadlineNanos when to give up
     */
    Agreement(long committedZxid, long deadlineNanos) {
        this.committedZxid = committedZxid;
        this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** @param pingRound the last that was sent */
    void observe(LearnerHandler learner, long pingRound) {
        if (!rounds.containsKey(learner) && learner.hasToCompareBeforeItGoesOn(committedZxid)) {
            rounds.put(learner, pingRound);
        }
    }

    boolean isShownBy(LearnerHandler learner) {
        Long round = rounds.get(learner);
        return round != null && learner.echoedRound() > round;
    }
}
