package io.quorate.replica.storage;

import java.util.List;

/**
 * What recovery found.
 *
 * @param lastZxid of the history that is on disk, or {@link io.quorate.jute.Zxid#NONE} when there is none that it may trust
 * @param trusted whether the server may vote with it; if not, only once it has the history of a leader, and its epoch
 * @param snapshotZxid where replay started; {@link io.quorate.jute.Zxid#NONE} without a snapshot
 * @param emptySnapshotNeeded the server starts with an empty database that it trusts, or is being rebuilt: the caller writes {@code snapshot.0} with
 *     {@link Storage#beginSnapshot} and then calls {@link Storage#emptySnapshotWritten}, before it does anything else
 * @param warnings what was found, for the operator's log
 */
public record RecoveredState(
        long lastZxid,
        boolean trusted,
        long snapshotZxid,
        long acceptedEpoch,
        long currentEpoch,
        boolean emptySnapshotNeeded,
        List<String> warnings) {
    public RecoveredState {
        warnings = List.copyOf(warnings);
    }
}
