package io.quorate.server.tools;

import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.ReadOnlyDisk;
import io.quorate.tree.SnapshotException;
import io.quorate.tree.SnapshotNode;
import io.quorate.tree.SnapshotRecords;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Copies what a server has on disk, while it runs, into a directory that is a data directory itself:
 *
 * <pre>
 *   manifest.json                what belongs to the backup, with lengths and checksums; written last
 *   version-2/snapshot.*         every whole snapshot of the server
 *   version-2/log.*              every log, up to its last whole entry
 *   version-2/*Epoch             what the server has promised
 * </pre>
 *
 * Run again into the same directory it takes only what is new: a log grows at its end, and a snapshot never changes. What the server has
 * purged since stays in the backup. A history that does not go on from where the backup ends is refused, since a backup with a hole would
 * restore to before it only.
 */
final class Backup {
    /** How much at the end of an older log is compared with what the backup has of it. */
    private static final long COMPARED_TAIL_BYTES = 64 << 10;

    private final ReadOnlyDisk disk;
    private final StoredFiles files;
    private final int maxField;
    private final Path target;
    private final Path version;
    private final String source;
    private final Findings findings;
    private final Progress progress;

    Backup(ReadOnlyDisk disk, int maxField, Path target, String source, Findings findings, Progress progress) {
        this.disk = disk;
        this.files = new StoredFiles(disk, maxField);
        this.maxField = maxField;
        this.target = target;
        this.version = target.resolve(Locations.VERSION_DIRECTORY);
        this.source = source;
        this.findings = findings;
        this.progress = progress;
    }

    void run() throws IOException {
        requireOurs();
        Files.createDirectories(version);
        try (FileChannel lock =
                        FileChannel.open(target.resolve("lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                OpenedFiles opened = OpenedFiles.open(disk, files)) {
            if (lock.tryLock() == null) {
                throw new ToolException("another backup is being written to " + target + "; wait for its end");
            }
            copy(opened);
        } finally {
            progress.end();
        }
    }

    private void requireOurs() throws IOException {
        if (!Files.isDirectory(target) || BackupManifest.read(target).isPresent()) {
            return;
        }
        // A first backup that was interrupted leaves these two.
        Set<String> ours = Set.of("lock", Locations.VERSION_DIRECTORY);
        try (Stream<Path> entries = Files.list(target)) {
            Optional<Path> other = entries.filter(entry -> !ours.contains(String.valueOf(entry.getFileName())))
                    .findFirst();
            if (other.isPresent()) {
                throw new ToolException(target + " holds " + other.get().getFileName()
                        + " and no backup: give the path of a backup, or one of a new or empty directory");
            }
        }
    }

    private void copy(OpenedFiles opened) throws IOException {
        Optional<BackupManifest> before = BackupManifest.read(target);
        long takenMs = System.currentTimeMillis();
        List<LogExtent> logs = readLogs(opened.logs());
        List<BackupManifest.Entry> entries = new ArrayList<>();
        int found = logs.size();
        BackupChain chain = new BackupChain(version, logs, before, COMPARED_TAIL_BYTES);
        if (logs.size() < found) {
            findings.note("the history of the server's logs has a gap before "
                    + logs.get(0).name() + ", as after a snapshot from the leader; what is older is left out");
        }
        entries.addAll(chain.keptLogs());
        long bytesBefore = before.map(manifest -> manifest.files().stream()
                        .mapToLong(BackupManifest.Entry::length)
                        .sum())
                .orElse(0L);
        progress.begin(
                "copying",
                opened.snapshots().stream()
                                .mapToLong(OpenedFiles.Snapshot::length)
                                .sum()
                        + logs.stream().mapToLong(LogExtent::length).sum());
        for (LogExtent log : logs) {
            entries.add(copyLog(log, before));
        }
        List<BackupManifest.Entry> snapshots = copySnapshots(opened.snapshots(), before, chain);
        long last = Math.max(
                logs.isEmpty() ? Zxid.NONE : logs.get(logs.size() - 1).last(),
                snapshots.stream().mapToLong(BackupManifest.Entry::last).max().orElse(Zxid.NONE));
        chain.requireGoesOnFrom(snapshots, last);
        entries.addAll(snapshots);
        BackupManifest manifest = finish(entries, last, confirmed(logs, snapshots), takenMs);
        report(manifest, before, bytesBefore);
    }

    /** All that have an entry. */
    private List<LogExtent> readLogs(List<LogFileReader> readers) {
        List<LogExtent> extents = new ArrayList<>();
        for (int i = 0; i < readers.size(); i++) {
            progress.begin("reading " + readers.get(i).name(), 0);
            LogExtent extent = LogExtent.read(readers.get(i), i == readers.size() - 1, files, progress);
            if (!extent.isEmpty()) {
                extents.add(extent);
            }
        }
        return extents;
    }

    private BackupManifest.Entry copyLog(LogExtent log, Optional<BackupManifest> before) throws IOException {
        Path to = version.resolve(log.name());
        long there = intactBytes(log, before.flatMap(manifest -> manifest.file(log.name())), to);
        if (there < log.length()) {
            Copies.copy(log.reader().file(), there, log.length(), to, progress);
        }
        return new BackupManifest.Entry(
                log.name(), log.length(), Copies.sha256(to, log.length()), Zxid.show(log.last()));
    }

    /** How much of a log the backup has as it was copied; what has rotted there since is copied once more, and not signed anew. */
    private long intactBytes(LogExtent log, Optional<BackupManifest.Entry> entry, Path to) throws IOException {
        if (entry.isEmpty()) {
            return 0;
        }
        long length = entry.get().length();
        boolean wasCut = length > log.length(); // It was compared as a whole.
        if (wasCut || Copies.sha256(to, length).equals(entry.get().sha256())) {
            return length;
        }
        findings.note(to + " is not what was backed up, as after a fault of its disk; it is copied once more");
        return 0;
    }

    /** Those of the server that are whole and not there yet, and those that are there. */
    private List<BackupManifest.Entry> copySnapshots(
            List<OpenedFiles.Snapshot> opened, Optional<BackupManifest> before, BackupChain chain) throws IOException {
        List<BackupManifest.Entry> entries = new ArrayList<>();
        before.ifPresent(manifest -> entries.addAll(manifest.snapshots()));
        Set<String> there =
                new HashSet<>(entries.stream().map(BackupManifest.Entry::name).toList());
        for (OpenedFiles.Snapshot snapshot : opened) {
            if (!there.contains(snapshot.name())) {
                copySnapshot(snapshot).filter(chain::canReplayFrom).ifPresent(entries::add);
            }
        }
        return entries;
    }

    private Optional<BackupManifest.Entry> copySnapshot(OpenedFiles.Snapshot snapshot) throws IOException {
        // The ending stays, since it says how the file is compressed.
        Path part = version.resolve("part." + snapshot.name());
        Copies.copy(snapshot.file(), 0, snapshot.length(), part, progress);
        StoredFiles copies = new StoredFiles(new ReadOnlyDisk(version, version), maxField);
        try {
            LoadedSnapshot loaded =
                    SnapshotFile.read(copies, String.valueOf(part.getFileName()), maxField, new NoRecords());
            Path whole = version.resolve(snapshot.name());
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            long last = Math.max(
                    zxidOf(copies, snapshot.name()), Math.max(loaded.digestZxid(), loaded.lastProcessedZxid()));
            return Optional.of(new BackupManifest.Entry(
                    snapshot.name(), snapshot.length(), Copies.sha256(whole, snapshot.length()), Zxid.show(last)));
        } catch (StorageException | SnapshotException e) {
            Files.deleteIfExists(part);
            findings.note(snapshot.name() + " is not whole and is left out (a server may be writing it just now): "
                    + e.getMessage());
            return Optional.empty();
        }
    }

    private static long zxidOf(StoredFiles copies, String name) {
        return copies.snapshots().stream()
                .filter(file -> file.name().equals(name))
                .mapToLong(Numbered::zxid)
                .findFirst()
                .orElse(Zxid.NONE);
    }

    private static final class NoRecords implements SnapshotRecords {
        @Override
        public void onSession(long sessionId, int timeoutMs) {}

        @Override
        public void onAcl(long aclId, List<Acl> acl) {}

        @Override
        public void onNode(SnapshotNode node) {}
    }

    /** A log that is not the newest was forced before the next one began, and a snapshot holds nothing that was not. */
    private static long confirmed(List<LogExtent> logs, List<BackupManifest.Entry> snapshots) {
        long forced = logs.size() < 2 ? 0 : logs.get(logs.size() - 2).last();
        return Math.max(
                forced,
                snapshots.stream().mapToLong(BackupManifest.Entry::last).max().orElse(0));
    }

    private BackupManifest finish(List<BackupManifest.Entry> entries, long last, long confirmed, long takenMs)
            throws IOException {
        // After the logs, and the lower one first: so they are never behind the history, nor the higher behind the
        // lower.
        OptionalLong current = files.currentEpoch();
        OptionalLong accepted = files.acceptedEpoch();
        if (current.isPresent()) {
            Copies.writeForced(version.resolve("currentEpoch"), Long.toString(current.getAsLong()));
        }
        if (accepted.isPresent()) {
            Copies.writeForced(version.resolve("acceptedEpoch"), Long.toString(accepted.getAsLong()));
        }
        BackupManifest manifest = new BackupManifest(
                BackupManifest.FORMAT,
                Instant.ofEpochMilli(takenMs).toString(),
                takenMs,
                source,
                Zxid.show(last),
                Zxid.show(confirmed),
                accepted.isPresent() ? accepted.getAsLong() : null,
                current.isPresent() ? current.getAsLong() : null,
                List.copyOf(entries));
        Copies.forceDirectory(version);
        manifest.writeDurable(target);
        tidy(manifest);
        return manifest;
    }

    /** What does not belong to the backup goes: it would be in the way of those who take it for a data directory. */
    private void tidy(BackupManifest manifest) throws IOException {
        try (Stream<Path> there = Files.list(version)) {
            for (Path file : there.toList()) {
                String name = String.valueOf(file.getFileName());
                Optional<BackupManifest.Entry> entry = manifest.file(name);
                if (entry.isEmpty() && !name.endsWith("Epoch")) {
                    Files.delete(file);
                } else if (entry.isPresent() && Files.size(file) > entry.get().length()) {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(entry.get().length());
                    }
                }
            }
        }
    }

    private void report(BackupManifest manifest, Optional<BackupManifest> before, long bytesBefore) {
        progress.end();
        long bytes = manifest.files().stream()
                .mapToLong(BackupManifest.Entry::length)
                .sum();
        findings.say("backup up to " + manifest.lastZxid() + ": "
                + manifest.snapshots().size() + " snapshots, "
                + manifest.logs().size() + " logs, " + bytes + " bytes"
                + (before.isPresent() ? ", " + Math.max(0, bytes - bytesBefore) + " of them new" : ""));
        if (before.isPresent() && manifest.last() < before.get().last()) {
            findings.note("the server's leader cut its history after " + manifest.lastZxid() + "; the backup had up to "
                    + before.get().lastZxid() + ", which was never committed");
        }
        if (manifest.confirmed() < manifest.last()) {
            findings.note(
                    "what follows " + manifest.confirmedZxid()
                            + " was copied from the log that the server writes: it may not have been committed or forced at that moment");
        }
    }
}
