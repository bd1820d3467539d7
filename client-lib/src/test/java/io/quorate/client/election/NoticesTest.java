package io.quorate.client.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** What a listener is told when its process was stopped at the worst moment. Time is a number here. */
class NoticesTest {
    private final List<String> told = new ArrayList<>();
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private final Executor callbacks = queue::add;
    private long now;

    private final Notices notices = new Notices(
            new MasterListener() {
                @Override
                public void elected(long term) {
                    told.add("elected " + term);
                }

                @Override
                public void revoked(long term, Revocation why) {
                    told.add("revoked " + term + " " + why);
                }
            },
            () -> now,
            term -> told.add("(the machine hears that " + term + " lapsed)"));

    private void runCallbacks() {
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            notices.beforeCallback();
            task.run();
        }
    }

    @Test
    void aStoppedProcessRevokesBeforeAnyOtherCallback() {
        notices.elected(7, 100, callbacks);
        runCallbacks();
        queue.add(() -> told.add("a watch"));
        now = 100; // stopped until here; nothing but the clock knows
        assertThat(notices.term()).isEmpty();
        runCallbacks();
        assertThat(told)
                .containsExactly("elected 7", "(the machine hears that 7 lapsed)", "revoked 7 LEASE_ENDED", "a watch");
    }

    @Test
    void anElectionThatEndedBeforeItWasToldIsNotTold() {
        notices.elected(7, 100, callbacks);
        now = 100;
        runCallbacks();
        notices.revoked(Revocation.LEASE_ENDED, callbacks);
        runCallbacks();
        assertThat(told).containsExactly("(the machine hears that 7 lapsed)");
    }

    @Test
    void aRevocationIsToldOnce() {
        notices.elected(7, 100, callbacks);
        runCallbacks();
        notices.revoked(Revocation.NODE_LOST, callbacks);
        now = 500;
        runCallbacks();
        runCallbacks();
        assertThat(told).containsExactly("elected 7", "revoked 7 NODE_LOST");
        assertThat(queue).isEmpty();
    }

    @Test
    void anExtensionThatComesAfterTheLapseWasSeenDoesNotBringTheTermBack() {
        notices.elected(7, 100, callbacks);
        runCallbacks();
        now = 100;
        notices.beforeCallback();
        notices.leaseExtended(7, 150);
        assertThat(notices.term()).isEmpty();
    }

    @Test
    void anExtensionInTimeGoesOn() {
        notices.elected(7, 100, callbacks);
        runCallbacks();
        now = 99;
        notices.leaseExtended(7, 150);
        now = 149;
        notices.beforeCallback();
        assertThat(notices.term()).hasValue(7);
        assertThat(told).containsExactly("elected 7");
    }

    @Test
    void aNewTermIsToldAfterTheEndOfTheOldOne() {
        notices.elected(7, 100, callbacks);
        runCallbacks();
        notices.revoked(Revocation.NODE_LOST, callbacks);
        notices.elected(9, 300, callbacks);
        runCallbacks();
        assertThat(told).containsExactly("elected 7", "revoked 7 NODE_LOST", "elected 9");
    }
}
