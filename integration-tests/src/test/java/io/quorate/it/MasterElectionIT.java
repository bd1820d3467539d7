package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Masterships;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.WorkerProcess;
import io.quorate.it.harness.WorkerProcess.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The main job: three workers in processes of their own elect a master among them. */
@Timeout(120)
class MasterElectionIT {
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Far below the session timeout: nobody waited for that. */
    private static final long AT_ONCE_MS = 1000;

    @RegisterExtension
    final Servers servers = new Servers();

    private final List<WorkerProcess> workers = new ArrayList<>();
    private final Map<String, Long> stoppedAtMs = new HashMap<>();
    private Ensemble ensemble;
    private StockClient client;

    @BeforeEach
    void startServersAndWorkers() throws Exception {
        ensemble = servers.three();
        client = servers.closing(StockClient.connect(ensemble.connectString()));
        client.create("/poke", "0");
        for (int i = 1; i <= 3; i++) {
            workers.add(startWorker("worker-" + i));
        }
        awaitServers("worker-1", "worker-2", "worker-3");
    }

    private WorkerProcess startWorker(String id) {
        return servers.closing(
                WorkerProcess.start(id, ensemble.connectString(), SESSION_TIMEOUT, "--watch", "/poke", "--data", id));
    }

    @Test
    void aKilledMasterIsFollowedWithinTheSessionTimeoutAndTwoTicks() throws Exception {
        WorkerProcess killed = awaitOneMaster();
        assertThat(client.get("/master")).startsWith(killed.id());
        Map<WorkerProcess, Integer> positions = positions();

        long atMs = System.currentTimeMillis();
        stoppedAtMs.put(killed.id(), atMs);
        killed.process().kill9();
        workers.remove(killed);

        Event elected = awaitNextElected(positions);
        assertThat(elected.wallMs() - atMs)
                .as("ms from the kill to the next master")
                .isLessThanOrEqualTo(Ensemble.expiryBound(SESSION_TIMEOUT).toMillis());
        assertThat(client.get("/master")).startsWith(elected.worker());
        awaitServers(ids());
        for (WorkerProcess worker : workers) {
            worker.awaitEvent(
                    "that it knows the workers that are left",
                    positions.get(worker),
                    PATIENCE,
                    event -> event.is("servers") && event.details().equals(String.join(",", ids())));
            worker.awaitEvent(
                    "who is master now",
                    positions.get(worker),
                    PATIENCE,
                    event -> event.is("master") && event.details().equals(elected.worker()));
        }

        WorkerProcess back = startWorker(killed.id());
        workers.add(back);
        awaitServers("worker-1", "worker-2", "worker-3");
        awaitOneMaster();
        assertThat(back.saysItIsMaster()).as("who comes back waits its turn").isFalse();
        assertNeverTwoMasters(killed);
    }

    @Test
    @Tag("full")
    void aCleanCloseHandsOverAtOnce() throws Exception {
        WorkerProcess closing = awaitOneMaster();
        Map<WorkerProcess, Integer> positions = positions();

        closing.process().terminate();
        workers.remove(closing);

        Event revoked = closing.awaitEvent("that it was revoked", 0, PATIENCE, event -> event.is("revoked"));
        assertThat(revoked.details()).endsWith("why=CLOSED");
        Event elected = awaitNextElected(positions);
        assertThat(elected.wallMs() - revoked.wallMs()).isLessThan(AT_ONCE_MS);
        awaitServers(ids());
        assertNeverTwoMasters(closing);
    }

    /** What arrived while the process stood still lies in its sockets: none of it may be seen by the worker before the revocation. */
    @Test
    void aPausedMasterIsRevokedBeforeAnyOtherCallbackWhenItResumes() throws Exception {
        WorkerProcess paused = awaitOneMaster();
        paused.awaitEvent("that it has left its watch", 0, PATIENCE, event -> event.is("read"));
        Map<WorkerProcess, Integer> positions = positions();

        stoppedAtMs.put(paused.id(), System.currentTimeMillis());
        paused.process().pause();
        client.set("/poke", "while it stood still");
        Event elected = awaitNextElected(positions);
        assertThat(elected.worker()).isNotEqualTo(paused.id());
        int position = paused.position(); // all that it said before the pause has been read by now
        assertThat(paused.saysItIsMaster())
                .as("it was told nothing while it stood still")
                .isTrue();
        paused.process().resume();

        Event first = paused.awaitEvent("anything", position, PATIENCE, event -> true);
        assertThat(first.what()).as("the first callback after the pause").isEqualTo("revoked");
        paused.awaitEvent(
                "that it is there again",
                position,
                PATIENCE,
                event -> event.details().equals("CONNECTED"));
        awaitServers("worker-1", "worker-2", "worker-3");
        assertThat(awaitOneMaster().id()).isEqualTo(elected.worker());
        assertNeverTwoMasters();
    }

    @Test
    @Tag("full")
    void thereIsOneMasterWhileTheLeadingServerDies() throws Exception {
        awaitOneMaster();

        ServerProcess leader = ensemble.leader();
        leader.kill9();
        ensemble.awaitServing();
        awaitOneMaster();
        leader.start();
        ensemble.awaitServing();
        awaitOneMaster();

        awaitServers("worker-1", "worker-2", "worker-3");
        assertNeverTwoMasters();
    }

    /** The one worker that says it is master, once the servers' node names the same. */
    private WorkerProcess awaitOneMaster() {
        return Await.value("one master among " + workers, PATIENCE, () -> {
            List<WorkerProcess> masters =
                    workers.stream().filter(WorkerProcess::saysItIsMaster).toList();
            boolean agreed = masters.size() == 1
                    && client.get("/master")
                            .lines()
                            .findFirst()
                            .orElse("")
                            .equals(masters.get(0).id());
            return agreed ? Optional.of(masters.get(0)) : Optional.empty();
        });
    }

    private Event awaitNextElected(Map<WorkerProcess, Integer> positions) {
        return Await.value(
                "another worker to be elected",
                PATIENCE,
                () -> workers.stream()
                        .flatMap(worker -> worker.events().stream().skip(positions.get(worker)))
                        .filter(event -> event.is("elected"))
                        .findFirst());
    }

    private Map<WorkerProcess, Integer> positions() {
        Map<WorkerProcess, Integer> positions = new HashMap<>();
        workers.forEach(worker -> positions.put(worker, worker.position()));
        return positions;
    }

    private String[] ids() {
        return workers.stream().map(WorkerProcess::id).sorted().toArray(String[]::new);
    }

    /** By somebody else's client: that these are registered, and nobody else. */
    private void awaitServers(String... ids) {
        Await.until("/servers to hold " + List.of(ids), PATIENCE, () -> {
            client.sync();
            return client.children("/servers").equals(List.of(ids));
        });
    }

    private void assertNeverTwoMasters(WorkerProcess... gone) {
        List<Event> all = new ArrayList<>();
        workers.forEach(worker -> all.addAll(worker.events()));
        for (WorkerProcess worker : gone) {
            all.addAll(worker.events());
        }
        assertThat(all.stream().filter(event -> event.is("elected"))).isNotEmpty();
        assertThat(Masterships.overlaps(all, stoppedAtMs)).isEmpty();
    }
}
