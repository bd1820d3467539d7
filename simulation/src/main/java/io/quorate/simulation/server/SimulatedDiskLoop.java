package io.quorate.simulation.server;

import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.NoRoomException;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread that does disk work, as events: what waits is drained as one batch, each job runs at a time of its own, then each is told of the
 * end of the batch, and then the batch goes back to the replica. Between any two of these the server may crash.
 */
final class SimulatedDiskLoop implements DiskLoopPort {
    private static final long ROOM_RETRY_NANOS = 100_000_000L;

    private final ServerProcess process;

    /** Submitted and not drained. */
    private List<DiskJob> waiting = new ArrayList<>();

    private boolean running;
    private boolean failed;

    /** What runs waits for room. */
    private boolean full;

    private boolean unflushed;

    /** Batches go back in order. */
    private long lastCompletionNanos;

    SimulatedDiskLoop(ServerProcess process) {
        this.process = process;
    }

    @Override
    public void submit(DiskJob job) {
        waiting.add(job);
        unflushed = true;
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            if (!running) {
                running = true;
                process.diskWork(process.wakeUpNanos(), this::drain);
            }
        }
    }

    private void drain() {
        if (waiting.isEmpty() || failed) {
            running = false;
            return;
        }
        List<DiskJob> batch = waiting;
        waiting = new ArrayList<>();
        run(batch, 0);
    }

    private void run(List<DiskJob> batch, int index) {
        if (index == batch.size()) {
            endBatch(batch, 0);
        } else {
            attempt(
                    batch.get(index)::run,
                    () -> process.diskWork(process.jobNanos(), () -> run(batch, index + 1)),
                    () -> run(batch, index));
        }
    }

    private void endBatch(List<DiskJob> batch, int index) {
        if (index == batch.size()) {
            handBack(batch);
        } else {
            attempt(
                    batch.get(index)::endBatch,
                    () -> process.diskWork(process.forceNanos(), () -> endBatch(batch, index + 1)),
                    () -> endBatch(batch, index));
        }
    }

    private void attempt(Runnable work, Runnable next, Runnable again) {
        try {
            work.run();
        } catch (NoRoomException e) {
            if (!full) {
                full = true;
                process.diskFull(e);
            }
            process.diskWork(ROOM_RETRY_NANOS, again);
            return;
        } catch (RuntimeException e) {
            failed = true;
            process.diskFailed(e);
            return;
        }
        if (full) {
            full = false;
            process.diskHasRoom();
        }
        next.run();
    }

    private void handBack(List<DiskJob> batch) {
        long now = process.worldNanos();
        lastCompletionNanos = Math.max(lastCompletionNanos, now + process.wakeUpNanos());
        process.later(lastCompletionNanos - now, () -> {
            for (DiskJob job : batch) {
                job.complete(process.nowNanos());
            }
        });
        drain();
    }
}
