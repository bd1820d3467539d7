package io.quorate.client.transport;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they came, on a pool's threads; it holds one of them only while there is work. What a
 * task throws is logged and does not stop the next.
 */
public final class SerialExecutor implements Executor {
    private static final Logger log = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor pool;
    private final Runnable beforeEach;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private volatile @Nullable Thread current;

    public SerialExecutor(Executor pool) {
        this(pool, () -> {});
    }

    /** @param beforeEach run on the same thread right before each task */
    public SerialExecutor(Executor pool, Runnable beforeEach) {
        this.pool = pool;
        this.beforeEach = beforeEach;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        try {
            pool.execute(this::drain);
        } catch (RejectedExecutionException e) {
            // The pool ends when the last session is closed; what is still to be told is told here rather than lost.
            drain();
        }
    }

    /** Whether the caller is a task of this executor. */
    public boolean isCurrent() {
        return Thread.currentThread().equals(current);
    }

    private void drain() {
        for (Runnable task = next(); task != null; task = next()) {
            current = Thread.currentThread();
            run(beforeEach);
            run(task);
            current = null;
        }
    }

    private @Nullable Runnable next() {
        synchronized (tasks) {
            Runnable task = tasks.poll();
            running = task != null;
            return task;
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a callback failed; the next one is called all the same", e);
        }
    }
}
