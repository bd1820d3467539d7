package io.quorate.simulation.disk;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.Rebuild;
import io.quorate.replica.storage.RecoveredState;
import io.quorate.replica.storage.SnapshotCompression;
import io.quorate.replica.storage.SnapshotInstall;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.replica.storage.TruncateResult;
import io.quorate.replica.storage.TxnLog;
import io.quorate.simulation.disk.History.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** A storage at work, everything it can do, in an order that a seed decides. */
final class BusyRun {
    static final StorageSettings SETTINGS =
            StorageSettings.DEFAULTS.withPreAllocKiB(4).withTxnLogSizeLimitKb(12);

    /** What is being done. */
    enum Phase {
        START,
        APPEND,
        FORCE,
        ROLL,
        SNAPSHOT,
        TRUNCATE,
        INSTALL,
        PROMISE,
        ADOPT,
        PURGE,
        RECOVERY,
        REBUILD
    }

    private static final String ASIDE = "aside";

    /** More than a purge leaves, some of which are given up. */
    private static final int SNAPSHOTS_BEFORE_THE_PURGE = 5;

    private final DiskPort disk;
    private final StorageSettings settings;
    private final Promises promises = new Promises();
    private final SplittableRandom random;
    private Storage storage;
    private final Set<String> setAside = new TreeSet<>();
    private Phase phase = Phase.START;
    private int salt;

    BusyRun(DiskPort disk, long seed) {
        this.disk = disk;
        this.settings = SETTINGS.withSnapshotCompression(
                switch ((int) (seed % 4)) {
                    case 1 -> SnapshotCompression.GZIP;
                    case 2 -> SnapshotCompression.SNAPPY;
                    default -> SnapshotCompression.NONE;
                });
        this.random = new SplittableRandom(seed);
        this.storage = new Storage(disk, settings, EventLog.NONE);
    }

    Phase phase() {
        return phase;
    }

    Promises promises() {
        return promises;
    }

    /** Logs and snapshots that are to be kept for the operator, whatever happens: none before a rebuild is begun. */
    Set<String> setAside() {
        return setAside;
    }

    void run(int steps) {
        start(storage, promises);
        for (int i = 0; i < steps; i++) {
            step();
        }
        purgeMany();
        rebuild();
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
    static Storage start(DiskPort disk, Promises promises) {
        if (isMarked(disk, Rebuild.BEGUN)) {
            requireRefusal(disk);
            // As the server says that the operator should.
            Rebuild.setAside(disk, ASIDE, true);
        }
        boolean marked = isMarked(disk, Rebuild.READY);
        promises.found(marked);
        Storage storage = new Storage(disk, SETTINGS, EventLog.NONE);
        RecoveredState state = start(storage, promises);
        if (marked && state.trusted()) {
            throw new AssertionError("a server that is being rebuilt votes");
        }
        return storage;
    }

    private static boolean isMarked(DiskPort disk, String text) {
        return disk.exists(DiskDirectory.DATA, Rebuild.MARKER)
                && Arrays.equals(
                        disk.read(DiskDirectory.DATA, Rebuild.MARKER), text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void requireRefusal(DiskPort disk) {
        History history = new History();
        try {
            new Storage(disk, SETTINGS, EventLog.NONE).recover(history, history);
        } catch (StorageException e) {
            if (String.valueOf(e.getMessage()).contains("a rebuild of this server was begun")) {
                return;
            }
            throw e;
        }
        throw new AssertionError("a server starts whose files are half set aside");
    }

    private static RecoveredState start(Storage storage, Promises promises) {
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

    /** Goes through all that a purge may meet: the dice alone seldom come to it. */
    private void purgeMany() {
        for (int i = 0; i < SNAPSHOTS_BEFORE_THE_PURGE; i++) {
            append();
            snapshot();
        }
        purge();
    }

    private void purge() {
        phase = Phase.PURGE;
        storage.purge(Long.MAX_VALUE);
    }

    /** The operator has all files set aside; the server comes back without a vote, and is sent a leader's snapshot. */
    private void rebuild() {
        force();
        phase = Phase.REBUILD;
        for (DiskDirectory each : DiskDirectory.values()) {
            disk.list(each).stream()
                    .filter(name -> name.startsWith("log.") || name.startsWith("snapshot."))
                    .forEach(setAside::add);
        }
        promises.settingAside();
        Rebuild.setAside(disk, ASIDE, true);
        storage = start(disk, promises);
        installWhole();
        adopt();
        promises.rebuilt();
        append();
        force();
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 45) {
            append();
        } else if (dice < 70) {
            force();
        } else if (dice < 73) {
            phase = Phase.ROLL;
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
            purge();
        } else if (dice < 98) {
            adopt();
        } else {
            phase = Phase.RECOVERY;
            storage = new Storage(disk, settings, EventLog.NONE);
            start(storage, promises);
        }
    }

    private void append() {
        phase = Phase.APPEND;
        long last = promises.lastZxid();
        long epoch = random.nextBoolean() ? promises.acceptedEpoch : Zxid.epoch(last);
        long zxid = epoch > Zxid.epoch(last) ? Zxid.of(epoch, 1) : last + 1;
        int size = random.nextInt(20) == 0 ? 3000 + random.nextInt(9000) : random.nextInt(200);
        byte[] txn = History.txn(zxid, ++salt, size);
        promises.append(History.entry(zxid, txn));
        storage.log().append(zxid, txn);
    }

    private void force() {
        phase = Phase.FORCE;
        promises.acknowledgeUpTo(storage.log().force());
    }

    private void snapshot() {
        force();
        phase = Phase.SNAPSHOT;
        byte[] body = History.body(promises.appended());
        SnapshotWriter writer = storage.beginSnapshot(promises.lastZxid());
        try {
            writer.write(body, 0, 4);
            append();
            phase = Phase.SNAPSHOT;
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
        phase = Phase.TRUNCATE;
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
        install(random.nextInt(4) == 0);
    }

    private void installWhole() {
        install(false);
    }

    private void install(boolean aborted) {
        accept(promises.acceptedEpoch + 1);
        phase = Phase.INSTALL;
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
                leaders.isEmpty() ? 0 : leaders.get(leaders.size() - 1).zxid(), salt % 2 == 0 ? ASIDE : null);
        install.write(body, 0, body.length);
        if (aborted) {
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
        phase = Phase.PROMISE;
        promises.acceptedEpochTried = epoch;
        storage.epochs().writeAcceptedEpochDurable(epoch);
        promises.acceptedEpoch = epoch;
    }

    private void adopt() {
        force();
        phase = Phase.ADOPT;
        promises.currentEpochTried = promises.acceptedEpoch;
        storage.epochs().writeCurrentEpochDurable(promises.acceptedEpoch);
        promises.currentEpoch = promises.acceptedEpoch;
    }
}
