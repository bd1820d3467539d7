package io.quorate.zab;

import io.quorate.jute.Zxid;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether voters show, after somebody has doubted its tree, that theirs are their leader's. A learner that compares leaves as soon as two transactions in a row
 * made another tree than the leader's. So one agrees that has to compare two that were proposed after the doubt before it takes another packet, and then
 * echoes a ping: one of them fitted, behind whatever the doubt is about.
 */
final class Agreement {
    private final long deadlineNanos;

    /** The first two with digests. */
    private long firstZxid = Zxid.NONE;

    private long secondZxid = Zxid.NONE;

    /** The last round of pings when a learner had everything that it needs in order to compare. */
    private final Map<LearnerHandler, Long> rounds = new HashMap<>();

    /** @param deadlineNanos when to give up */
    Agreement(long deadlineNanos) {
        this.deadlineNanos = deadlineNanos;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** A transaction with a digest was proposed. */
    void onProposed(long zxid) {
        if (firstZxid == Zxid.NONE) {
            firstZxid = zxid;
        } else if (secondZxid == Zxid.NONE) {
            secondZxid = zxid;
        }
    }

    /** @param pingRound the last that was sent */
    void observe(LearnerHandler learner, long pingRound) {
        if (secondZxid != Zxid.NONE
                && !rounds.containsKey(learner)
                && learner.hasToCompareBeforeItGoesOn(firstZxid, secondZxid)) {
            rounds.put(learner, pingRound);
        }
    }

    boolean isShownBy(LearnerHandler learner) {
        Long round = rounds.get(learner);
        return round != null && learner.echoedRound() > round;
    }
}
