package io.quorate.simulation.disk;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.RecoveredState;
import io.quorate.replica.storage.SnapshotInstall;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.replica.storage.TruncateResult;
import io.quorate.replica.storage.TxnLog;
import io.quorate.simulation.disk.History.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A storage at work, everything it can do, in an order that a seed decides. */
final class BusyRun {
    static final StorageSettings SETTINGS =
            StorageSettings.DEFAULTS.withPreAllocKiB(4).withTxnLogSizeLimitKb(12);

    private final DiskPort disk;
    private final Promises promises = new Promises();
    private final SplittableRandom random;
    private Storage storage;
    private int salt;

    BusyRun(DiskPort disk, long seed) {
        this.disk = disk;
        this.random = new SplittableRandom(seed);
        this.storage = new Storage(disk, SETTINGS, EventLog.NONE);
    }

    Promises promises() {
        return promises;
    }

    void run(int steps) {
        start(storage, promises);
        for (int i = 0; i < steps; i++) {
            step();
        }
    }

    /** Goes on after failures of the disk for as long as the log is sound; that is up to whoever owns a storage. */
    void runThroughFailures(int steps) {
        int failures = 0;
        start(storage, promises);
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (DiskException e) {
                failures++;
                if (storage.log().state() != TxnLog.State.IDLE && storage.log().state() != TxnLog.State.WRITING) {
                    return;
                }
            }
        }
        if (failures > 1) {
            throw new AssertionError("one operation failed, and " + failures + " steps did");
        }
    }

    /** Recovers, checks what was found, and writes the first snapshot if there is none. */
    static RecoveredState start(Storage storage, Promises promises) {
        History history = new History();
        RecoveredState state;
        try {
            state = storage.recover(history, history);
        } catch (StorageException e) {
            throw new AssertionError(Promises.RECOVERS + ": " + e.getMessage(), e);
        }
        promises.check(history.entries(), state);
        promises.continueFrom(history.entries(), state);
        if (state.emptySnapshotNeeded()) {
            SnapshotWriter first = storage.beginSnapshot(0);
            byte[] body = History.body(List.of());
            first.write(body, 0, body.length);
            first.finish(0, 0);
            storage.emptySnapshotWritten();
        }
        promises.started();
        return state;
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 45) {
            append();
        } else if (dice < 70) {
            force();
        } else if (dice < 73) {
            storage.log().roll();
            promises.acknowledgeUpTo(storage.log().durableZxid());
        } else if (dice < 80) {
            snapshot();
        } else if (dice < 84) {
            truncate();
        } else if (dice < 87) {
            install();
        } else if (dice < 92) {
            accept(promises.acceptedEpoch + 1);
        } else if (dice < 95) {
            storage.purge(Long.MAX_VALUE);
        } else if (dice < 98) {
            adopt();
        } else {
            storage = new Storage(disk, SETTINGS, EventLog.NONE);
            start(storage, promises);
        }
    }

    private void append() {
        long last = promises.lastZxid();
        long epoch = random.nextBoolean() ? promises.acceptedEpoch : Zxid.epoch(last);
        long zxid = epoch > Zxid.epoch(last) ? Zxid.of(epoch, 1) : last + 1;
        int size = random.nextInt(20) == 0 ? 3000 + random.nextInt(9000) : random.nextInt(200);
        byte[] txn = History.txn(zxid, ++salt, size);
        promises.append(History.entry(zxid, txn));
        storage.log().append(zxid, txn);
    }

    private void force() {
        promises.acknowledgeUpTo(storage.log().force());
    }

    private void snapshot() {
        force();
        byte[] body = History.body(promises.appended());
        SnapshotWriter writer = storage.beginSnapshot(promises.lastZxid());
        try {
            writer.write(body, 0, 4);
            append();
            writer.write(body, 4, body.length - 4);
            if (random.nextInt(4) == 0) {
                writer.abort();
            } else {
                writer.finish(writer.zxid(), 7);
            }
        } catch (DiskException e) {
            writer.abort();
            throw e;
        }
    }

    private void truncate() {
        force();
        List<Entry> history = promises.appended();
        if (history.isEmpty()) {
            return;
        }
        int back = Math.min(history.size(), 1 + random.nextInt(12));
        long target = history.get(history.size() - back).zxid();
        long acknowledged = promises.acknowledgedZxid();
        promises.truncating(target);
        if (storage.truncateAfter(target) == TruncateResult.NOT_FOUND) {
            promises.acknowledgeUpTo(acknowledged);
            return;
        }
        promises.truncated(target);
        start(storage, promises);
    }

    private void install() {
        accept(promises.acceptedEpoch + 1);
        List<Entry> mine = promises.appended();
        List<Entry> leaders = new ArrayList<>(mine.subList(0, random.nextInt(mine.size() + 1)));
        for (int i = random.nextInt(4); i >= 0; i--) {
            long zxid = Zxid.of(promises.acceptedEpoch, leaders.size() + 1);
            leaders.add(new Entry(zxid, ++salt));
        }
        if (random.nextInt(3) == 0) {
            leaders = new ArrayList<>(mine.subList(0, mine.size() / 2));
        }
        byte[] body = History.body(leaders);
        SnapshotInstall install = storage.beginInstall(
                leaders.isEmpty() ? 0 : leaders.get(leaders.size() - 1).zxid());
        install.write(body, 0, body.length);
        if (random.nextInt(4) == 0) {
            install.abort();
            return;
        }
        promises.installing(leaders);
        try {
            install.commit(9);
        } catch (DiskException e) {
            if (storage.log().state() != TxnLog.State.POISONED) {
                promises.installing(null);
                install.abort();
            }
            throw e;
        }
        promises.installed();
    }

    private void accept(long epoch) {
        promises.acceptedEpochTried = epoch;
        storage.epochs().writeAcceptedEpochDurable(epoch);
        promises.acceptedEpoch = epoch;
    }

    private void adopt() {
        force();
        promises.currentEpochTried = promises.acceptedEpoch;
        storage.epochs().writeCurrentEpochDurable(promises.acceptedEpoch);
        promises.currentEpoch = promises.acceptedEpoch;
    }
}
