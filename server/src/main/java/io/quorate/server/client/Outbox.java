package io.quorate.server.client;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The way from the core loop to connections. Called on the core loop. */
interface Outbox {
    /**
     * @param bytes to be written and released; null if there is only something to be done after what was written before
     * @param then what follows
     */
    void write(ClientLink link, @Nullable ByteBuf bytes, Then then);

    /** The batch is over: nothing may be kept back any more. */
    void endBatch();

    /** What follows on a write. */
    enum Then {
        MORE,
        FLUSH,
        CLOSE
    }
}
