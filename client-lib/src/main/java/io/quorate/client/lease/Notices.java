package io.quorate.client.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What the listeners of a session have been told, and what they must be told first. The machines' thread writes what is so into the holds; the
 * callback thread compares that, and the clock, with what it has told, {@linkplain #beforeCallback() before each callback whatsoever}. A hold
 * whose lease ended while callbacks were queued, or while the process was stopped, is therefore told to be lost before any of them runs, and one
 * that was over before its begin was told is not told at all.
 */
final class Notices {
    /** Told to have begun, and not to have ended. Touched by the callback thread only. */
    private final List<Told> told = new ArrayList<>();

    private record Told(LeaseHold hold, HoldListener listener) {}

    /** Any thread. */
    void begun(LeaseHold hold, HoldListener listener, Executor callbacks) {
        callbacks.execute(() -> tellBegun(hold, listener));
    }

    // ---- The callback thread

    private void tellBegun(LeaseHold hold, HoldListener listener) {
        if (hold.isHeld()) {
            told.add(new Told(hold, listener));
            listener.begun(hold);
        } else {
            hold.completeLost();
        }
    }

    void beforeCallback() {
        if (told.isEmpty()) {
            return;
        }
        for (Told each : List.copyOf(told)) {
            each.hold.loss().ifPresent(why -> {
                told.remove(each);
                each.hold.completeLost();
                each.listener.ended(each.hold, why);
            });
        }
    }
}
