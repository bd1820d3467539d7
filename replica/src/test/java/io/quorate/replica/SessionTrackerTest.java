package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionTrackerTest {
    private static final int TICK_MS = 1000;

    private final SessionTracker tracker = new SessionTracker(TICK_MS);

    @Test
    void aSessionExpiresAtTheFirstTickBehindItsTimeout() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        assertThat(tracker.advance(2000)).isEmpty();
        assertThat(tracker.advance(999)).isEmpty();
        assertThat(tracker.advance(1)).containsExactly(1L);
        assertThat(tracker.isAlive(1)).isFalse();
        assertThat(tracker.advance(100_000)).isEmpty();
    }

    @Test
    void aTouchGivesTheWholeTimeoutAgain() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        tracker.advance(1900);
        assertThat(tracker.touch(1, 2000)).isTrue();
        assertThat(tracker.advance(2000)).isEmpty();
        assertThat(tracker.advance(1000)).containsExactly(1L);
        assertThat(tracker.touch(1, 2000)).isFalse();
    }

    @Test
    void aRequestGivesTheWholeTimeoutAgain() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        tracker.advance(1900);
        tracker.touch(1);
        tracker.touch(2);
        assertThat(tracker.advance(2000)).isEmpty();
        assertThat(tracker.advance(1000)).containsExactly(1L);
    }

    @Test
    void aRenewalMayBringAnotherTimeout() {
        tracker.add(1, 2000, SessionTracker.NO_OWNER);
        tracker.touch(1, 10_000);
        assertThat(tracker.advance(9_000)).isEmpty();
        assertThat(tracker.advance(2_000)).containsExactly(1L);
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
        assertThat(tracker.advance(10_000)).containsExactly(2L);
    }
}
