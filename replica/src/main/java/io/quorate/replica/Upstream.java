package io.quorate.replica;

import io.quorate.jute.Id;
import java.util.List;

/** Where clients' requests go that this server cannot answer from its own tree: to its own proposer, or to its leader. */
interface Upstream {
    /** A request that becomes exactly one transaction with this session and cxid. */
    void write(long sessionId, int cxid, int op, byte[] body, List<Id> identities);

    /** A new session; its transaction follows. */
    void createSession(long sessionId, int timeoutMs);

    /** Is the session alive? {@link ClientService#onRevalidated} follows. */
    void revalidate(long sessionId, int timeoutMs);

    /** The oldest unanswered sync is answered by {@link ClientService#onSynced}, in the order of these calls. */
    void sync();

    /** Sessions were heard of. */
    void touch(long sessionId, int timeoutMs);
}
