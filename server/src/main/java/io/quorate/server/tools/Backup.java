package io.quorate.server.tools;

import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.HeldDisk;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
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
 * purged since stays in the backup, unless only some snapshots are to be kept. A history that does not go on from where the backup ends is refused, since a backup with a hole would
 * restore to before it only.
 */
final class Backup {
    /** How much at the end of an older log is compared with what the backup has of it. */
    private static final long COMPARED_TAIL_BYTES = 64 << 10;

    private final HeldDisk held;
    private final StoredFiles files;
    private final int maxField;
    private final int keep;
    private final Path target;
    private final Path version;
    private final String source;
    private final Findings findings;
    private final Progress progress;

    /**
     * @param held the server's files
     * @param keep how many snapshots stay in the backup, the newest ones, and the logs behind the oldest of them
     */
    Backup(HeldDisk held, int maxField, int keep, Path target, String source, Findings findings, Progress progress) {
        this.held = held;
        this.files = new StoredFiles(held, maxField);
        this.maxField = maxField;
        this.keep = keep;
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
                FileChannel.open(target.resolve("lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            if (lock.tryLock() == null) {
                throw new ToolException("another backup is being written to " + target + "; wait for its end");
            }
            copy();
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

    private void copy() throws IOException {
        Optional<BackupManifest> before = BackupManifest.read(target);
        long takenMs = System.currentTimeMillis();
        List<LogExtent> logs = readLogs();
        int found = logs.size();
        BackupChain chain = new BackupChain(version, logs, before, COMPARED_TAIL_BYTES);
        if (logs.size() < found) {
            findings.note("the history of the server's logs has a gap before "
                    + logs.get(0).name() + ", as after a snapshot from the leader; what is older is left out");
        }
        progress.begin(
                "copying",
                files.snapshots().stream().mapToLong(this::length).sum()
                        + logs.stream().mapToLong(LogExtent::length).sum());
        long lastLogged = logs.isEmpty() ? Zxid.NONE : logs.get(logs.size() - 1).last();
        List<BackupManifest.Entry> snapshots = copySnapshots(before, chain, lastLogged);
        long last = Math.max(
                lastLogged,
                snapshots.stream().mapToLong(BackupManifest.Entry::last).max().orElse(Zxid.NONE));
        chain.requireGoesOnFrom(snapshots, last);
        List<BackupManifest.Entry> entries = copyLogs(chain, logs, snapshots, before);
        entries.addAll(snapshots);
        report(finish(entries, last, confirmed(logs, snapshots), takenMs), before);
    }

    private long length(Numbered snapshot) {
        return held.size(DiskDirectory.DATA, snapshot.name());
    }

    /** All that have an entry. */
    private List<LogExtent> readLogs() {
        List<Numbered> names = files.logs();
        List<LogExtent> extents = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            progress.begin("reading " + names.get(i).name(), 0);
            LogFileReader reader = files.openLog(names.get(i).name());
            LogExtent extent = LogExtent.read(reader, i == names.size() - 1, files, progress);
            if (!extent.isEmpty()) {
                extents.add(extent);
            }
        }
        return extents;
    }

    /** Those of the backup and of the server that a restore from the oldest of the snapshots needs. */
    private List<BackupManifest.Entry> copyLogs(
            BackupChain chain,
            List<LogExtent> logs,
            List<BackupManifest.Entry> snapshots,
            Optional<BackupManifest> before)
            throws IOException {
        List<Numbered> all = new ArrayList<>();
        chain.keptLogs().forEach(entry -> all.add(new Numbered(entry.zxid(), entry.name())));
        logs.forEach(log -> all.add(new Numbered(log.first(), log.name())));
        long oldest =
                snapshots.stream().mapToLong(BackupManifest.Entry::zxid).min().orElse(0);
        Set<String> needed = new HashSet<>();
        if (!all.isEmpty()) {
            all.subList(StoredFiles.indexOfHolder(all, oldest), all.size()).forEach(log -> needed.add(log.name()));
        }
        List<BackupManifest.Entry> entries = new ArrayList<>();
        chain.keptLogs().stream().filter(entry -> needed.contains(entry.name())).forEach(entries::add);
        for (LogExtent log : logs) {
            if (needed.contains(log.name())) {
                entries.add(copyLog(log, before));
            }
        }
        return entries;
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

    /** The newest that are there or are whole on the server, oldest first. */
    private List<BackupManifest.Entry> copySnapshots(
            Optional<BackupManifest> before, BackupChain chain, long lastLogged) throws IOException {
        Map<String, BackupManifest.Entry> there = new HashMap<>();
        before.ifPresent(manifest -> manifest.snapshots().forEach(entry -> there.put(entry.name(), entry)));
        TreeMap<Long, String> candidates = new TreeMap<>();
        there.values().forEach(entry -> candidates.put(entry.zxid(), entry.name()));
        files.snapshots().forEach(file -> candidates.putIfAbsent(file.zxid(), file.name()));
        List<BackupManifest.Entry> entries = new ArrayList<>();
        long reachesAtMost = lastLogged;
        for (Map.Entry<Long, String> candidate : candidates.descendingMap().entrySet()) {
            if (entries.size() == keep) {
                break;
            }
            BackupManifest.Entry entry = there.get(candidate.getValue());
            if (entry != null) {
                entries.add(0, entry);
            } else {
                copySnapshot(candidate.getKey(), candidate.getValue(), reachesAtMost)
                        .filter(chain::canReplayFrom)
                        .ifPresent(copied -> entries.add(0, copied));
            }
            reachesAtMost = candidate.getKey();
        }
        return entries;
    }

    /** @param reachesAtMost no transaction behind this zxid can have got into it while it was written */
    private Optional<BackupManifest.Entry> copySnapshot(long zxid, String name, long reachesAtMost) throws IOException {
        long length = held.size(DiskDirectory.DATA, name);
        // The ending stays, since it says how the file is compressed.
        Path part = version.resolve("part." + name);
        try (DiskFile file = held.open(DiskDirectory.DATA, name, OpenMode.READ)) {
            Copies.copy(file, 0, length, part, progress);
        }
        StoredFiles copies = new StoredFiles(new ReadOnlyDisk(version, version), maxField);
        try {
            LoadedSnapshot loaded =
                    SnapshotFile.read(copies, String.valueOf(part.getFileName()), maxField, new NoRecords());
            Path whole = version.resolve(name);
            Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return Optional.of(new BackupManifest.Entry(
                    name,
                    length,
                    Copies.sha256(whole, length),
                    Zxid.show(lastIn(loaded, zxid, Math.max(zxid, reachesAtMost)))));
        } catch (StorageException | SnapshotException e) {
            Files.deleteIfExists(part);
            findings.note(
                    name + " is not whole and is left out (a server may be writing it just now): " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The last transaction whose effects may be in a snapshot. Apache's server goes on while it writes one, and without the sections that it can
     * be told to leave out, the file does not say how far it got: at most to where the next snapshot began, or the log ends.
     */
    private long lastIn(LoadedSnapshot loaded, long zxid, long reachesAtMost) {
        // The very first is written before anything can happen.
        boolean silent = zxid != 0 && loaded.digestZxid() == 0 && loaded.lastProcessedZxid() == Zxid.NONE;
        if (silent && reachesAtMost > zxid) {
            findings.note("the snapshot of " + Zxid.show(zxid)
                    + " does not say how far it reaches; it counts as one of " + Zxid.show(reachesAtMost));
            return reachesAtMost;
        }
        return Math.max(zxid, Math.max(loaded.digestZxid(), loaded.lastProcessedZxid()));
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

    private void report(BackupManifest manifest, Optional<BackupManifest> before) {
        progress.end();
        long bytes = bytes(manifest);
        long bytesBefore = before.map(Backup::bytes).orElse(0L);
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

    private static long bytes(BackupManifest manifest) {
        return manifest.files().stream().mapToLong(BackupManifest.Entry::length).sum();
    }
}
