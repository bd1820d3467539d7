package io.quorate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The way to a guard's ear. A guard that stands still reads nothing: who speaks must not wait for it, so a thread of its own writes. */
final class GuardLine {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private @Nullable String latest;
    private boolean over;

    GuardLine(OutputStream guard) {
        Thread thread = new Thread(() -> write(guard), "guard-line");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes the place of what was not written yet. */
    void say(String line) {
        lock.lock();
        try {
            latest = line;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The guard is told by the end of its input that the command has to end. */
    void close() {
        lock.lock();
        try {
            over = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    private void write(OutputStream guard) {
        try (guard) {
            for (String line = next(); line != null; line = next()) {
                guard.write(line.getBytes(StandardCharsets.US_ASCII));
                guard.flush();
            }
        } catch (IOException gone) {
            // The guard has ended, or is about to: that is seen by who waits for it.
        }
    }

    /** @return null at the end */
    private @Nullable String next() {
        lock.lock();
        try {
            while (latest == null && !over) {
                news.awaitUninterruptibly();
            }
            String line = over ? null : latest;
            latest = null;
            return line;
        } finally {
            lock.unlock();
        }
    }
}
