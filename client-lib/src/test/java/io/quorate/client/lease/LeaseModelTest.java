package io.quorate.client.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Machines against a simple model of servers, with every delay, pause, broken connection and end of a session drawn from a seed.
 *
 * <p>The model is as bad as real servers may be: a contender's follower tells the leader of the session only every quarter of a time-out, and
 * the leader ends a session a time-out after what it was told last was heard; requests and answers take their time and are lost with their
 * connection, after or before they were carried out; a process may stand still, and what it is told meanwhile it hears of when it goes on.
 */
class LeaseModelTest {
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(6);
    private static final long REPORT = TIMEOUT / LeaseLimits.REPORT_DIVISOR;
    private static final int SEEDS = Integer.getInteger("lease.seeds", 300);

    @ParameterizedTest
    @EnumSource
    void neverTwoHoldersAndTokensGrow(LeaseMachine.Kind kind) {
        int terms = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            World world = new World(seed, kind);
            try {
                world.run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " of " + kind + ": " + e, e);
            }
            terms += world.terms;
        }
        assertThat(terms).describedAs("terms in all seeds").isGreaterThan(SEEDS * 3);
    }

    /** The checker itself is able to find something: without the margins there are two holders. */
    @Test
    void aLeaseThatIsTooLongIsFound() {
        boolean found = false;
        for (long seed = 0; seed < SEEDS && !found; seed++) {
            World world = new World(seed, LeaseMachine.Kind.RENEWED);
            world.lie = REPORT * 3;
            try {
                world.run();
            } catch (AssertionError e) {
                found = true;
            }
        }
        assertThat(found).isTrue();
    }

    private record Event(long atNanos, long order, Runnable step) {}

    /** The leader's state, and time. */
    private static final class World {
        private final Random random;
        private final LeaseMachine.Kind kind;
        private final PriorityQueue<Event> events =
                new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
        private final List<Candidate> processes = new ArrayList<>();

        /** One line for every kind: who is first holds. */
        private final List<Node> line = new ArrayList<>();

        private long now;
        private long order;
        private long zxid = 1;
        private long sessions;
        private long largestToken;
        private int terms;
        private long lie;

        World(long seed, LeaseMachine.Kind kind) {
            random = new Random(seed);
            this.kind = kind;
            for (int i = 0; i < 3; i++) {
                processes.add(new Candidate(this));
            }
        }

        void run() {
            processes.forEach(each -> after(0, 1000, each::connect));
            processes.forEach(each -> after(0, 3000, each::trouble));
            long end = TimeUnit.SECONDS.toNanos(120);
            while (!events.isEmpty() && events.peek().atNanos <= end) {
                Event next = events.poll();
                now = next.atNanos;
                next.step.run();
                check();
            }
        }

        /** By the clock alone, whether a process stands still or not. */
        private void check() {
            List<Candidate> holders =
                    processes.stream().filter(each -> each.holdsByClock(now)).toList();
            assertThat(holders.size()).describedAs("holders at " + now).isLessThanOrEqualTo(1);
            for (Candidate each : holders) {
                assertThat(line)
                        .describedAs("what the servers know of the holder of " + each.token)
                        .isNotEmpty();
                assertThat(line.get(0).token).isEqualTo(each.token);
            }
        }

        void begun(long token) {
            terms++;
            assertThat(token).describedAs("token").isGreaterThan(largestToken);
            largestToken = token;
        }

        void after(int minMs, int maxMs, Runnable step) {
            at(now + TimeUnit.MILLISECONDS.toNanos(minMs + random.nextInt(Math.max(1, maxMs - minMs))), step);
        }

        void at(long atNanos, Runnable step) {
            events.add(new Event(atNanos, order++, step));
        }

        void endSession(long session) {
            boolean changed = line.removeIf(node -> node.session == session);
            if (changed) {
                lineChanged();
            }
        }

        /** Watches of a herd: more than a real line has, which does no harm. */
        void lineChanged() {
            processes.forEach(each -> after(1, 50, each::changed));
        }
    }

    private static final class Node {
        private final long session;
        private long token;

        Node(long session, long token) {
            this.session = session;
            this.token = token;
        }
    }

    /** One process with its machine, its session, and its follower. */
    private static final class Candidate implements LeasePort {
        private final World world;
        private final LeaseMachine machine;

        /** What it hears when it goes on; null while it runs. */
        private Deque<Runnable> inbox;

        private boolean connected;
        private long connection;
        private long session;
        private long told;
        private long lastHeardNanos;
        private long reportedNanos;
        private long helloNanos;
        private final List<long[]> answered = new ArrayList<>();
        private long tick;
        private long token;
        private long leaseUntil;

        Candidate(World world) {
            this.world = world;
            machine =
                    new LeaseMachine(world.kind == LeaseMachine.Kind.ONCE ? LeaseMachine.Kind.ANEW : world.kind, this);
        }

        boolean holdsByClock(long now) {
            return token != 0 && now - leaseUntil < 0;
        }

        // ---- The process

        private void hear(Runnable news) {
            if (inbox != null) {
                inbox.add(news);
                return;
            }
            news.run();
            arrangeTick();
        }

        private void arrangeTick() {
            long number = ++tick;
            long delay = machine.delayNanos(world.now);
            if (delay != Long.MAX_VALUE) {
                world.at(world.now + delay, () -> {
                    if (number == tick) {
                        hear(() -> machine.onTick(world.now));
                    }
                });
            }
        }

        void trouble() {
            world.after(200, 6000, this::trouble);
            switch (world.random.nextInt(4)) {
                case 0 -> disconnect();
                case 1 -> pause();
                default -> {}
            }
        }

        private void pause() {
            if (inbox == null) {
                inbox = new ArrayDeque<>();
                world.after(100, 9000, () -> {
                    Deque<Runnable> waiting = inbox;
                    inbox = null;
                    while (!waiting.isEmpty()) {
                        waiting.poll().run();
                    }
                    arrangeTick();
                });
            }
        }

        void changed() {
            hear(() -> machine.onChanged(world.now));
        }

        // ---- The session

        private void disconnect() {
            if (connected) {
                connected = false;
                connection++;
                hear(() -> machine.onDisconnected(world.now));
                world.after(10, 4000, this::connect);
            }
        }

        void connect() {
            long sentNanos = world.now;
            if (inbox != null) { // a process that stands still sends nothing
                world.after(50, 500, this::connect);
                return;
            }
            world.after(1, 400, () -> connected(sentNanos));
        }

        private void connected(long sentNanos) {
            boolean fresh = session == 0;
            if (fresh) {
                session = ++world.sessions;
            }
            connected = true;
            long mine = ++connection;
            helloNanos = sentNanos;
            answered.clear();
            lastHeardNanos = world.now;
            reportedNanos = world.now; // the leader itself is asked
            if (fresh) {
                watchOver(session);
            }
            report(mine);
            long granted = session;
            hear(() -> {
                if (mine == connection) {
                    told = granted;
                    machine.onConnected(granted, TIMEOUT, world.now);
                    ping(mine);
                }
            });
        }

        private void report(long mine) {
            world.at(world.now + REPORT, () -> {
                if (mine == connection && connected) {
                    reportedNanos = Math.max(reportedNanos, lastHeardNanos);
                    report(mine);
                }
            });
        }

        /** The leader ends a session that it was not told of for a time-out. */
        private void watchOver(long watched) {
            world.at(Math.max(world.now + 1, reportedNanos + TIMEOUT), () -> {
                if (watched != session) {
                    return;
                }
                if (world.now - reportedNanos < TIMEOUT) {
                    watchOver(watched);
                    return;
                }
                session = 0;
                boolean was = connected;
                connected = false;
                connection++;
                world.endSession(watched);
                // The process hears of it when it asks next.
                world.after(
                        1,
                        3000,
                        () -> hear(() -> {
                            if (told == watched) { // otherwise it has heard by the next session's begin
                                machine.onSessionEnded(world.now);
                            }
                        }));
                if (was) {
                    world.after(3000, 4000, this::connect);
                }
            });
        }

        private void ping(long mine) {
            if (mine == connection && connected && inbox == null) {
                ask(world.now, () -> true, any -> {}, code -> {});
            }
            world.at(world.now + TIMEOUT / 3, () -> {
                if (mine == connection) {
                    ping(mine);
                }
            });
        }

        /** There, where it is carried out, and back; each way may be the connection's last. */
        private <T> void ask(
                long sentNanos,
                java.util.function.Supplier<T> atTheServer,
                Consumer<T> onAnswer,
                Consumer<ErrorCode> onFailure) {
            long mine = connection;
            long asked = session;
            if (!connected || asked == 0) {
                world.after(1, 20, () -> hear(() -> onFailure.accept(ErrorCode.CONNECTION_LOSS)));
                return;
            }
            world.after(1, world.random.nextInt(10) == 0 ? 1500 : 60, () -> {
                if (mine != connection || asked != session) {
                    return; // lost on its way; the machine is told of the disconnection
                }
                lastHeardNanos = world.now;
                T result = atTheServer.get();
                world.after(1, world.random.nextInt(10) == 0 ? 1500 : 60, () -> {
                    if (mine == connection) {
                        hear(() -> answer(mine, sentNanos, result, onAnswer, onFailure));
                    }
                });
            });
        }

        private <T> void answer(
                long mine, long sentNanos, T result, Consumer<T> onAnswer, Consumer<ErrorCode> onFailure) {
            if (mine != connection) {
                return;
            }
            answered.add(new long[] {sentNanos, world.now});
            if (result == null) {
                onFailure.accept(ErrorCode.NODE_EXISTS);
            } else {
                onAnswer.accept(result);
            }
        }

        // ---- What the machine asks for

        @Override
        public void inspect(long operation) {
            ask(
                    world.now,
                    this::standing,
                    standing -> machine.onInspected(operation, standing, world.now),
                    failed(operation));
        }

        private Consumer<ErrorCode> failed(long operation) {
            return code -> machine.onFailed(operation, code, code.name(), world.now);
        }

        private Standing standing() {
            Node own = own();
            if (own == null) {
                boolean free = world.kind != LeaseMachine.Kind.RENEWED || world.line.isEmpty();
                return free ? new Standing.Free() : new Standing.Taken("another");
            }
            if (world.line.get(0) != own) {
                return new Standing.Taken("another");
            }
            return new Standing.Ours(
                    world.kind == LeaseMachine.Kind.RENEWED ? Optional.empty() : Optional.of(title(own)));
        }

        private Node own() {
            return world.line.stream()
                    .filter(node -> node.session == session)
                    .findFirst()
                    .orElse(null);
        }

        private static Title title(Node node) {
            return new Title(node.token, List.of());
        }

        @Override
        public void claim(long operation) {
            ask(
                    world.now,
                    () -> {
                        if (world.kind == LeaseMachine.Kind.RENEWED && !world.line.isEmpty()) {
                            return null;
                        }
                        Node node = new Node(session, ++world.zxid);
                        world.line.add(node);
                        return world.kind == LeaseMachine.Kind.RENEWED
                                ? Optional.of(title(node))
                                : Optional.<Title>empty();
                    },
                    won -> machine.onClaimed(operation, won, world.now),
                    failed(operation));
        }

        @Override
        public void begin(long operation) {
            ask(
                    world.now,
                    () -> {
                        Node own = own();
                        if (own == null || world.line.get(0) != own) {
                            return null;
                        }
                        ++world.zxid;
                        own.token = world.kind == LeaseMachine.Kind.RENEWED ? world.zxid : own.token;
                        return title(own);
                    },
                    won -> machine.onClaimed(operation, Optional.of(won), world.now),
                    failed(operation));
        }

        @Override
        public void watch(long operation) {
            ask(
                    world.now,
                    () -> own() != null,
                    ours -> machine.onWatched(operation, ours, world.now),
                    failed(operation));
        }

        @Override
        public void confirm(long operation, Title title) {
            ask(
                    world.now,
                    () -> own() == null ? null : Boolean.TRUE,
                    done -> machine.onConfirmed(operation, world.now),
                    failed(operation));
        }

        @Override
        public void release(long operation) {
            ask(
                    world.now,
                    () -> {
                        world.line.removeIf(node -> node.session == session);
                        world.lineChanged();
                        return true;
                    },
                    done -> machine.onReleased(operation, world.now),
                    failed(operation));
        }

        @Override
        public long provenBefore(long cutoffNanos) {
            long proven = helloNanos;
            for (long[] each : answered) {
                proven = each[1] <= cutoffNanos ? each[0] : proven;
            }
            return proven + world.lie;
        }

        @Override
        public void begun(Title title, long leaseUntilNanos) {
            token = title.token();
            leaseUntil = leaseUntilNanos;
            world.begun(token);
        }

        @Override
        public void extended(long extended, long leaseUntilNanos) {
            assertThat(extended).isEqualTo(token);
            leaseUntil = leaseUntilNanos;
        }

        @Override
        public void ended(long ended, Loss why) {
            assertThat(ended).isEqualTo(token);
            token = 0;
        }

        @Override
        public void released() {}

        @Override
        public void waiting() {}

        @Override
        public void closed() {}

        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    }
}
