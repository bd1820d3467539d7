package io.quorate.server.loop;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that the replica runs on, and its notion of a batch.
 *
 * <p>Whoever brings an input calls {@link #input()} first, on this loop. The first input of a turn reads the clocks and puts the end of the
 * batch behind everything else that the turn has to do: the sockets that are ready and the tasks that wait. So one turn is one batch,
 * whatever it brings.
 *
 * <p>Nothing may call the replica while it is being called: callbacks that Netty may run in the middle of a write or a connect go through
 * {@link #execute}.
 */
public final class CoreLoop {
    /** What runs on this loop. */
    public interface Agent {
        /** @return the nanos until the next call is wanted */
        long onTick(long nowNanos, long wallMs);

        /** All inputs of the batch have been given. */
        void endBatch(long nowNanos);
    }

    private static final long MIN_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long MAX_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Transport transport;
    private final @Nullable Gate gate;
    private final MultiThreadIoEventLoopGroup group;
    private final SingleThreadEventLoop loop;
    private final Thread.UncaughtExceptionHandler onUncaught;
    private final Runnable endBatch = this::endBatch;
    private final Runnable tick = this::tick;
    private Agent agent = NO_AGENT;

    /** Whether the end of the batch is queued; the clocks below are of this batch if so. */
    private boolean batchOpen;

    private long nowNanos;
    private long wallMs;
    private boolean stopped;

    public CoreLoop(Transport transport, Thread.UncaughtExceptionHandler onUncaught) {
        this(transport, onUncaught, null);
    }

    /** @param gate what everything to and from this server goes through; null for nothing */
    public CoreLoop(Transport transport, Thread.UncaughtExceptionHandler onUncaught, @Nullable Gate gate) {
        this.transport = transport;
        this.gate = gate;
        this.onUncaught = onUncaught;
        this.group = transport.newLoops(1, "core", onUncaught);
        this.loop = (SingleThreadEventLoop) group.next();
    }

    /** Begins to tick. Called once, on the loop, when the agent is ready. */
    public void start(Agent newAgent) {
        agent = newAgent;
        tick();
    }

    /** Announces an input of the batch, which begins with it unless it has begun. Only on the loop. */
    public void input() {
        if (!batchOpen) {
            batchOpen = true;
            nowNanos = System.nanoTime();
            wallMs = System.currentTimeMillis();
            endBatchAfterThisTurn();
        }
    }

    private void endBatchAfterThisTurn() {
        try {
            loop.executeAfterEventLoopIteration(endBatch);
        } catch (RejectedExecutionException e) {
            // The last turn of a loop that ends still closes its connections, and nothing comes after it.
            ignoreIfShutDown(e);
        }
    }

    /** The monotonic time of the batch. Only on the loop, after {@link #input()}. */
    public long nowNanos() {
        return nowNanos;
    }

    /** The wall time of the batch. Only on the loop, after {@link #input()}. */
    public long wallMs() {
        return wallMs;
    }

    /** Runs a task on this loop soon, never at once. What it throws is fatal. Does nothing after {@link #shutdown}. */
    public void execute(Runnable task) {
        try {
            loop.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            ignoreIfShutDown(e);
        }
    }

    /** Runs a task on this loop later. What it throws is fatal. Does nothing after {@link #shutdown}. */
    public void schedule(Runnable task, long delayNanos) {
        try {
            // The loop itself keeps the future.
            var unused = loop.schedule(() -> guarded(task), delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            ignoreIfShutDown(e);
        }
    }

    private void ignoreIfShutDown(RejectedExecutionException e) {
        if (!loop.isShuttingDown()) {
            throw e;
        }
    }

    public boolean inLoop() {
        return loop.inEventLoop();
    }

    public EventLoop eventLoop() {
        return loop;
    }

    /** For each connection, before anything else is put into its pipeline. On its loop. */
    public void watch(Channel channel) {
        if (gate != null) {
            gate.watch(channel);
        }
    }

    public Transport transport() {
        return transport;
    }

    /** What is to be done with something that was thrown and not foreseen. */
    public void uncaught(Throwable thrown) {
        onUncaught.uncaughtException(Thread.currentThread(), thrown);
    }

    /** Stops ticking and calling the agent; connections go on. On the loop. */
    public void stopAgent() {
        stopped = true;
        agent = NO_AGENT;
    }

    /** Ends the thread, and waits for it for a bounded time. Not on the loop. */
    public void shutdown() {
        var unused = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private void endBatch() {
        batchOpen = false;
        try {
            agent.endBatch(nowNanos);
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private void tick() {
        if (stopped) {
            return;
        }
        input();
        long wanted = MAX_TICK_NANOS;
        try {
            wanted = agent.onTick(nowNanos, wallMs);
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
        long delay = Math.max(MIN_TICK_NANOS, Math.min(MAX_TICK_NANOS, wanted));
        var unused = loop.schedule(tick, delay, TimeUnit.NANOSECONDS);
    }

    /** Netty only logs what a task throws; here it is fatal. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private static final Agent NO_AGENT = new Agent() {
        @Override
        public long onTick(long nowNanos, long wallMs) {
            return MAX_TICK_NANOS;
        }

        @Override
        public void endBatch(long nowNanos) {}
    };
}
