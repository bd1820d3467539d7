package io.quorate.replica;

/**
 * Which kinds of sessions there are besides global ones. The names in brackets are ZooKeeper's.
 *
 * @param local whether a new session is known to its server only, without a transaction [localSessionsEnabled]
 * @param upgrading whether such a session becomes global when it creates its first ephemeral; if not, that is refused
 *     [localSessionsUpgradingEnabled]
 * @param readOnly whether a server without a leader serves its last state to clients that want that [readonlymode.enabled]
 */
public record SessionModes(boolean local, boolean upgrading, boolean readOnly) {
    /** Global sessions only. */
    public static final SessionModes GLOBAL = new SessionModes(false, false, false);
}
