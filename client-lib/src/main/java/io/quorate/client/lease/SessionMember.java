package io.quorate.client.lease;

import io.quorate.client.QuorateClient;
import java.util.concurrent.CompletableFuture;

/** Part of a {@link LeaseSession}: told of its session on its thread. */
public interface SessionMember {
    /**
     * There is a server.
     *
     * @param in its futures and watches come on the session's thread
     */
    void connected(QuorateClient in, long nowNanos);

    void disconnected(long nowNanos);

    /** The session is over; another one follows unless the whole is closed. */
    void sessionEnded(long nowNanos);

    /**
     * The whole is being closed.
     *
     * @return done when the session may end
     */
    CompletableFuture<Void> closing();
}
