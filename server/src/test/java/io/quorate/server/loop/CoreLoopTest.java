package io.quorate.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CoreLoopTest {
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final CoreLoop loop = new CoreLoop(Transport.best(), (thread, thrown) -> uncaught.add(thrown));

    @Test
    @SuppressWarnings("deprecation") // The only way into the last turn of a loop that is certain.
    void anInputInTheLastTurnOfALoopThatEndsIsDropped() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            loop.eventLoop().shutdown();
            loop.input();
            done.countDown();
        });
        assertThat(done.await(20, TimeUnit.SECONDS)).as("the input was taken").isTrue();
        loop.shutdown();
        assertThat(uncaught).isEmpty();
    }

    @Test
    void aTurnWithInputsEndsWithOneBatch() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        List<Long> batches = new CopyOnWriteArrayList<>();
        loop.execute(() -> {
            loop.start(new CoreLoop.Agent() {
                @Override
                public long onTick(long nowNanos, long wallMs) {
                    return TimeUnit.SECONDS.toNanos(1);
                }

                @Override
                public void endBatch(long nowNanos) {
                    batches.add(nowNanos);
                    ended.countDown();
                }
            });
            loop.input();
            loop.input();
            assertThat(batches).isEmpty();
        });
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        loop.shutdown();
        assertThat(uncaught).isEmpty();
    }
}
