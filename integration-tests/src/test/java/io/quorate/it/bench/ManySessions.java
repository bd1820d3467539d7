package io.quorate.it.bench;

import io.quorate.client.ClientMetrics;
import io.quorate.client.QuorateClient;
import io.quorate.client.session.ConnectionState;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Any number of sessions in this process, all begun at once: what they cost it. A program of its own, so that nothing else is measured.
 *
 * <pre>
 *   arguments: CONNECT_STRING SESSIONS
 * </pre>
 */
public final class ManySessions {
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(60);
    private static final long PATIENCE_S = 300;
    private static final long QUIET_S = 30;

    private ManySessions() {}

    /** Counts what should not happen while nothing happens. */
    private static final class Trouble implements ClientMetrics {
        final LongAdder suspended = new LongAdder();
        final LongAdder over = new LongAdder();

        @Override
        public void stateChanged(ConnectionState state) {
            switch (state) {
                case SUSPENDED -> suspended.increment();
                case LOST, EXPIRED, AUTH_FAILED -> over.increment();
                default -> {}
            }
        }
    }

    public static void main(String[] args) throws Exception {
        int sessions = Integer.parseInt(args[1]);
        long heapBefore = heapAfterCollection();
        Trouble trouble = new Trouble();
        long begin = System.nanoTime();
        List<QuorateClient> clients = new ArrayList<>(sessions);
        for (int i = 0; i < sessions; i++) {
            clients.add(QuorateClient.builder(args[0])
                    .sessionTimeout(SESSION_TIMEOUT)
                    .metrics(trouble)
                    .connect());
        }
        all(clients.stream().map(QuorateClient::connected).toList());
        long connectedNanos = System.nanoTime() - begin;
        long readsBegin = System.nanoTime();
        all(clients.stream().map(client -> client.exists("/")).toList());
        long readsNanos = System.nanoTime() - readsBegin;
        int threadsAtWork = clientThreads("");
        // Only pings now; the pool's threads go when they had nothing to do for a while.
        Thread.sleep(TimeUnit.SECONDS.toMillis(QUIET_S));
        System.out.printf(
                "%d sessions: connected after %.1f s, one read of each in %.1f s; threads %d at work, at rest %d for I/O and"
                        + " %d for callbacks; heap %.1f KiB, buffers %.1f KiB a session; whole process %d MiB;"
                        + " connections lost %d, sessions lost %d%n",
                sessions,
                connectedNanos / 1e9,
                readsNanos / 1e9,
                threadsAtWork,
                clientThreads("io"),
                clientThreads("callback"),
                (heapAfterCollection() - heapBefore) / 1024.0 / sessions,
                directBytes() / 1024.0 / sessions,
                residentKib() / 1024,
                trouble.suspended.sum(),
                trouble.over.sum());
        all(clients.stream().map(QuorateClient::closeAsync).toList());
        if (trouble.over.sum() > 0) {
            throw new AssertionError("sessions were lost");
        }
    }

    private static void all(List<? extends CompletableFuture<?>> futures) throws Exception {
        CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0])).get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static int clientThreads(String kind) {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("quorate-client-" + kind))
                .count();
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long residentKib() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }
}
