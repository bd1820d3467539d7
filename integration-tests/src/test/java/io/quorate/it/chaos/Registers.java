package io.quorate.it.chaos;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.StockClient;
import io.quorate.protocol.ErrorCode;
import io.quorate.simulation.linearizability.Call;
import io.quorate.simulation.linearizability.LinearizabilityChecker;
import io.quorate.simulation.linearizability.TreeModel;
import io.quorate.simulation.linearizability.TreeModel.Extent;
import io.quorate.simulation.linearizability.TreeOperation;
import io.quorate.simulation.linearizability.TreeOperation.Answer;
import io.quorate.simulation.linearizability.TreeOperation.Create;
import io.quorate.simulation.linearizability.TreeOperation.Data;
import io.quorate.simulation.linearizability.TreeOperation.DoneAt;
import io.quorate.simulation.linearizability.TreeOperation.Failed;
import io.quorate.simulation.linearizability.TreeOperation.Read;
import io.quorate.simulation.linearizability.TreeOperation.Request;
import io.quorate.simulation.linearizability.TreeOperation.SetData;
import io.quorate.simulation.linearizability.TreeOperation.Version;
import io.quorate.simulation.linearizability.UnseenWrites;
import io.quorate.simulation.linearizability.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * Clients that set and read a few nodes, each through a session of its own with the stock client, and what they saw: whether that is
 * linearizable.
 */
final class Registers implements AutoCloseable {
    private static final String ROOT = "/registers";
    private static final int NODES = 3;
    private static final int CLIENTS = 5;
    private static final long MAX_STEPS = 3_000_000;
    private static final int EXPLAINED_CALLS = 8;

    /** How long a client rests between calls, so that a history stays one that can be searched. */
    private static final long PACE_MS = 20;

    private static final Duration PROGRESS_TIMEOUT = Duration.ofSeconds(90);

    private final String connectString;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final Map<String, List<Call<TreeOperation>>> histories = new TreeMap<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean stopping;

    private Registers(String connectString) {
        this.connectString = connectString;
    }

    static Registers start(String connectString, long seed) {
        Registers registers = new Registers(connectString);
        registers.create();
        SplittableRandom random = new SplittableRandom(seed);
        for (int client = 0; client < CLIENTS; client++) {
            registers.start(registers.new Client(client, random.split()));
        }
        return registers;
    }

    private static String path(int number) {
        return ROOT + "/" + number;
    }

    private void create() {
        try (StockClient client = StockClient.connect(connectString)) {
            client.create(ROOT, "");
            for (int i = 0; i < NODES; i++) {
                long invoked = System.nanoTime();
                client.create(path(i), "");
                record(path(i), new Create(path(i), "", false, 0, false), new DoneAt(path(i)), invoked, 0);
            }
        } catch (KeeperException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void start(Client client) {
        Thread thread = new Thread(client, "registers-" + client.number);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private synchronized void record(String path, Request request, Answer answer, long invoked, long hint) {
        histories
                .computeIfAbsent(path, any -> new ArrayList<>())
                .add(new Call<>(new TreeOperation(request, answer), invoked, System.nanoTime(), true, Call.NONE, hint));
        answered.incrementAndGet();
    }

    private synchronized void recordUnanswered(String path, Request request, long invoked) {
        histories
                .computeIfAbsent(path, any -> new ArrayList<>())
                .add(new Call<>(new TreeOperation(request, null), invoked, Call.NEVER, false, Call.NONE, Call.NO_HINT));
        unanswered.incrementAndGet();
    }

    private synchronized void failed(Throwable failure) {
        failures.add(failure);
    }

    private synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Waits until so many calls more are answered. */
    void awaitMore(int count) {
        int target = answered.get() + count;
        Await.until(
                count + " more answers to the clients of the registers",
                PROGRESS_TIMEOUT,
                () -> answered.get() >= target || !failures().isEmpty());
        throwFailures();
    }

    private void throwFailures() {
        List<Throwable> all = failures();
        if (!all.isEmpty()) {
            throw new AssertionError("a client of the registers failed", all.get(0));
        }
    }

    /** Ends the clients. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Thread each : threads) {
            each.join(PROGRESS_TIMEOUT.toMillis());
            if (each.isAlive()) {
                throw new AssertionError(each.getName() + " does not end");
            }
        }
        throwFailures();
    }

    /**
     * Checks, after {@link #stop()}.
     *
     * @return how many calls were answered and how many were not, in words
     * @throws AssertionError if no order of the calls explains what clients saw, or none was found
     */
    synchronized String check() {
        histories.forEach((path, history) -> {
            Verdict<TreeOperation> verdict = new LinearizabilityChecker<>(new TreeModel(Extent.NODE), MAX_STEPS)
                    .check(UnseenWrites.inOneOrder(hinted(history)));
            if (verdict.answer() != Verdict.Answer.YES) {
                throw new AssertionError("what clients saw of " + path + " is not linearizable: "
                        + verdict.explanation(EXPLAINED_CALLS));
            }
        });
        return answered + " calls answered, " + unanswered + " not";
    }

    /** What somebody has read was written: its place is known. */
    private static List<Call<TreeOperation>> hinted(List<Call<TreeOperation>> history) {
        Map<String, Long> seen = new HashMap<>();
        for (Call<TreeOperation> each : history) {
            if (each.operation().answer() instanceof Data data) {
                seen.put(data.data(), each.hint() - 1);
            }
        }
        List<Call<TreeOperation>> result = new ArrayList<>();
        for (Call<TreeOperation> each : history) {
            Long hint = each.operation().request() instanceof SetData set ? seen.get(set.data()) : null;
            result.add(
                    each.required() || hint == null
                            ? each
                            : new Call<>(each.operation(), each.invoked(), each.returned(), false, each.after(), hint));
        }
        return result;
    }

    @Override
    public void close() {
        stopping = true;
    }

    /** One session after the other, in a thread. */
    private final class Client implements Runnable {
        private final int number;
        private final SplittableRandom random;
        private final Map<String, Integer> versions = new HashMap<>();
        private int count;

        Client(int number, SplittableRandom random) {
            this.number = number;
            this.random = random;
        }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    try (StockClient client = StockClient.connect(connectString)) {
                        while (!stopping && client.zooKeeper().getState().isAlive()) {
                            call(client);
                            Thread.sleep(PACE_MS);
                        }
                    }
                }
            } catch (InterruptedException | KeeperException | RuntimeException | AssertionError e) {
                failed(e);
            }
        }

        private void call(StockClient client) throws KeeperException, InterruptedException {
            String path = path(random.nextInt(NODES));
            if (random.nextInt(3) == 0) {
                read(client, path);
            } else {
                set(client, path);
            }
        }

        private void set(StockClient client, String path) throws KeeperException, InterruptedException {
            String data = number + "-" + ++count;
            int expected = random.nextBoolean() ? TreeOperation.ANY_VERSION : versions.getOrDefault(path, 0);
            SetData request = new SetData(path, data, expected, 0);
            long invoked = System.nanoTime();
            try {
                Stat stat = client.zooKeeper().setData(path, data.getBytes(StandardCharsets.UTF_8), expected);
                versions.put(path, stat.getVersion());
                record(path, request, new Version(stat.getVersion()), invoked, 2 * stat.getMzxid());
            } catch (KeeperException.BadVersionException e) {
                record(path, request, new Failed(ErrorCode.BAD_VERSION), invoked, Call.NO_HINT);
                versions.remove(path);
            } catch (KeeperException e) {
                requireUnknown(e.code());
                recordUnanswered(path, request, invoked);
            }
        }

        /** What the sync does not bring, the read may not show. */
        private void read(StockClient client, String path) throws KeeperException, InterruptedException {
            long invoked = System.nanoTime();
            try {
                sync(client, path);
                Stat stat = new Stat();
                byte[] data = client.zooKeeper().getData(path, false, stat);
                versions.put(path, stat.getVersion());
                Answer answer = new Data(new String(data, StandardCharsets.UTF_8), stat.getVersion());
                record(path, new Read(path), answer, invoked, 2 * stat.getMzxid() + 1);
            } catch (KeeperException e) {
                requireUnknown(e.code());
            }
        }

        private void sync(StockClient client, String path) throws KeeperException, InterruptedException {
            CountDownLatch done = new CountDownLatch(1);
            AtomicInteger code = new AtomicInteger();
            client.zooKeeper()
                    .sync(
                            path,
                            (rc, of, context) -> {
                                code.set(rc);
                                done.countDown();
                            },
                            null);
            if (!done.await(PROGRESS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("a sync was neither answered nor lost within " + PROGRESS_TIMEOUT);
            }
            if (code.get() != 0) {
                throw KeeperException.create(Code.get(code.get()), path);
            }
        }

        private void requireUnknown(Code code) throws KeeperException {
            switch (code) {
                case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT -> {}
                default -> throw KeeperException.create(code);
            }
        }
    }
}
