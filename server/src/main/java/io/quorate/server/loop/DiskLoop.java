package io.quorate.server.loop;

import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.NoRoomException;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.SpscUnboundedArrayQueue;

/**
 * A thread that does nothing but disk work. It drains what the core loop has submitted, runs it as one batch, and hands the batch back with
 * one wake-up. It is parked while there is nothing to do.
 *
 * <p>The queue has no bound of its own: the replica bounds what it has in flight.
 */
public final class DiskLoop implements DiskLoopPort {
    private static final int QUEUE_CHUNK = 1024;

    /** What is told of a disk that is not well. On the core loop. */
    public interface Owner {
        /** Called once; nothing more is run. */
        void onFailure(RuntimeException failure);

        /** A job waits for room. */
        void onFull(NoRoomException full);

        /** It has found some. */
        void onRoom();
    }

    private final CoreLoop core;
    private final Owner owner;
    private final Thread thread;
    private final MessagePassingQueue<DiskJob> jobs = new SpscUnboundedArrayQueue<>(QUEUE_CHUNK);

    /** Submitted since the last flush. Only on the core loop. */
    private boolean unflushed;

    /** Set before the thread looks at the queue for the last time and parks: who sees it has to wake the thread. */
    private volatile boolean parked;

    private volatile boolean stopping;

    /** What was submitted is not to be run any more. */
    private volatile boolean abandoned;

    /**
     * @param core where completions go, and what the owner is told
     */
    public DiskLoop(String name, CoreLoop core, Owner owner, Thread.UncaughtExceptionHandler onUncaught) {
        this.core = core;
        this.owner = owner;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(onUncaught);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void submit(DiskJob job) {
        jobs.offer(job);
        unflushed = true;
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            wakeUp();
        }
    }

    /**
     * Lets the thread end when it has run all that was submitted, and waits for it.
     *
     * @return whether it ended in time
     */
    public boolean stop(long timeoutMs) throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join(timeoutMs);
        return !thread.isAlive();
    }

    /** As {@link #stop}, but runs nothing more of what was submitted than what it is in the middle of. */
    public boolean abandon(long timeoutMs) throws InterruptedException {
        abandoned = true;
        return stop(timeoutMs);
    }

    private void wakeUp() {
        // The queue publishes without a full barrier: without one, "parked" could be read before the job can be seen.
        VarHandle.fullFence();
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            List<DiskJob> batch = new ArrayList<>();
            jobs.drain(batch::add);
            if (abandoned) {
                return;
            }
            if (batch.isEmpty()) {
                if (stopping) {
                    return;
                }
                park();
            } else if (!runBatch(batch)) {
                return;
            }
        }
    }

    private void park() {
        parked = true;
        if (jobs.isEmpty() && !stopping) {
            LockSupport.park(this);
        }
        parked = false;
    }

    private boolean runBatch(List<DiskJob> batch) {
        try {
            for (DiskJob job : batch) {
                waitingForRoom(job::run);
            }
            if (abandoned) {
                return false;
            }
            for (DiskJob job : batch) {
                waitingForRoom(job::endBatch);
            }
        } catch (NoRoomException e) {
            return false; // It is stopping.
        } catch (RuntimeException e) {
            tell(() -> owner.onFailure(e));
            return false;
        }
        core.execute(() -> complete(batch));
        return true;
    }

    private void tell(Runnable what) {
        core.execute(() -> {
            core.input();
            what.run();
        });
    }

    /** @throws NoRoomException if there is no room and the thread is to end */
    private void waitingForRoom(Runnable work) {
        boolean full = false;
        while (!abandoned) {
            try {
                work.run();
                if (full) {
                    tell(owner::onRoom);
                }
                return;
            } catch (NoRoomException e) {
                if (stopping) {
                    throw e;
                }
                if (!full) {
                    tell(() -> owner.onFull(e));
                }
                full = true;
                LockSupport.parkNanos(this, TransportLimits.ROOM_RETRY_NANOS);
            }
        }
    }

    private void complete(List<DiskJob> batch) {
        core.input();
        for (DiskJob job : batch) {
            job.complete(core.nowNanos());
        }
    }
}
