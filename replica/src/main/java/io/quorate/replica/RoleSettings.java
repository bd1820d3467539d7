package io.quorate.replica;

/**
 * How a server plays the parts that it can have in an ensemble. The names in brackets are ZooKeeper's.
 *
 * @param leaderServes whether it serves clients while it leads [leaderServes]
 * @param observerReconnectDelayMs how long an observer that has lost its leader waits at most before it looks for one; it draws how long, so
 *     that many do not come at once [observer.reconnectDelayMs]
 * @param resyncOnDivergence whether a server whose tree is not its leader's makes it anew of its files, and if that does not help takes that of a
 *     leader that is a Quorate server [resyncOnDivergence, Quorate's own]
 */
public record RoleSettings(boolean leaderServes, int observerReconnectDelayMs, boolean resyncOnDivergence) {
    public static final RoleSettings DEFAULTS = new RoleSettings(true, 0, false);

    long observerReconnectDelayNanos() {
        return observerReconnectDelayMs * 1_000_000L;
    }
}
