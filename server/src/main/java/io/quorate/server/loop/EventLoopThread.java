package io.quorate.server.loop;

import io.netty.util.concurrent.FastThreadLocalThread;

/** A thread of an event loop: a daemon, since {@code main} decides when the process ends. */
final class EventLoopThread extends FastThreadLocalThread {
    EventLoopThread(Runnable task, String name) {
        super(task, name);
        setDaemon(true);
    }
}
