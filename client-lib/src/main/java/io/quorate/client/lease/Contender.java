package io.quorate.client.lease;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes part in one {@link Contest} over one {@link LeaseSession}: carries out what the {@link LeaseMachine} asks for, and tells the listener.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Contender implements SessionMember {
    private static final Logger log = LoggerFactory.getLogger(Contender.class);

    private final String name;
    private final LeaseSession session;
    private final Contest contest;
    private final boolean once;
    private final Events events;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile @Nullable LeaseHold hold;

    // The rest belongs to the session's loop.

    private final LeaseMachine machine;
    private final Watches watches;
    private @Nullable QuorateClient client;
    private @Nullable ScheduledFuture<?> tick;

    /** Whether what is given back was lost in a way that its holder must hear of first. */
    private boolean toldBeforeRelease;

    private final List<CompletableFuture<Void>> resignations = new ArrayList<>();

    /** What a contender tells on the session's loop, besides what it tells its {@link HoldListener}. */
    public interface Events extends HoldListener {
        /** Won; the listener's {@code begun} follows on the callback thread. */
        default void won(Hold hold) {}

        /** It has looked, and somebody else comes first. */
        default void waiting() {}

        /** A question failed, and not because of the connection; it will be asked again. */
        default void failed(QuorateException failure) {}
    }

    /**
     * @param name for the log
     * @param once whether the contender ends with its first loss
     */
    public Contender(String name, LeaseSession session, Contest contest, boolean once, Events events) {
        this.name = name;
        this.session = session;
        this.contest = contest;
        this.once = once;
        this.events = events;
        machine = new LeaseMachine(kind(contest, once), new Port());
        watches = session.newWatches(() -> turn(machine()::onChanged));
    }

    private static LeaseMachine.Kind kind(Contest contest, boolean once) {
        if (once) {
            return LeaseMachine.Kind.ONCE;
        }
        return contest.isRenewable() ? LeaseMachine.Kind.RENEWED : LeaseMachine.Kind.ANEW;
    }

    private LeaseMachine machine() {
        return machine;
    }

    public void start() {
        session.add(this);
    }

    /** What is held now, by the clock too. */
    public Optional<Hold> hold() {
        LeaseHold now = hold;
        return now != null && now.isHeld() ? Optional.of(now) : Optional.empty();
    }

    /** Gives back what is held, and competes again behind the others. Done when the servers know it, or the session is over. */
    public CompletableFuture<Void> resign() {
        return giveBack(Optional.empty());
    }

    private CompletableFuture<Void> giveBack(Optional<Long> token) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        session.onLoop(nowNanos -> {
            turn(now -> machine.resign(token, now));
            if (machine.isReleasing()) {
                resignations.add(done);
            } else {
                done.complete(null);
            }
        });
        return done;
    }

    /** Takes part no longer. Done when nothing of this contender is left on the servers, or when its session is over. */
    public CompletableFuture<Void> close() {
        turnOnLoop(machine::close);
        return closed.copy();
    }

    // ---- The session

    @Override
    public void connected(QuorateClient in, long nowNanos) {
        client = in;
        turn(now -> machine.onConnected(in.sessionId(), in.sessionTimeout().toNanos(), now));
    }

    @Override
    public void disconnected(long nowNanos) {
        turn(machine::onDisconnected);
    }

    @Override
    public void sessionEnded(long nowNanos) {
        contest.sessionEnded();
        turn(machine::onSessionEnded);
    }

    @Override
    public CompletableFuture<Void> closing() {
        return close();
    }

    // ---- Turns of the machine

    private void turnOnLoop(LongConsumer step) {
        session.onLoop(nowNanos -> turn(step));
    }

    private void turn(LongConsumer step) {
        step.accept(System.nanoTime());
        arrangeTick();
    }

    private void arrangeTick() {
        ScheduledFuture<?> arranged = tick;
        if (arranged != null) {
            arranged.cancel(false);
        }
        long delayNanos = machine.delayNanos(System.nanoTime());
        tick = delayNanos == Long.MAX_VALUE ? null : session.later(delayNanos, nowNanos -> turn(machine::onTick));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its end is logged
    private <T> void answer(long operation, CompletableFuture<T> future, BiConsumer<T, Long> onValue) {
        future.handle((value, failure) -> {
                    if (failure == null) {
                        turn(nowNanos -> onValue.accept(value, nowNanos));
                    } else {
                        failed(operation, Failures.of(failure));
                    }
                    return value;
                })
                .whenComplete((value, bug) -> LeaseSession.logBug(bug));
    }

    private void failed(long operation, QuorateException failure) {
        turn(nowNanos -> machine.onFailed(operation, failure.code(), String.valueOf(failure.getMessage()), nowNanos));
        if (!(failure instanceof QuorateException.ConnectionLoss)) {
            events.failed(failure);
        }
    }

    private LeaseHold newHold(Title title, long untilNanos) {
        long token = title.token();
        return new LeaseHold(
                title,
                untilNanos,
                System::nanoTime,
                () -> turnOnLoop(nowNanos -> machine.onLapse(token, nowNanos)),
                () -> once ? close() : giveBack(Optional.of(token)));
    }

    private LeaseHold present() {
        LeaseHold present = hold;
        if (present == null) {
            throw new IllegalStateException("nothing was ever held");
        }
        return present;
    }

    private QuorateClient client() {
        QuorateClient present = client;
        if (present == null) {
            throw new IllegalStateException("asked before there was a server");
        }
        return present;
    }

    private final class Port implements LeasePort {
        @Override
        public void inspect(long operation) {
            answer(
                    operation,
                    contest.inspect(client(), watches),
                    (standing, nowNanos) -> machine.onInspected(operation, standing, nowNanos));
        }

        @Override
        public void claim(long operation) {
            answer(
                    operation,
                    contest.claim(client()),
                    (title, nowNanos) -> machine.onClaimed(operation, title, nowNanos));
        }

        @Override
        public void begin(long operation) {
            answer(
                    operation,
                    contest.begin(client()),
                    (title, nowNanos) -> machine.onClaimed(operation, Optional.of(title), nowNanos));
        }

        @Override
        public void watch(long operation) {
            answer(
                    operation,
                    contest.watch(client(), watches),
                    (ours, nowNanos) -> machine.onWatched(operation, ours, nowNanos));
        }

        @Override
        public void confirm(long operation, Title title) {
            answer(
                    operation,
                    client().multi(title.guard()),
                    (done, nowNanos) -> machine.onConfirmed(operation, nowNanos));
        }

        @Override
        public void release(long operation) {
            QuorateClient in = client();
            CompletableFuture<Void> told =
                    toldBeforeRelease ? session.afterCallbacks() : CompletableFuture.completedFuture(null);
            answer(
                    operation,
                    told.thenCompose(nothing -> contest.release(in)),
                    (done, nowNanos) -> machine.onReleased(operation, nowNanos));
        }

        @Override
        public long provenBefore(long cutoffNanos) {
            return client().provenBefore(cutoffNanos);
        }

        @Override
        public void begun(Title title, long leaseUntilNanos) {
            LeaseHold won = newHold(title, leaseUntilNanos);
            hold = won;
            events.won(won);
            session.notices().begun(won, events, session.callbacks());
        }

        @Override
        public void extended(long token, long leaseUntilNanos) {
            present().extend(leaseUntilNanos);
        }

        @Override
        public void ended(long token, Loss why) {
            present().end(why);
            toldBeforeRelease = !(once && why == Loss.CLOSED);
            session.callbacks().execute(() -> {}); // telling it is what happens before
        }

        @Override
        public void released() {
            toldBeforeRelease = false;
            resignations.forEach(each -> each.complete(null));
            resignations.clear();
        }

        @Override
        public void waiting() {
            events.waiting();
        }

        @Override
        public void closed() {
            watches.forget();
            session.remove(Contender.this);
            closed.complete(null);
        }

        @Override
        public void info(String message) {
            log.info("{}: {}", name, message);
        }

        @Override
        public void warn(String message) {
            log.warn("{}: {}", name, message);
        }
    }
}
