package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes one history out of the files, at the start and after a truncation. Used once; see {@link Storage#recover}. */
final class Recovery {
    private static final String REBUILD = Rebuild.ADVICE + ".";

    private final DiskPort disk;
    private final StorageSettings settings;
    private final EventLog events;
    private final SnapshotCatalog catalog;
    private final EpochFiles epochs;
    private final TxnLog log;
    private final List<String> warnings = new ArrayList<>();
    private boolean rebuilding;
    // Of the newest snapshot that was tried and could not be loaded.
    private long newestFailed = Zxid.NONE;

    Recovery(
            DiskPort disk,
            StorageSettings settings,
            EventLog events,
            SnapshotCatalog catalog,
            EpochFiles epochs,
            TxnLog log) {
        this.disk = disk;
        this.settings = settings;
        this.events = events;
        this.catalog = catalog;
        this.epochs = epochs;
        this.log = log;
    }

    /** @throws StorageException if the files cannot be trusted, with what was found and what to do */
    RecoveredState recover(SnapshotLoading loading, TxnSink sink) {
        try {
            return recoverFromFiles(loading, sink);
        } finally {
            // What was passed over is a part of why it fails, if it does.
            warnings.forEach(events::warn);
        }
    }

    private RecoveredState recoverFromFiles(SnapshotLoading loading, TxnSink sink) {
        checkDirectories();
        rebuilding = Rebuild.isUnderWay(disk);
        SnapshotInstall.recover(disk, catalog, events, warnings);
        dropUnfinished();
        if (rebuilding) {
            warnings.add(
                    "this server is being rebuilt: it takes no part in elections until it has the history of a leader that a "
                            + "majority of the other voters follows");
        }
        LogReplay replay = new LogReplay(disk, settings.maxFieldBytes(), warnings);
        Optional<LoadedSnapshot> snapshot = loadNewest(loading);
        return snapshot.isPresent() ? replayAfter(snapshot.get(), replay, sink) : withoutSnapshot(replay, sink);
    }

    /** The files of one kind in the other's directory were put there by a change of dataLogDir, and would be overlooked. */
    private void checkDirectories() {
        if (disk.oneDirectory()) {
            return;
        }
        requireNone(
                StorageNames.numbered(disk.list(DiskDirectory.DATA), StorageNames.LOG_PREFIX, false),
                "dataDir",
                "dataLogDir");
        requireNone(
                StorageNames.numbered(disk.list(DiskDirectory.LOG), StorageNames.SNAPSHOT_PREFIX, true),
                "dataLogDir",
                "dataDir");
    }

    private static void requireNone(List<Numbered> files, String where, String expected) {
        if (!files.isEmpty()) {
            throw new StorageException(files.get(0).name() + " is in " + where + "/version-2 and belongs into "
                    + expected + "/version-2. Check whether dataLogDir was changed, and move all such files there.");
        }
    }

    private void dropUnfinished() {
        for (String name : disk.list(DiskDirectory.DATA)) {
            if (StorageNames.isUnfinished(name)) {
                deleteUnfinished(name);
            }
        }
    }

    private void deleteUnfinished(String name) {
        try {
            disk.delete(DiskDirectory.DATA, name);
            warnings.add(name + " was never finished; it is deleted");
        } catch (DiskException e) {
            if (disk.list(DiskDirectory.DATA).contains(name)) {
                throw e;
            }
            // The snapshot that was given up has removed its file meanwhile.
        }
    }

    private Optional<LoadedSnapshot> loadNewest(SnapshotLoading loading) {
        List<Numbered> files = StorageNames.snapshots(disk);
        List<Numbered> failed = new ArrayList<>();
        int tried = 0;
        for (Numbered file : files) {
            if (!mayBeWhole(file)) {
                warnings.add(file.name() + " is not a whole snapshot; it is passed over");
                continue;
            }
            if (tried++ == StorageLimits.MAX_SNAPSHOT_CANDIDATES) {
                break;
            }
            Optional<LoadedSnapshot> loaded = tryLoad(file, loading);
            if (loaded.isPresent()) {
                newestFailed = failed.isEmpty() ? Zxid.NONE : failed.get(0).zxid();
                return loaded;
            }
            failed.add(file);
        }
        requireNoneExist(files, tried);
        return Optional.empty();
    }

    /** One that cannot be read is not unfinished: it is tried, and if it fails then, what it held must not be missing. */
    private boolean mayBeWhole(Numbered file) {
        try {
            return catalog.looksWhole(file.name());
        } catch (DiskException e) {
            return true;
        }
    }

    // What a sink throws at bytes that are no body is its own affair; all of it means that this file cannot be used.
    private Optional<LoadedSnapshot> tryLoad(Numbered file, SnapshotLoading loading) {
        try {
            SnapshotBodySink sink = loading.begin(file.zxid());
            LoadedSnapshot loaded = SnapshotReader.load(disk, file, settings.maxFieldBytes(), sink);
            loading.loaded(loaded);
            catalog.addLoaded(loaded);
            events.info("loaded " + file.name());
            return Optional.of(loaded);
        } catch (RuntimeException e) {
            warnings.add(file.name() + " cannot be loaded: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** A short {@code snapshot.0} is all that an Apache server leaves that was stopped while it first started. */
    private static void requireNoneExist(List<Numbered> files, int tried) {
        boolean onlyFirst = tried == 0 && files.stream().allMatch(file -> file.zxid() == 0);
        if (!files.isEmpty() && !onlyFirst) {
            throw new StorageException("there are " + files.size() + " snapshots, the newest is "
                    + files.get(0).name() + ", and none of them can be loaded. Restore one, or " + REBUILD);
        }
    }

    private RecoveredState replayAfter(LoadedSnapshot snapshot, LogReplay replay, TxnSink sink) {
        long last = replay.replay(snapshot.zxid(), sink);
        if (last < newestFailed && !Zxid.isEpochStart(newestFailed)) {
            throw new StorageException(StorageNames.snapshot(newestFailed) + " cannot be loaded, and what is left, "
                    + snapshot.name() + " and the log after it, ends with " + Zxid.show(last)
                    + ": the transactions in between are lost here. Restore that snapshot, or " + REBUILD);
        }
        useLeave(last);
        force(snapshot.name(), DiskDirectory.DATA);
        return opened(replay, last, snapshot.zxid(), false);
    }

    /** The operator's leave to be empty counts while nothing has come from a leader; any start with a database uses it up. */
    private void useLeave(long last) {
        if (last == 0 && rebuilding && Rebuild.isTakenBack(disk)) {
            Rebuild.finish(disk);
            rebuilding = false;
        }
        if (last == 0) {
            tellOfLeave();
        }
        if (disk.initializeMarkerExists()) {
            disk.deleteInitializeMarker();
        }
    }

    private void tellOfLeave() {
        if (rebuilding && !Rebuild.isSetAside(disk)) {
            warnings.add(
                    "if the whole ensemble is meant to start empty, put a file named initialize into dataLogDir, and start again");
        }
    }

    private RecoveredState withoutSnapshot(LogReplay replay, TxnSink sink) {
        if (replay.anyTransaction()) {
            requireWholeRestore();
            if (!settings.trustEmptySnapshot()) {
                throw new StorageException(
                        "there is a transaction log and no snapshot, so that the beginning of the history is "
                                + "missing. Restore the snapshots; or, if this server never wrote one, set snapshot.trust.empty=true for one "
                                + "start; or " + REBUILD);
            }
            return opened(replay, replay.replay(0, sink), Zxid.NONE, false);
        }
        // Removes files that hold no transaction.
        replay.replay(0, sink);
        rebuilding = rebuilding && !Rebuild.isTakenBack(disk);
        boolean trusted = !rebuilding && trustsEmpty();
        if (trusted) {
            Rebuild.finish(disk);
        } else if (!rebuilding) {
            beginWithoutFiles();
        }
        tellOfLeave();
        // One that is being rebuilt may be sent transactions only, from the first one on: the log needs a beginning to
        // be read from.
        return opened(replay, trusted ? 0 : Zxid.NONE, Zxid.NONE, trusted || rebuilding);
    }

    /** Before any other advice is given: an empty beginning would make another history of these logs. */
    private void requireWholeRestore() {
        if (disk.exists(DiskDirectory.LOG, StorageNames.UNFINISHED_RESTORE)) {
            throw new StorageException(
                    "a restore into this server's directories was stopped when the logs were in place and the snapshot"
                            + " was not (there is the file " + StorageNames.UNFINISHED_RESTORE
                            + "). Give the command again (zkTool.sh restore); it begins anew.");
        }
    }

    /**
     * Not only this start is without a vote: were it killed between a leader's snapshot and the epoch that goes with it, it would vote with that
     * history as one of epoch 0, and a leader with less could be elected.
     */
    private void beginWithoutFiles() {
        warnings.add(
                "there is no database and no leave to start with an empty one; this server does not vote until it has "
                        + "synchronised with a leader");
        if (settings.ensemble()) {
            Rebuild.beginWithoutFiles(disk);
            rebuilding = true;
        }
    }

    /** The operator's marker, or the setting; but a server that was part of an ensemble had a database, which somebody removed. */
    private boolean trustsEmpty() {
        if (disk.initializeMarkerExists()) {
            return true;
        }
        if (settings.dbAutocreate() && settings.ensemble() && epochs.sawAnEpoch()) {
            warnings.add(
                    "the epoch files say that this server had a database, and it is gone. Put a file named initialize into "
                            + "dataLogDir if the whole ensemble is to start empty");
            return false;
        }
        return settings.dbAutocreate();
    }

    /**
     * What was read may be there only because the machine did not stop: a process that was killed between a write and its force leaves both
     * on the way to the disk. From here on it counts as durable, so it is made so: the end of the log, the snapshot, and all names. So are
     * the changes that recovery itself made, before a new file can follow them.
     */
    private void makeDurable(LogReplay replay) {
        replay.makeDurable();
        disk.forceDirectory(DiskDirectory.LOG);
        if (!disk.oneDirectory()) {
            disk.forceDirectory(DiskDirectory.DATA);
        }
    }

    private void force(String name, DiskDirectory directory) {
        try (DiskFile file = disk.open(directory, name, OpenMode.WRITE)) {
            file.force();
        }
    }

    private RecoveredState opened(LogReplay replay, long lastZxid, long snapshotZxid, boolean emptySnapshotNeeded) {
        makeDurable(replay);
        long acceptedEpoch = 0;
        long currentEpoch = 0;
        if (settings.ensemble()) {
            epochs.recover(lastZxid, warnings);
            acceptedEpoch = epochs.acceptedEpoch();
            currentEpoch = epochs.currentEpoch();
        }
        log.opened(lastZxid);
        boolean trusted = lastZxid != Zxid.NONE && !rebuilding;
        return new RecoveredState(
                lastZxid, trusted, snapshotZxid, acceptedEpoch, currentEpoch, emptySnapshotNeeded, warnings);
    }
}
