package io.quorate.client.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.apache.ApacheEnsemble;
import io.quorate.client.apache.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Servers and workers are killed and paused at random for a minute. Terms are ordered, so two masters at a time show as a worker that is
 * still master of a term after another was seen to be master of a later one.
 */
@Tag("full")
@Timeout(240)
class ElectionSoakTest {
    private static final int WORKERS = 3;
    private static final long SECONDS = Long.getLong("soak.seconds", 60);

    @TempDir
    Path folder;

    private record Sample(int worker, long term, long before, long after) {}

    @Test
    void neverTwoMasters() throws Exception {
        long seed = Long.getLong("soak.seed", System.nanoTime());
        System.out.println("-Dsoak.seed=" + seed);
        Random random = new Random(seed);
        Process[] workers = new Process[WORKERS];
        try (ApacheEnsemble ensemble = new ApacheEnsemble()) {
            try (QuorateClient first = QuorateClient.connect(ensemble.address())) {
                assertThat(first.blocking().awaitConnected(Duration.ofSeconds(60)))
                        .isTrue();
            }
            for (int i = 0; i < WORKERS; i++) {
                workers[i] = worker(ensemble, i);
            }
            long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() - endNanos < 0) {
                trouble(random, ensemble, workers);
                pause(random, 500, 2500);
            }
            pause(random, 8000, 8001); // and in the end there is a master again
        } finally {
            for (Process each : workers) {
                if (each != null) {
                    ChildJvm.kill(each);
                }
            }
        }
        check(readSamples());
    }

    private Process worker(ApacheEnsemble ensemble, int i) throws Exception {
        return ChildJvm.start(
                folder.resolve("worker" + i),
                List.of(),
                SampledWorker.class.getName(),
                List.of(ensemble.address(), "w" + i, "3000"));
    }

    private void trouble(Random random, ApacheEnsemble ensemble, Process[] workers) throws Exception {
        int server = 1 + random.nextInt(3);
        int worker = random.nextInt(WORKERS);
        switch (random.nextInt(4)) {
            case 0 -> {
                ensemble.kill(server);
                pause(random, 100, 3000);
                ensemble.restart(server);
            }
            case 1 -> {
                ensemble.signal(server, "STOP");
                pause(random, 200, 6000);
                ensemble.signal(server, "CONT");
            }
            case 2 -> {
                ChildJvm.signal(workers[worker], "STOP");
                pause(random, 200, 6000);
                ChildJvm.signal(workers[worker], "CONT");
            }
            default -> {
                ChildJvm.kill(workers[worker]);
                workers[worker] = worker(ensemble, worker);
            }
        }
    }

    private static void pause(Random random, int minMs, int maxMs) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(minMs + random.nextInt(maxMs - minMs)); // how long trouble lasts is what is drawn
    }

    private List<Sample> readSamples() throws Exception {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            for (String line : Files.readAllLines(folder.resolve("worker" + i))) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("master") && words.length == 4) {
                    samples.add(new Sample(
                            i, Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3])));
                }
            }
        }
        return samples;
    }

    private static void check(List<Sample> samples) {
        TreeSet<Long> terms = new TreeSet<>();
        samples.forEach(sample -> terms.add(sample.term()));
        System.out.println(samples.size() + " samples of " + terms.size() + " terms");
        assertThat(terms).hasSizeGreaterThan(1);
        samples.sort(Comparator.comparingLong(Sample::before));
        List<Sample> byEnd = new ArrayList<>(samples);
        byEnd.sort(Comparator.comparingLong(Sample::after));
        int next = 0;
        Sample latest = null;
        for (Sample sample : samples) {
            while (next < byEnd.size() && byEnd.get(next).after() < sample.before()) {
                Sample ended = byEnd.get(next++);
                latest = latest == null || ended.term() > latest.term() ? ended : latest;
            }
            assertThat(latest == null || latest.term() <= sample.term())
                    .describedAs("%s was seen before %s", latest, sample)
                    .isTrue();
        }
        long last = samples.get(samples.size() - 1).before();
        assertThat(samples.stream().mapToLong(Sample::before).max()).hasValue(last);
    }
}
