package io.quorate.server.client;

import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.TransportLimits;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.MpscUnboundedArrayQueue;

/**
 * Connections that live on I/O loops: what they bring goes through one queue, and the core loop is woken up once for all that has come
 * since it looked last. A connection may have so many frames in the queue; then it is not read until they are through.
 */
final class QueuedInbox implements Inbox {
    private static final int QUEUE_CHUNK = 4096;

    /** One thing that happened on a connection. */
    private sealed interface Event {
        void run();
    }

    private record Opened(ClientLink link) implements Event {
        @Override
        public void run() {
            link.onOpened();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    private record Word(ClientLink link, FourLetterWord word, byte[] argument) implements Event {
        @Override
        public void run() {
            link.onWord(word, argument);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    private record Frame(ClientLink link, byte[] payload) implements Event {
        @Override
        public void run() {
            link.handler().onTaken();
            link.onFrame(payload);
        }
    }

    /** Stands behind the last frame of a connection that is not read any more because too many were waiting. */
    private record AllTaken(ClientLink link) implements Event {
        @Override
        public void run() {
            link.handler().resumeAfterQueue();
        }
    }

    private record Closed(ClientLink link) implements Event {
        @Override
        public void run() {
            link.onClosed();
        }
    }

    private final CoreLoop core;
    private final MessagePassingQueue<Event> events = new MpscUnboundedArrayQueue<>(QUEUE_CHUNK);
    private final AtomicBoolean wakeUpUnderWay = new AtomicBoolean();
    private final Runnable drain = this::drain;

    QueuedInbox(CoreLoop core) {
        this.core = core;
    }

    @Override
    public void onOpened(ClientLink link) {
        events.offer(new Opened(link));
        wakeUp();
    }

    @Override
    public void onWord(ClientLink link, FourLetterWord word, byte[] argument) {
        events.offer(new Word(link, word, argument));
        wakeUp();
    }

    @Override
    public void onFrame(ClientLink link, byte[] payload) {
        events.offer(new Frame(link, payload));
        link.handler().onQueued();
    }

    @Override
    public void onClosed(ClientLink link) {
        events.offer(new Closed(link));
        wakeUp();
    }

    @Override
    public void onReadComplete(ClientLink link) {
        if (link.handler().pauseForQueue()) {
            events.offer(new AllTaken(link));
        }
        wakeUp();
    }

    private void wakeUp() {
        if (!wakeUpUnderWay.get() && wakeUpUnderWay.compareAndSet(false, true)) {
            core.execute(drain);
        }
    }

    private void drain() {
        core.input();
        wakeUpUnderWay.set(false);
        int taken = events.drain(Event::run, TransportLimits.INBOX_BATCH);
        if (taken == TransportLimits.INBOX_BATCH) {
            wakeUp();
        }
    }
}
