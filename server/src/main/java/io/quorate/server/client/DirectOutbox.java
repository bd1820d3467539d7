package io.quorate.server.client;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Connections that live on the core loop: written at once. */
final class DirectOutbox implements Outbox {
    @Override
    public void write(ClientLink link, @Nullable ByteBuf bytes, Then then) {
        link.handler().write(bytes, then);
    }

    @Override
    public void endBatch() {
        // Nothing is kept back.
    }
}
