package io.quorate.client;

import io.quorate.client.session.WatchListener;

/**
 * Told once of the next change of a node that it was passed along with a read of, or of every change if it was left by {@link
 * QuorateClient#addWatch}. It outlives connections: after a reconnect it is put back
 * on the new server, and a change in between is told then
 * (not to those of addWatch). It does not outlive the session; that the session is over is told to a {@link
 * ConnectionListener}.
 *
 * <p>The same watcher, by {@code equals}, left several times on one node is told once.
 */
@FunctionalInterface
public interface Watcher extends WatchListener {
    void changed(WatchEvent event);
}
