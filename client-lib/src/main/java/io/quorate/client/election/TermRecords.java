package io.quorate.client.election;

import java.time.Duration;

/** What the record says while a candidate holds, by way. */
final class TermRecords {
    private TermRecords() {}

    /** By node: the last leader may return within the grace. */
    static TermRecord returning(Worker self, Duration grace) {
        return new TermRecord(true, self.id(), checked("grace", grace), true, KeyBehaviour.RELEASE, new byte[0]);
    }

    /** By session and lock: nobody may have the key for a while, and it has a value. */
    static TermRecord key(Worker self, Duration lockDelay, KeyBehaviour behaviour) {
        return new TermRecord(true, self.id(), checked("lock-delay", lockDelay), false, behaviour, self.data());
    }

    private static Duration checked(String what, Duration duration) {
        if (duration.isNegative() || duration.compareTo(Election.MAX_HOLD_BACK) > 0) {
            throw new IllegalArgumentException("the " + what + " is " + duration + ": 0 to " + Election.MAX_HOLD_BACK);
        }
        return duration;
    }
}
