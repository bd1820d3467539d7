package io.quorate.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replica.port.DiskJob;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.NoRoomException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The contract of DiskLoopPort: order, batches, completion on the core loop, the end at a failure. */
@Timeout(30)
class DiskLoopTest {
    private final CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
    private final CompletableFuture<RuntimeException> failure = new CompletableFuture<>();
    private CoreLoop core;
    private DiskLoop disk;
    private final CountDownLatch fullSeen = new CountDownLatch(1);

    /** What happened, in order; on the disk loop and on the core loop, which are never there at the same time in these tests. */
    private final List<String> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        core = new CoreLoop(Transport.NIO, (thread, thrown) -> uncaught.complete(thrown));
        disk = new DiskLoop("log", core, new Events(), (thread, thrown) -> uncaught.complete(thrown));
        disk.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        assertThat(disk.stop(5000)).isTrue();
        core.shutdown();
    }

    private final class Events implements DiskLoop.Owner {
        @Override
        public void onFailure(RuntimeException thrown) {
            failure.complete(thrown);
        }

        @Override
        public void onFull(NoRoomException full) {
            events.add("full: " + full.getMessage());
            fullSeen.countDown();
        }

        @Override
        public void onRoom() {
            events.add("room");
        }
    }

    private final class Job implements DiskJob {
        private final String name;
        private final Runnable work;
        private final CountDownLatch completed = new CountDownLatch(1);

        private Job(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public void run() {
            events.add("run " + name);
            work.run();
        }

        @Override
        public void endBatch() {
            events.add("end " + name);
        }

        @Override
        public void complete(long nowNanos) {
            events.add("complete " + name + (core.inLoop() ? "" : " on the wrong thread"));
            completed.countDown();
        }

        private void await() throws InterruptedException {
            assertThat(completed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void submit(Job... jobs) {
        core.execute(() -> {
            for (Job job : jobs) {
                disk.submit(job);
            }
            disk.flush();
        });
    }

    @Test
    void whatWaitsIsOneBatch() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Job first = new Job("first", () -> {
            started.countDown();
            awaitQuietly(release);
        });
        Job second = new Job("second", () -> {});
        Job third = new Job("third", () -> {});
        submit(first);
        awaitQuietly(started);
        submit(second, third);
        core.execute(release::countDown);
        third.await();
        assertThat(events)
                .containsSubsequence("run first", "end first", "run second", "run third", "end second", "end third")
                .containsSubsequence("end first", "complete first", "complete second", "complete third")
                .containsSubsequence("end third", "complete second");
    }

    @Test
    void aParkedLoopWakesUpEveryTime() throws InterruptedException {
        for (int i = 0; i < 2000; i++) {
            Job job = new Job("job " + i, () -> {});
            submit(job);
            job.await();
        }
    }

    @Test
    void aFailureIsToldOnceAndNothingRunsAfterIt() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        submit(new Job("slow", () -> awaitQuietly(release)));
        submit(
                new Job("good", () -> {}),
                new Job("bad", () -> {
                    throw new IllegalStateException("the disk is full");
                }),
                new Job("late", () -> {}));
        core.execute(release::countDown);
        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("the disk is full");
        submit(new Job("later", () -> {}));
        assertThat(disk.stop(5000)).isTrue();
        assertThat(events).contains("run good", "run bad").doesNotContain("run late", "run later", "complete good");
    }

    @Test
    void stoppingRunsWhatWasSubmitted() throws InterruptedException {
        Job[] jobs = new Job[100];
        for (int i = 0; i < jobs.length; i++) {
            jobs[i] = new Job("job " + i, () -> {});
        }
        CountDownLatch submitted = new CountDownLatch(1);
        core.execute(() -> {
            for (Job job : jobs) {
                disk.submit(job);
            }
            submitted.countDown();
        });
        assertThat(submitted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(disk.stop(5000)).isTrue();
        assertThat(events).contains("run job 99");
    }

    @Test
    void aJobWithoutRoomIsRunAgainAndWhatIsBehindItWaits() throws Exception {
        AtomicBoolean room = new AtomicBoolean();
        Job large = new Job("large", () -> {
            if (!room.get()) {
                throw noRoom();
            }
        });
        Job behind = new Job("behind", () -> {});
        submit(large, behind);
        assertThat(fullSeen.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events).doesNotContain("run behind", "complete large");
        room.set(true);
        assertThat(behind.completed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(events).filteredOn(event -> event.startsWith("full")).hasSize(1);
        assertThat(events).containsSubsequence("full: the test: cannot write. No room.", "run large", "run behind");
        assertThat(events).containsSubsequence("room", "complete large", "complete behind");
        assertThat(failure).isNotDone();
    }

    @Test
    void aThreadThatWaitsForRoomCanBeStopped() throws Exception {
        submit(new Job("large", () -> {
            throw noRoom();
        }));
        assertThat(fullSeen.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(disk.stop(5000)).isTrue();
        assertThat(events).doesNotContain("complete large");
        assertThat(failure).isNotDone();
    }

    private static NoRoomException noRoom() {
        return new NoRoomException(
                new DiskException(DiskException.Kind.NO_SPACE, "the test", "write", null, "No room."));
    }

    @Test
    void anErrorIsFatal() throws Exception {
        submit(new Job("broken", () -> {
            throw new AssertionError("a bug");
        }));
        assertThat(uncaught.get(10, TimeUnit.SECONDS)).hasMessage("a bug");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody released the disk");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
