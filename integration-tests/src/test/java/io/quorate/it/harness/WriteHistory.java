package io.quorate.it.harness;

import io.quorate.it.harness.StockClient.Stock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;

/**
 * A stream of writes from several sessions of the stock client, and a session that reads one of the values all the while. It
 * goes on over connection losses and expired sessions until it is stopped, and remembers what was acknowledged.
 */
public final class WriteHistory implements AutoCloseable {
    private static final String DEFAULT_ROOT = "/history";
    private static final int CREATORS = 2;
    private static final int SETTERS = 2;
    /** Outstanding in each session, so that a kill meets writes at every stage. */
    private static final int PIPELINE = 4;
    /** Keeps the tree small enough to be read and compared in seconds. */
    private static final long PACE_MS = 15;

    private static final long ANSWER_TIMEOUT_S = 60;

    private final String connectString;
    private final String root;
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private WriteHistory(String connectString, String root) {
        this.connectString = connectString;
        this.root = root;
    }

    /** Makes the writers' nodes and starts the writers, on all servers of the ensemble. */
    public static WriteHistory start(Ensemble ensemble) {
        return start(ensemble, DEFAULT_ROOT);
    }

    /** The same, below a path that nothing is at yet. */
    public static WriteHistory start(Ensemble ensemble, String root) {
        WriteHistory history = new WriteHistory(ensemble.connectString(), root);
        try (StockClient client = StockClient.connect(ensemble.connectString())) {
            client.create(root, "");
            for (int writer = 0; writer < CREATORS; writer++) {
                client.create(HistoryChecker.folder(root, writer), "");
            }
            for (int writer = 0; writer < SETTERS; writer++) {
                client.create(HistoryChecker.node(root, writer), "");
            }
        } catch (KeeperException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        for (int writer = 0; writer < CREATORS; writer++) {
            history.run("creator-" + writer, history.new Writer(Write.Kind.CREATE, writer));
        }
        for (int writer = 0; writer < SETTERS; writer++) {
            history.run("setter-" + writer, history.new Writer(Write.Kind.SET, writer));
        }
        history.run("reader", history.new Reader());
        return history;
    }

    private void run(String name, Session session) {
        Thread thread = new Thread(
                () -> {
                    try (session) {
                        session.runUntilStopped();
                    } catch (Exception | AssertionError e) {
                        violations.add(name + " ended with " + e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    /** So far. */
    public int acknowledged() {
        return acknowledged.get();
    }

    /** Waits until this many writes more have been acknowledged than are now. */
    public void awaitMore(int count) {
        int target = acknowledged.get() + count;
        Await.until(
                "the writers to get " + count + " more acknowledgements",
                Duration.ofSeconds(60),
                () -> acknowledged.get() >= target || !violations.isEmpty());
        failOnViolations(List.copyOf(violations));
    }

    /** Ends the writers. */
    public void stop() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(ANSWER_TIMEOUT_S));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " does not end");
            }
        }
    }

    /**
     * Checks a tree, after {@link #stop()}, against what was written.
     *
     * @throws AssertionError with every violation
     */
    public void check(TreeDump tree) {
        List<String> all = new ArrayList<>(violations);
        all.addAll(HistoryChecker.violations(root, writes, tree.nodes()));
        failOnViolations(all);
    }

    private void failOnViolations(List<String> all) {
        if (!all.isEmpty()) {
            throw new AssertionError(all.size() + " violations after " + this + ":\n"
                    + String.join("\n", all.subList(0, Math.min(all.size(), 30))));
        }
    }

    @Override
    public void close() {
        stopping = true;
    }

    @Override
    public String toString() {
        return acknowledged + " acknowledged writes and " + unknown + " of unknown fate";
    }

    /** One session after the other, for one thread. */
    private abstract class Session implements AutoCloseable {
        private Stock zooKeeper = open();

        private Stock open() {
            return StockClient.open(connectString, StockClient.SESSION_TIMEOUT, event -> {});
        }

        final Stock client() {
            if (!zooKeeper.getState().isAlive()) {
                zooKeeper = open();
                newSession();
            }
            return zooKeeper;
        }

        final void runUntilStopped() throws Exception {
            while (!stopping) {
                step();
                Thread.sleep(PACE_MS);
            }
        }

        abstract void step() throws Exception;

        void newSession() {}

        @Override
        public void close() throws InterruptedException {
            zooKeeper.close(1000);
        }
    }

    private final class Writer extends Session {
        private final Write.Kind kind;
        private final int writer;
        private int next;

        Writer(Write.Kind kind, int writer) {
            this.kind = kind;
            this.writer = writer;
        }

        @Override
        void step() throws Exception {
            Stock client = client();
            List<CompletableFuture<Write>> sent = new ArrayList<>();
            for (int i = 0; i < PIPELINE; i++) {
                sent.add(send(client, next++));
            }
            for (CompletableFuture<Write> answer : sent) {
                record(await(answer));
            }
        }

        private void record(Write write) {
            writes.add(write);
            (write.acknowledged() ? acknowledged : unknown).incrementAndGet();
        }

        private CompletableFuture<Write> send(Stock client, int number) {
            CompletableFuture<Write> answer = new CompletableFuture<>();
            switch (kind) {
                case CREATE -> {
                    String wanted = HistoryChecker.folder(root, writer) + "/op-";
                    client.create(
                            wanted,
                            StockClient.bytes(writer + ":" + number),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT_SEQUENTIAL,
                            (int rc, String path, Object context, String name) ->
                                    answer.complete(write(number, rc, rc == 0 ? name : path, 0)),
                            null);
                }
                case SET ->
                    client.setData(
                            HistoryChecker.node(root, writer),
                            StockClient.bytes(Integer.toString(number)),
                            -1,
                            (int rc, String path, Object context, Stat stat) ->
                                    answer.complete(write(number, rc, path, rc == 0 ? stat.getVersion() : 0)),
                            null);
            }
            return answer;
        }

        private Write write(int number, int rc, String path, int version) {
            if (rc != 0 && !leavesFateUnknown(Code.get(rc))) {
                violations.add(kind + " " + number + " of writer " + writer + " answered " + Code.get(rc));
            }
            return new Write(kind, writer, number, rc == 0, path, version);
        }
    }

    /** ZooKeeper's promise of a single system image: never an older state after a newer one, across reconnects too. */
    private final class Reader extends Session {
        private int newest = -1;

        @Override
        void step() throws Exception {
            CompletableFuture<String> answer = new CompletableFuture<>();
            client().getData(
                            HistoryChecker.node(root, 0),
                            false,
                            (int rc, String path, Object context, byte[] data, Stat stat) -> {
                                if (rc != 0 && !leavesFateUnknown(Code.get(rc))) {
                                    violations.add("read of " + path + " answered " + Code.get(rc));
                                }
                                answer.complete(rc == 0 ? new String(data, StandardCharsets.UTF_8) : "");
                            },
                            null);
            String text = await(answer);
            if (!text.isEmpty()) {
                int value = Integer.parseInt(text);
                if (value < newest) {
                    violations.add("one session read " + value + " after " + newest);
                }
                newest = value;
            }
        }

        @Override
        void newSession() {
            newest = -1;
        }
    }

    private static boolean leavesFateUnknown(Code code) {
        return switch (code) {
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT -> true;
            default -> false;
        };
    }

    private static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(ANSWER_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer and no loss of the connection within " + ANSWER_TIMEOUT_S + " s", e);
        }
    }
}
