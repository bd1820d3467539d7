package io.quorate.replica;

import io.quorate.zab.LearnerHandler;
import io.quorate.zab.LogPort;
import io.quorate.zab.Proposal;

/** The durable side of ZAB, on the log and the snapshots of this server. */
record DiskRooms(LogRoom log, LearnerReads reads, SnapshotRoom snapshots) implements LogPort {
    @Override
    public void append(Proposal proposal) {
        log.append(proposal);
    }

    @Override
    public void storeAcceptedEpoch(long epoch) {
        log.storeAcceptedEpoch(epoch);
    }

    @Override
    public void storeCurrentEpoch(long epoch) {
        log.storeCurrentEpoch(epoch);
    }

    @Override
    public void locate(LearnerHandler handler, long zxid, double maxBytesFactor) {
        reads.locate(handler, zxid, maxBytesFactor);
    }

    @Override
    public void read(LearnerHandler handler, long afterZxid, int maxBytes) {
        reads.read(handler, afterZxid, maxBytes);
    }

    @Override
    public void closeLog(LearnerHandler handler) {
        reads.forget(handler);
    }

    @Override
    public void openSnapshot(LearnerHandler handler, long minZxid) {
        snapshots.open(handler, minZxid);
    }

    @Override
    public void readSnapshot(LearnerHandler handler) {
        snapshots.read(handler);
    }

    @Override
    public void closeSnapshot(LearnerHandler handler) {
        snapshots.close(handler);
    }
}
