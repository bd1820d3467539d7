package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.apache.ApacheEnsemble;
import io.quorate.client.apache.ChildJvm;
import io.quorate.client.election.MasterElection;
import io.quorate.client.election.MasterListener;
import io.quorate.client.lease.Loss;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and elections over three Apache ZooKeeper servers, some of which are killed. */
@Timeout(120)
class EnsembleTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static ApacheEnsemble ensemble;

    @TempDir
    Path temporary;

    @BeforeAll
    static void start() throws Exception {
        ensemble = new ApacheEnsemble();
        try (QuorateClient first = QuorateClient.builder(ensemble.address())
                .sessionTimeout(TIMEOUT)
                .connect()) {
            assertThat(first.blocking().awaitConnected(Duration.ofSeconds(60))).isTrue();
        }
    }

    @AfterAll
    static void stop() throws Exception {
        ensemble.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aSessionMovesFromAKilledServerWithItsEphemeralsAndWatches() throws Exception {
        Events<ConnectionState> states = new Events<>();
        Events<WatchEvent> events = new Events<>();
        try (QuorateClient client = QuorateClient.builder(ensemble.address())
                        .sessionTimeout(TIMEOUT)
                        .listener((state, reason) -> states.add(state))
                        .connect();
                QuorateClient other = QuorateClient.builder(ensemble.address())
                        .sessionTimeout(TIMEOUT)
                        .connect()) {
            BlockingQuorate nodes = client.blocking();
            nodes.create("/moving", bytes("0"));
            nodes.create("/moving/ephemeral", null, CreateMode.EPHEMERAL);
            nodes.getData("/moving", events::add);
            long session = client.sessionId();
            states.until(ConnectionState.CONNECTED);
            int killed = ensemble.idOf(client.server());
            ensemble.kill(killed);
            assertThat(states.next()).isEqualTo(ConnectionState.SUSPENDED);
            states.until(ConnectionState.CONNECTED);
            assertThat(client.sessionId()).isEqualTo(session);
            assertThat(ensemble.idOf(client.server())).isNotEqualTo(killed);
            Optional<Stat> ephemeral = nodes.exists("/moving/ephemeral");
            assertThat(client.owns(ephemeral.orElseThrow())).isTrue();
            retrying(() -> other.blocking().setData("/moving", bytes("1")));
            assertThat(events.next().type()).isEqualTo(EventType.NODE_DATA_CHANGED);
            ensemble.restart(killed);
        }
        awaitAllServing();
    }

    @Test
    void oneMasterAtATimeWhileItsProcessIsKilledOrPaused() throws Exception {
        List<Process> workers = new ArrayList<>();
        Path log = temporary.resolve("workers.log");
        Events<String> told = new Events<>();
        try (QuorateClient watching = QuorateClient.builder(ensemble.address())
                        .sessionTimeout(TIMEOUT)
                        .connect();
                Follower follower = new Follower(watching, told)) {
            for (String id : List.of("a", "b", "c")) {
                workers.add(ChildJvm.start(
                        log, List.of(), WorkerMain.class.getName(), List.of(ensemble.address(), id, "4000")));
            }
            String first = told.next();
            awaitNames(watching, "/servers", 3);
            // kill -9: the next takes over when the servers have ended the session.
            long began = System.nanoTime();
            ChildJvm.kill(workers.get(first.charAt(0) - 'a'));
            String second = told.until(id -> !id.equals(first));
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                    .describedAs("session time-out and two ticks, and some time to breathe for a busy machine")
                    .isLessThan(4000 + 2 * ApacheEnsemble.TICK_MS + 5000);
            awaitNames(watching, "/servers", 2);
            // SIGSTOP for longer than the session: the paused one must tell its revocation before anything else.
            Process paused = workers.get(second.charAt(0) - 'a');
            ChildJvm.signal(paused, "STOP");
            told.until(id -> !id.equals(second));
            ChildJvm.signal(paused, "CONT");
            awaitNames(watching, "/servers", 2);
            List<String> lines = awaitLines(log, second + " revoked");
            int elected = lines.indexOf(second + " elected");
            assertThat(lines.stream()
                            .filter(line -> line.startsWith(second + " "))
                            .dropWhile(line -> !line.equals(second + " elected"))
                            .skip(1)
                            .filter(line -> !line.contains("tick"))
                            .findFirst())
                    .describedAs("after %s in %s", elected, lines)
                    .hasValueSatisfying(line -> assertThat(line).startsWith(second + " revoked"));
            assertThat(lines).noneMatch(line -> line.contains("VIOLATION"));
        } finally {
            for (Process each : workers) {
                ChildJvm.kill(each);
            }
        }
    }

    /** Follows the master's node from outside. */
    private static final class Follower implements AutoCloseable {
        private final QuorateClient client;
        private final Events<String> masters;
        private volatile boolean closed;

        Follower(QuorateClient client, Events<String> masters) {
            this.client = client;
            this.masters = masters;
            look();
        }

        @SuppressWarnings("FutureReturnValueIgnored") // what it finds is awaited by the test
        private void look() {
            if (closed) {
                return;
            }
            client.exists("/master", event -> look())
                    .thenCompose(found -> client.getData("/master"))
                    .whenComplete((data, failure) -> {
                        if (failure == null) {
                            masters.add(data.text().lines().findFirst().orElse(""));
                        } else if (failure.getCause() instanceof QuorateException.ConnectionLoss) {
                            look();
                        }
                    });
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** A worker in a process of its own: says on its output what it is told. Arguments: connect string, id, session time-out in ms. */
    public static final class WorkerMain {
        private static final Map<String, Long> TERMS = new ConcurrentHashMap<>();

        private WorkerMain() {}

        public static void main(String[] args) throws Exception {
            String id = args[1];
            MasterElection[] election = new MasterElection[1];
            election[0] = MasterElection.builder(
                            QuorateClient.builder(args[0]).sessionTimeout(Duration.ofMillis(Long.parseLong(args[2]))),
                            id)
                    .listener(new MasterListener() {
                        @Override
                        public void elected(long term) {
                            TERMS.put(id, term);
                            System.out.println(id + " elected");
                        }

                        @Override
                        public void revoked(long term, Loss why) {
                            TERMS.remove(id);
                            System.out.println(id + " revoked " + why);
                        }

                        @Override
                        public void masterChanged(Optional<io.quorate.client.election.Worker> master) {
                            if (TERMS.containsKey(id)
                                    && master.filter(each -> !each.id().equals(id))
                                            .isPresent()) {
                                System.out.println(id + " VIOLATION: still master when " + master.get() + " is");
                            }
                            System.out.println(id + " sees " + master);
                        }
                    })
                    .start();
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    /** For a test's own writes: a leader that was just killed takes the connection of any client with it. */
    private static void retrying(Step step) throws InterruptedException {
        while (true) {
            try {
                step.run();
                return;
            } catch (QuorateException.ConnectionLoss e) {
                // The test's time-out bounds this.
            }
        }
    }

    private static void awaitNames(QuorateClient client, String path, int count) throws Exception {
        Events<WatchEvent> changes = new Events<>();
        while (true) {
            try {
                if (client.blocking().getChildren(path, changes::add).names().size() == count) {
                    return;
                }
                changes.next();
            } catch (QuorateException.ConnectionLoss e) {
                // Asked again.
            }
        }
    }

    private static List<String> awaitLines(Path file, String prefix) throws Exception {
        while (true) {
            List<String> lines = Files.readAllLines(file);
            if (lines.stream().anyMatch(line -> line.startsWith(prefix))) {
                return lines;
            }
            TimeUnit.MILLISECONDS.sleep(20); // another process's output can only be polled
        }
    }

    private static void awaitAllServing() throws Exception {
        for (int id = 1; id <= 3; id++) {
            while (ensemble.role(id).isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(20); // another process's start can only be polled
            }
        }
    }
}
