package io.quorate.client.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What a listener is told when its process was stopped at the worst moment. Time is a number here. */
class NoticesTest {
    private final List<String> told = new ArrayList<>();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private final Executor callbacks = queue::add;
    private final Notices notices = new Notices();
    private LeaseHold hold;
    private long now;

    private final HoldListener listener = new HoldListener() {
        @Override
        public void begun(Hold begun) {
            told.add("begun " + begun.fencingToken());
        }

        @Override
        public void ended(Hold ended, Loss why) {
            told.add("ended " + ended.fencingToken() + " " + why);
        }
    };

    private void begin(long token, long untilNanos) {
        hold = new LeaseHold(
                new Title(token, List.of()),
                untilNanos,
                () -> now,
                () -> told.add("(the machine hears that " + token + " lapsed)"),
                () -> CompletableFuture.completedFuture(null));
        notices.begun(hold, listener, callbacks);
    }

    private void end(Loss why) {
        hold.end(why);
        callbacks.execute(() -> {});
    }

    private void runCallbacks() {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            notices.beforeCallback();
            task.run();
        }
    }

    @Test
    void aStoppedProcessRevokesBeforeAnyOtherCallback() {
        begin(7, 100);
        runCallbacks();
        queue.add(() -> told.add("a watch"));
        now = 100; // stopped until here; nothing but the clock knows
        assertThat(hold.isHeld()).isFalse();
        runCallbacks();
        assertThat(told)
                .containsExactly("begun 7", "(the machine hears that 7 lapsed)", "ended 7 LEASE_ENDED", "a watch");
    }

    @Test
    void anElectionThatEndedBeforeItWasToldIsNotTold() {
        begin(7, 100);
        now = 100;
        runCallbacks();
        end(Loss.LEASE_ENDED);
        runCallbacks();
        assertThat(told).containsExactly("(the machine hears that 7 lapsed)");
    }

    @Test
    void aRevocationIsToldOnce() {
        begin(7, 100);
        runCallbacks();
        end(Loss.NODE_LOST);
        now = 500;
        runCallbacks();
        runCallbacks();
        assertThat(told).containsExactly("begun 7", "ended 7 NODE_LOST");
        assertThat(queue).isEmpty();
    }

    @Test
    void anExtensionThatComesAfterTheLapseWasSeenDoesNotBringTheTermBack() {
        begin(7, 100);
        runCallbacks();
        now = 100;
        notices.beforeCallback();
        hold.extend(150);
        assertThat(hold.isHeld()).isFalse();
    }

    @Test
    void anExtensionInTimeGoesOn() {
        begin(7, 100);
        runCallbacks();
        now = 99;
        hold.extend(150);
        now = 149;
        notices.beforeCallback();
        assertThat(hold.isHeld()).isTrue();
        assertThat(told).containsExactly("begun 7");
    }

    @Test
    void aNewTermIsToldAfterTheEndOfTheOldOne() {
        begin(7, 100);
        runCallbacks();
        end(Loss.NODE_LOST);
        begin(9, 300);
        runCallbacks();
        assertThat(told).containsExactly("begun 7", "ended 7 NODE_LOST", "begun 9");
    }
}
