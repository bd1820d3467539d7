package io.quorate.replica;

import io.quorate.zab.Proposal;

/** Room 4: puts transactions into the one order. A leader does it with its ensemble, a server alone by itself. */
interface Broadcaster {
    /** The zxid of the next transaction, or {@link io.quorate.jute.Zxid#NONE} if there cannot be another. */
    long nextZxid();

    /** @param hasDigest whether the transaction carries a digest of the tree behind it; one that was refused does not */
    void propose(Proposal proposal, boolean hasDigest);

    /** Asks that all committed before now be delivered; the replica's {@code onSynced(token)} follows. */
    void sync(long token);
}
