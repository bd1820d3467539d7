package io.quorate.replica;

import io.quorate.election.EventLog;
import io.quorate.replica.port.ReplicaPort;
import io.quorate.replica.storage.Storage;

/** What the terms of a replica share: its parts, which live as long as it does. */
record Rooms(
        ReplicaSettings settings,
        ReplicaPort port,
        Storage storage,
        LogRoom log,
        LearnerReads reads,
        SnapshotRoom snapshots,
        ClientService clients,
        Database database,
        ReplicaClock clock,
        EventLog events) {
    /** The tree was loaded anew. */
    void adopt(TreeLoading loading) {
        adopt(loading, loading.digests().isTreeInDoubt());
    }

    void adopt(TreeLoading loading, boolean inDoubt) {
        database.replaceTree(loading.tree(), inDoubt);
        clients.counters().addDigestMismatches(loading.digests(), events);
        snapshots.onReplayed(loading.replayedTxns(), loading.replayedBytes());
    }
}
