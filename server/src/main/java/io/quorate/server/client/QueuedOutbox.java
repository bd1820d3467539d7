package io.quorate.server.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections that live on I/O loops: all that a batch sends to the connections of one loop goes there with one wake-up. */
final class QueuedOutbox implements Outbox {
    private record Write(ClientLink link, @Nullable ByteBuf bytes, Then then) {}

    private final IdentityHashMap<EventLoop, List<Write>> writes = new IdentityHashMap<>();

    @Override
    public void write(ClientLink link, @Nullable ByteBuf bytes, Then then) {
        writes.computeIfAbsent(link.eventLoop(), loop -> new ArrayList<>()).add(new Write(link, bytes, then));
    }

    @Override
    public void endBatch() {
        writes.forEach(QueuedOutbox::handOver);
        writes.clear();
    }

    private static void handOver(EventLoop loop, List<Write> batch) {
        loop.execute(() -> {
            for (Write write : batch) {
                write.link.handler().write(write.bytes, write.then);
            }
        });
    }
}
