package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTrackerTest {
    private static final int TICK_MS = 1000;

    private long nowMs;
    private final SessionTracker tracker = new SessionTracker(TICK_MS, () -> nowMs);

    private List<Long> expiredAfter(long passedMs) {
        nowMs += passedMs;
        return tracker.expired();
    }

    @Test
    void aSessionExpiresAtTheFirstTickBehindItsTimeout() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        assertThat(expiredAfter(2000)).isEmpty();
        assertThat(expiredAfter(999)).isEmpty();
        assertThat(expiredAfter(1)).containsExactly(1L);
        assertThat(tracker.isAlive(1)).isFalse();
        assertThat(expiredAfter(100_000)).isEmpty();
    }

    @Test
    void aTouchGivesTheWholeTimeoutAgain() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        nowMs += 1900;
        assertThat(tracker.touch(1, 2000)).isTrue();
        assertThat(expiredAfter(2000)).isEmpty();
        assertThat(expiredAfter(1000)).containsExactly(1L);
        assertThat(tracker.touch(1, 2000)).isFalse();
    }

    @Test
    void aRequestGivesTheWholeTimeoutAgain() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        nowMs += 1900;
        tracker.touch(1);
        tracker.touch(2);
        assertThat(expiredAfter(2000)).isEmpty();
        assertThat(expiredAfter(1000)).containsExactly(1L);
    }

    /** Nobody has asked for what has expired since a good while when a session is heard of. */
    @Test
    void noSessionExpiresBeforeItsTimeout() {
        for (int heardMs = 1; heardMs <= TICK_MS; heardMs++) {
            tracker.add(heardMs, 1500, SessionTracker.NO_OWNER);
            nowMs += 1;
            tracker.touch(heardMs);
            long heardAtMs = nowMs;
            nowMs += 1499;
            assertThat(tracker.expired()).doesNotContain((long) heardMs);
            nowMs = heardAtMs + 1500 + TICK_MS;
            assertThat(tracker.expired()).contains((long) heardMs);
        }
    }

    @Test
    void aRenewalMayBringAnotherTimeout() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        tracker.touch(1, 10_000);
        assertThat(expiredAfter(9_000)).isEmpty();
        assertThat(expiredAfter(2_000)).containsExactly(1L);
    }

    @Test
    void theFirstServerToAskOwnsASessionUntilAnotherIsNamed() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        assertThat(tracker.isOwner(1, 7)).isTrue();
        assertThat(tracker.isOwner(1, 8)).isFalse();
        tracker.setOwner(1, 8);
        assertThat(tracker.isOwner(1, 7)).isFalse();
        assertThat(tracker.isOwner(1, 8)).isTrue();
        assertThat(tracker.isOwner(2, 8)).isFalse();
    }

    @Test
    void whatWasRemovedDoesNotExpire() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        tracker.add(2, 2000, SessionTracker.NO_OWNER);
        tracker.remove(1);
        assertThat(tracker.size()).isEqualTo(1);
        assertThat(expiredAfter(10_000)).containsExactly(2L);
    }
}
