package io.quorate.server.tools;

import io.quorate.jute.JuteReader;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DamagedFileException;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageNames;
import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.ReadOnlyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the data directory of a server from a backup, as it was after one transaction. All is written beside the place where a server
 * looks, tried there by the code that a server starts with, and put in place at the end: an interrupted restore leaves nothing that starts.
 */
final class Restore {
    private static final String STAGING = "version-2.restoring";

    private final Path backup;
    private final BackupManifest manifest;
    private final ReadOnlyDisk disk;
    private final StoredFiles files;
    private final int maxField;
    private final Path dataDir;
    private final Path logDir;
    private final Findings findings;
    private final Progress progress;
    private final FileChanges changes;

    /** @throws ToolException if there is no backup */
    Restore(
            Path backup,
            int maxField,
            Path dataDir,
            Path logDir,
            Findings findings,
            Progress progress,
            FileChanges changes) {
        this.backup = backup;
        this.manifest = BackupManifest.read(backup)
                .orElseThrow(() -> new ToolException(backup + " is no backup: there is no manifest.json in it"));
        Path version = backup.resolve(Locations.VERSION_DIRECTORY);
        this.disk = new ReadOnlyDisk(version, version);
        this.files = new StoredFiles(disk, maxField);
        this.maxField = maxField;
        this.dataDir = dataDir;
        this.logDir = logDir;
        this.findings = findings;
        this.progress = progress;
        this.changes = changes;
    }

    void run(RestoreTarget target) throws IOException {
        requireEmpty(dataDir);
        takeBackLogs();
        requireEmpty(logDir);
        long zxid = zxid(target);
        Numbered snapshot = snapshotFor(zxid);
        Path data = staging(dataDir);
        Path log = logDir.equals(dataDir) ? data : staging(logDir);
        try {
            copySnapshot(snapshot, data);
            long last = Math.max(snapshot.zxid(), copyLogs(snapshot.zxid(), zxid, log));
            writeEpochs(data, last);
            Rehearsal rehearsal = rehearse(data, log, last);
            putInPlace(data, log);
            progress.end();
            report(snapshot, zxid, last, rehearsal);
        } finally {
            progress.end();
        }
    }

    // --- where to

    private static void requireEmpty(Path directory) throws IOException {
        Path version = directory.resolve(Locations.VERSION_DIRECTORY);
        if (!Files.exists(version)) {
            return;
        }
        try (Stream<Path> entries = Files.list(version)) {
            if (entries.findAny().isPresent()) {
                throw new ToolException(
                        version + " holds files: a restore never writes over a history. Stop the server, move "
                                + version + " aside, and restore again");
            }
        }
    }

    /**
     * Of a restore that was stopped between its two moves. The mark alone does not tell: it is also left by one that was stopped behind them,
     * and then the logs are a server's.
     */
    private void takeBackLogs() throws IOException {
        Path logs = logDir.resolve(Locations.VERSION_DIRECTORY);
        if (Files.exists(logs.resolve(StorageNames.UNFINISHED_RESTORE)) && Files.exists(dataDir.resolve(STAGING))) {
            changes.move(logs, logDir.resolve(STAGING));
            changes.forceDirectory(logDir);
            findings.note("a restore was stopped here before all was in place; it is begun anew");
        }
    }

    private Path staging(Path directory) throws IOException {
        Path staging = directory.resolve(STAGING);
        if (Files.exists(staging)) {
            try (Stream<Path> left = Files.walk(staging)) {
                for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                    changes.delete(path);
                }
            }
        }
        changes.makeDirectories(staging);
        return staging;
    }

    // --- to which point

    private long zxid(RestoreTarget target) {
        if (target.time != null) {
            return zxidAt(target.time.ms());
        }
        if (target.zxid == null) {
            return manifest.last();
        }
        if (target.zxid.zxid() > manifest.last()) {
            throw new ToolException("the backup ends with " + manifest.lastZxid() + " and does not hold "
                    + Zxid.show(target.zxid.zxid()) + "; --latest restores all that it holds");
        }
        return target.zxid.zxid();
    }

    /** Clocks of leaders differ: the first transaction that is later ends it, whatever comes after. */
    private long zxidAt(long ms) {
        if (ms > manifest.takenMs()) {
            throw new ToolException("the backup was taken at " + manifest.taken() + " and says nothing about "
                    + TimeArgument.show(ms) + "; --latest restores all that it holds");
        }
        long last = Zxid.NONE;
        for (BackupManifest.Entry entry : manifest.logs()) {
            try (LogFileReader reader = files.openLog(entry.name())) {
                while (reader.nextOffset() < entry.length() && reader.next()) {
                    TxnHeader header = TxnHeader.read(new JuteReader(reader.txn()));
                    if (header.time() > ms) {
                        return requireKnown(last, header);
                    }
                    last = header.zxid();
                }
                requireRead(reader, entry);
            }
        }
        return manifest.last();
    }

    private static long requireKnown(long last, TxnHeader first) {
        if (last == Zxid.NONE) {
            throw new ToolException("the first transaction of the backup, " + Zxid.show(first.zxid()) + ", is of "
                    + TimeArgument.show(first.time()) + ": it does not reach back further");
        }
        return last;
    }

    /** The newest that has no effect of a later transaction, though its name may be of an earlier one. */
    private Numbered snapshotFor(long zxid) {
        long oldest = Long.MAX_VALUE;
        for (Numbered file : files.snapshots()) {
            long last =
                    manifest.file(file.name()).map(BackupManifest.Entry::last).orElse(Long.MAX_VALUE);
            if (last <= zxid) {
                return file;
            }
            oldest = Math.min(oldest, last);
        }
        throw new ToolException("no snapshot of the backup is of " + Zxid.show(zxid) + " or before, the oldest is of "
                + Zxid.show(oldest) + ": the backup does not reach back so far");
    }

    // --- copying

    private void requireUnchanged(BackupManifest.Entry entry) throws IOException {
        Path file = disk.path(DiskDirectory.DATA, entry.name());
        if (!Files.exists(file)) {
            throw new ToolException(file + " is in the backup's manifest and is missing");
        }
        if (!Copies.sha256(file, entry.length()).equals(entry.sha256())) {
            throw new ToolException(file + " is not what was backed up: its SHA-256 is not the manifest's "
                    + entry.sha256() + ". Take another backup, or another copy of this one");
        }
    }

    private BackupManifest.Entry entry(String name) {
        return manifest.file(name).orElseThrow(() -> new ToolException(name + " is not in the backup's manifest"));
    }

    private void copySnapshot(Numbered snapshot, Path data) throws IOException {
        BackupManifest.Entry entry = entry(snapshot.name());
        requireUnchanged(entry);
        progress.begin("restoring " + entry.name(), entry.length());
        try (DiskFile file = disk.open(DiskDirectory.DATA, entry.name(), OpenMode.READ)) {
            changes.copy(file, entry.length(), data.resolve(entry.name()), progress);
        }
    }

    /** @return zxid of the last transaction that was copied; {@link Zxid#NONE} if none was */
    private long copyLogs(long fromZxid, long toZxid, Path log) throws IOException {
        List<Numbered> logs = files.logs().stream()
                .filter(each -> manifest.file(each.name()).isPresent())
                .toList();
        long last = Zxid.NONE;
        for (Numbered each :
                logs.subList(logs.isEmpty() ? 0 : StoredFiles.indexOfHolder(logs, fromZxid), logs.size())) {
            if (each.zxid() <= toZxid) {
                last = Math.max(last, copyLog(entry(each.name()), toZxid, log));
            }
        }
        return last;
    }

    private long copyLog(BackupManifest.Entry entry, long toZxid, Path log) throws IOException {
        requireUnchanged(entry);
        progress.begin("restoring " + entry.name(), entry.length());
        long last = Zxid.NONE;
        long end = 0;
        try (LogFileReader reader = files.openLog(entry.name())) {
            boolean beyond = false;
            while (!beyond && reader.nextOffset() < entry.length() && reader.next()) {
                beyond = reader.zxid() > toZxid || reader.nextOffset() > entry.length();
                if (!beyond) {
                    last = reader.zxid();
                    end = reader.nextOffset();
                }
            }
            if (!beyond) {
                requireRead(reader, entry);
            }
            if (last != Zxid.NONE) {
                changes.copy(reader.file(), end, log.resolve(entry.name()), progress);
            }
        }
        return last;
    }

    /** Whatever the log's end looks like: what the backup says it holds has to be there. */
    private void requireRead(LogFileReader reader, BackupManifest.Entry entry) {
        if (reader.nextOffset() < entry.length()) {
            throw new DamagedFileException(
                    disk.path(DiskDirectory.LOG, entry.name()).toString(),
                    reader.nextOffset(),
                    reader.end().found(),
                    "The backup should hold " + entry.length()
                            + " bytes of it. Take another backup, or another copy of this one.");
        }
    }

    /** A server must not fall behind what it has promised, or a leader of the past could be followed once more. */
    private void writeEpochs(Path data, long last) throws IOException {
        long accepted = manifest.highestEpoch();
        if (accepted == 0 && manifest.acceptedEpoch() == null) {
            return; // Of a server alone.
        }
        changes.write(data.resolve("acceptedEpoch"), Long.toString(accepted));
        changes.write(data.resolve("currentEpoch"), Long.toString(Zxid.epoch(last)));
    }

    private Rehearsal rehearse(Path data, Path log, long last) {
        try {
            Rehearsal rehearsal = Rehearsal.of(new ReadOnlyDisk(data, log), maxField);
            if (rehearsal.state().lastZxid() != last) {
                throw new ToolException("what was restored goes to "
                        + Zxid.show(rehearsal.state().lastZxid()) + " instead of " + Zxid.show(last)
                        + "; it is left in " + data + ", and no server takes it from there");
            }
            return rehearsal;
        } catch (StorageException e) {
            throw new ToolException(
                    "a server would not start with what was restored; it is left in " + data + ": " + e.getMessage());
        }
    }

    /** The logs first: without its snapshot no server takes them for a history. A mark says as long as what is missing is still to come. */
    private void putInPlace(Path data, Path log) throws IOException {
        if (log.equals(data)) {
            putInPlace(data);
            return;
        }
        changes.write(
                log.resolve(StorageNames.UNFINISHED_RESTORE),
                "A restore was stopped when these logs were in place and their snapshot was not. Restore again.\n");
        putInPlace(log);
        putInPlace(data);
        Path logs = logDir.resolve(Locations.VERSION_DIRECTORY);
        changes.delete(logs.resolve(StorageNames.UNFINISHED_RESTORE));
        changes.forceDirectory(logs);
    }

    private void putInPlace(Path staging) throws IOException {
        Path version = staging.resolveSibling(Locations.VERSION_DIRECTORY);
        changes.forceDirectory(staging);
        changes.delete(version);
        changes.move(staging, version);
        Path parent = version.toAbsolutePath().getParent();
        if (parent != null) {
            changes.forceDirectory(parent);
        }
    }

    private void report(Numbered snapshot, long asked, long last, Rehearsal rehearsal) {
        findings.say("restored to " + Zxid.show(last) + " from " + backup + ": " + snapshot.name() + " and "
                + rehearsal.replayed() + " transactions behind it; "
                + rehearsal.tree().nodeCount() + " nodes, digest "
                + DigestCheck.show(rehearsal.tree().digest()));
        if (last != asked) {
            findings.note("there is no transaction " + Zxid.show(asked) + "; the last one before it is taken");
        }
        if (last > manifest.confirmed()) {
            findings.note("what follows " + manifest.confirmedZxid() + " may never have been acknowledged to a client");
        }
        findings.say(
                "Restore every server of the ensemble from this backup to this same transaction, before you start any of them. "
                        + "One that keeps its old files would bring back what came later; one without files may stay empty and is filled by "
                        + "the others. myid and zoo.cfg stay as they are.");
    }
}
