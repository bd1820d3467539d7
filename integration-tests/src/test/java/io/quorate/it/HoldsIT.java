package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.CutWire;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.HolderMain;
import io.quorate.it.harness.HolderProcess;
import io.quorate.it.harness.HolderProcess.Sample;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every sort of election and lock, held by processes that are killed, paused and cut off, on servers that are killed and restarted. Tokens are
 * ordered, so two holders at a time show as one that holds by a token still after another was seen to hold by a larger one.
 */
@Timeout(240)
class HoldsIT {
    private static final long SESSION_MS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    Path folder;

    private final List<HolderProcess> holders = new ArrayList<>();
    private final List<HolderProcess> running = new ArrayList<>();
    private final Map<String, List<Long>> takeOverMs = new LinkedHashMap<>();
    private Ensemble ensemble;

    @Test
    void neverTwoHoldersWhenTheHolderIsKilledOrStandsStill() throws Exception {
        begin();
        killTheHolder();
        standStill();
        checkTokens();
    }

    @Test
    @Tag("full")
    void neverTwoHoldersUnderAllThatCanHappen() throws Exception {
        begin();
        killTheHolder();
        standStill();
        partTheHolder();
        ServerProcess leader = ensemble.leader();
        leader.kill9();
        ensemble.awaitServing();
        awaitAllHeld("after the leading server was killed", System.nanoTime());
        leader.start();
        ensemble.awaitServing();
        ensemble.kill9All();
        long restartedNanos = System.nanoTime();
        ensemble.start().awaitServing();
        awaitAllHeld("after all servers were restarted", restartedNanos);
        killTheHolder();
        checkTokens();
    }

    private void begin() {
        ensemble = servers.three();
        HolderProcess first = start("a", ensemble.connectString());
        awaitAllHeld("first of all", System.nanoTime());
        assertThat(holdersNow().values()).containsOnly(first);
        start("b", ensemble.connectString());
    }

    private HolderProcess start(String id, String connectString) {
        HolderProcess holder = servers.closing(HolderProcess.start(folder, id, connectString, SESSION_MS));
        holders.add(holder);
        running.add(holder);
        return holder;
    }

    private void killTheHolder() {
        HolderProcess killed = anyHolder();
        start(killed.id() + "k", ensemble.connectString());
        takenOver("kill -9", killed, () -> {
            killed.process().kill9();
            running.remove(killed);
        });
    }

    /** For longer than the session lives; when it goes on it must hold nothing. */
    private void standStill() {
        HolderProcess paused = anyHolder();
        takenOver("SIGSTOP", paused, () -> paused.process().pause());
        paused.process().resume();
    }

    private void partTheHolder() throws Exception {
        CutWire wire = servers.closing(new CutWire(ensemble));
        HolderProcess parted = start("p", wire.connectString());
        List.copyOf(running).stream().filter(each -> each != parted).forEach(each -> {
            each.process().kill9();
            running.remove(each);
        });
        Await.until(
                "the parted one to hold all",
                PATIENCE,
                () -> holdersNow().values().stream().filter(parted::equals).count() == HolderMain.SORTS.size());
        start("q", ensemble.connectString());
        takenOver("partition", parted, wire::cut);
        wire.mend();
    }

    private interface Fault {
        void strike() throws Exception;
    }

    /** What this one held is held by others then, by larger tokens. */
    private void takenOver(String what, HolderProcess from, Fault fault) {
        Map<String, HolderProcess> before = holdersNow();
        long atNanos = System.nanoTime();
        try {
            fault.strike();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        List<String> lost = HolderMain.SORTS.stream()
                .filter(sort -> from.equals(before.get(sort)))
                .toList();
        assertThat(lost).isNotEmpty();
        for (String sort : lost) {
            Sample next = Await.value(
                    "another holder of " + sort + " after " + what + " of " + from,
                    PATIENCE,
                    () -> running.stream()
                            .filter(each -> !each.equals(from))
                            .flatMap(each -> each.samples().stream())
                            .filter(sample -> sample.sort().equals(sort) && sample.beforeNanos() - atNanos > 0)
                            .min(Comparator.comparingLong(Sample::beforeNanos)));
            long ms = TimeUnit.NANOSECONDS.toMillis(next.beforeNanos() - atNanos);
            takeOverMs
                    .computeIfAbsent(what + " " + sort, key -> new ArrayList<>())
                    .add(ms);
        }
    }

    private HolderProcess anyHolder() {
        awaitAllHeld("before a fault", System.nanoTime());
        return holdersNow().get("lock");
    }

    /** Each sort has been held since. */
    private void awaitAllHeld(String when, long sinceNanos) {
        for (String sort : HolderMain.SORTS) {
            Await.until(
                    sort + " to be held " + when,
                    PATIENCE,
                    () -> latest(sort)
                            .filter(sample -> sample.beforeNanos() - sinceNanos > 0)
                            .isPresent());
        }
    }

    private Optional<Sample> latest(String sort) {
        return running.stream()
                .flatMap(each -> each.samples().stream())
                .filter(sample -> sample.sort().equals(sort))
                .max(Comparator.comparingLong(Sample::beforeNanos));
    }

    private Map<String, HolderProcess> holdersNow() {
        Map<String, HolderProcess> now = new HashMap<>();
        for (String sort : HolderMain.SORTS) {
            latest(sort)
                    .flatMap(sample -> running.stream()
                            .filter(each -> each.id().equals(sample.holder()))
                            .findFirst())
                    .ifPresent(holder -> now.put(sort, holder));
        }
        return now;
    }

    private void checkTokens() {
        System.out.println(
                "ms until the next one held, with a session time-out of " + SESSION_MS + " ms: " + takeOverMs);
        for (String sort : HolderMain.SORTS) {
            List<Sample> samples = holders.stream()
                    .flatMap(each -> each.samples().stream())
                    .filter(sample -> sample.sort().equals(sort))
                    .sorted(Comparator.comparingLong(Sample::beforeNanos))
                    .toList();
            checkOrder(sort, samples);
        }
    }

    private static void checkOrder(String sort, List<Sample> byBegin) {
        List<Sample> byEnd = new ArrayList<>(byBegin);
        byEnd.sort(Comparator.comparingLong(Sample::afterNanos));
        assertThat(byBegin.stream().map(Sample::token).distinct().count())
                .as("terms of " + sort)
                .isGreaterThan(1);
        int next = 0;
        Sample largest = byBegin.get(0);
        for (Sample sample : byBegin) {
            while (next < byEnd.size() && byEnd.get(next).afterNanos() < sample.beforeNanos()) {
                Sample ended = byEnd.get(next++);
                largest = ended.token() > largest.token() ? ended : largest;
            }
            assertThat(sample.token()).as("%s after %s", sample, largest).isGreaterThanOrEqualTo(largest.token());
        }
    }
}
