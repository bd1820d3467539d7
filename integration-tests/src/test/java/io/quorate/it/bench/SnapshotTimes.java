package io.quorate.it.bench;

import io.quorate.it.harness.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a server was writing a snapshot, as its own log says, to some milliseconds. */
final class SnapshotTimes implements AutoCloseable {
    private static final long POLL_NANOS = 5_000_000L;
    private static final Pattern BEGUN = Pattern.compile("Snapshotting: |Snapshot: IDLE -> BEGINNING");
    private static final Pattern ENDED = Pattern.compile("Snapshot taken in |-> IDLE, ");
    private static final Pattern EITHER = Pattern.compile("(" + BEGUN + ")|(" + ENDED + ")");

    /** @param endNanos Long.MAX_VALUE while it is being written */
    private record Span(long startNanos, long endNanos) {}

    private final ServerProcess server;
    private final List<Span> spans = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "snapshot-times");
    private volatile boolean closed;

    SnapshotTimes(ServerProcess server) {
        this.server = server;
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        long offset = server.logSize();
        while (!closed) {
            long size = server.logSize();
            if (size > offset) {
                String text = server.log(offset);
                int end = text.lastIndexOf('\n') + 1;
                note(text.substring(0, end));
                offset += end;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private synchronized void note(String lines) {
        long now = System.nanoTime();
        Matcher matcher = EITHER.matcher(lines);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                spans.add(new Span(now - POLL_NANOS, Long.MAX_VALUE));
            } else if (!spans.isEmpty()) {
                Span last = spans.get(spans.size() - 1);
                if (last.endNanos() == Long.MAX_VALUE) {
                    spans.set(spans.size() - 1, new Span(last.startNanos(), now));
                }
            }
        }
    }

    /** Whether a snapshot was being written at any time between the two. */
    synchronized boolean during(long fromNanos, long toNanos) {
        return spans.stream().anyMatch(span -> span.startNanos() < toNanos && span.endNanos() > fromNanos);
    }

    /** How many were begun and ended between the two. */
    synchronized long whole(long fromNanos, long toNanos) {
        return spans.stream()
                .filter(span -> span.startNanos() >= fromNanos && span.endNanos() <= toNanos)
                .count();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
