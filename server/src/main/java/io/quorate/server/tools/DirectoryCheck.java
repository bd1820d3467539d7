package io.quorate.server.tools;

import io.quorate.jute.JuteException;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.DamagedFileException;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.LogFileReader;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.HeldDisk;
import io.quorate.server.disk.ReadOnlyDisk;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotLoader;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads all files of a server: each snapshot to its last seal, each log to its end, every transaction into a tree whose digest is compared
 * with those in the files. At the end it rehearses what a server would do at its start.
 */
final class DirectoryCheck {
    private static final int MAX_UNKNOWN_ACLS_SHOWN = 10;

    private final ReadOnlyDisk disk;
    private final HeldDisk held;
    private final StoredFiles files;
    private final int maxField;
    private final Findings findings;
    private final Progress progress;
    private final DigestCheck digests;

    // By zxid; those that can be loaded.
    private final TreeMap<Long, LoadedSnapshot> whole = new TreeMap<>();
    // Of the last entry of the logs so far.
    private long lastZxid = Zxid.NONE;

    /** @param held the files of {@code disk} */
    DirectoryCheck(ReadOnlyDisk disk, HeldDisk held, int maxField, Findings findings, Progress progress) {
        this.disk = disk;
        this.held = held;
        this.files = new StoredFiles(held, maxField);
        this.maxField = maxField;
        this.findings = findings;
        this.progress = progress;
        this.digests = new DigestCheck(findings);
    }

    /** @return the exit code */
    int run() {
        epoch("acceptedEpoch", files::acceptedEpoch);
        epoch("currentEpoch", files::currentEpoch);
        checkSnapshots();
        checkLogs();
        progress.end();
        digests.end();
        rehearse();
        findings.say(findings.damages() == 0 ? "sound" : "damaged: " + findings.damages() + " things were found");
        return findings.damages() == 0 ? ToolExit.OK : ToolExit.DAMAGED;
    }

    private interface EpochFile {
        OptionalLong read();
    }

    private void epoch(String name, EpochFile file) {
        try {
            OptionalLong epoch = file.read();
            findings.say(name + ": " + (epoch.isPresent() ? Long.toString(epoch.getAsLong()) : "none"));
        } catch (DamagedFileException e) {
            findings.damage(disk.path(DiskDirectory.DATA, name) + ": " + e.found());
        }
    }

    // --- snapshots

    private void checkSnapshots() {
        for (Numbered file : files.snapshots()) {
            progress.begin("reading " + file.name(), held.size(DiskDirectory.DATA, file.name()));
            checkSnapshot(file);
        }
    }

    private void checkSnapshot(Numbered file) {
        String path = disk.path(DiskDirectory.DATA, file.name()).toString();
        if (!files.looksWhole(file)) {
            findings.damage(path
                    + ": not a whole snapshot; an Apache ZooKeeper server that was stopped while it wrote leaves this too, and "
                    + "every server passes over it. It can be removed");
            return;
        }
        try {
            SnapshotLoader loader = new SnapshotLoader(TreeSettings.defaults().withMaxField(maxField));
            LoadedSnapshot loaded = files.readSnapshot(file.name(), Rehearsal.sink(loader));
            DataTree tree = loader.finish(loaded.zxid());
            boolean exact = loaded.digestZxid() == loaded.zxid() && loaded.zxid() != 0;
            if (exact && loaded.digest() != tree.digest()) {
                findings.damage(path + ": its digest is " + DigestCheck.show(loaded.digest())
                        + ", that of the tree in it " + DigestCheck.show(tree.digest()));
            }
            whole.put(loaded.zxid(), loaded);
            findings.say(file.name() + ": " + tree.nodeCount() + " nodes, "
                    + tree.sessions().size() + " sessions");
            // They come newest first: the oldest stays, from which all logs are replayed.
            digests.startFrom(loaded, tree);
        } catch (DamagedFileException e) {
            findings.damage(path + ": damaged at offset " + e.offset() + ": " + e.found());
        } catch (StorageException e) {
            findings.damage(path + ": " + e);
        } catch (RuntimeException e) {
            // Whatever a tree says to bytes that are none.
            findings.damage(path + ": " + e.getMessage());
        }
    }

    // --- logs

    private void checkLogs() {
        List<Numbered> logs = files.logs();
        for (int i = 0; i < logs.size(); i++) {
            progress.begin(
                    "reading " + logs.get(i).name(),
                    held.size(DiskDirectory.LOG, logs.get(i).name()));
            checkLog(logs.get(i), i == logs.size() - 1);
        }
    }

    private void checkLog(Numbered log, boolean newest) {
        long count = 0;
        try (LogFileReader reader = files.openLog(log.name())) {
            LogEnd end = new LogEnd(reader, newest, files);
            do {
                while (reader.next()) {
                    if (count++ == 0 && reader.zxid() != log.zxid()) {
                        findings.note(log.name() + " begins with transaction " + Zxid.show(reader.zxid()));
                    }
                    checkEntry(reader);
                    progress.add(reader.txn().length);
                }
            } while (end.mayChange(lastZxid));
            checkEnd(reader, newest);
        }
        findings.say(log.name() + ": " + count + " transactions"
                + (count == 0 ? "" : ", the last is " + Zxid.show(lastZxid)));
    }

    private void checkEntry(LogFileReader reader) {
        long zxid = reader.zxid();
        checkOrder(reader, zxid);
        lastZxid = Math.max(lastZxid, zxid);
        try {
            digests.apply(Txn.decode(reader.txn()));
        } catch (JuteException e) {
            digests.lose();
            damage(
                    reader,
                    reader.entryOffset(),
                    "transaction " + Zxid.show(zxid) + " cannot be decoded: " + e.getMessage());
        }
    }

    private void checkOrder(LogFileReader reader, long zxid) {
        long before = lastZxid == Zxid.NONE && !whole.isEmpty() ? Math.min(whole.firstKey(), zxid) : lastZxid;
        if (before == Zxid.NONE || StoredFiles.follows(before, zxid)) {
            return;
        }
        if (zxid < before) {
            damage(
                    reader,
                    reader.entryOffset(),
                    "transaction " + Zxid.show(zxid) + " comes after " + Zxid.show(before));
            return;
        }
        String missing = "transactions between " + Zxid.show(before) + " and " + Zxid.show(zxid) + " are missing";
        LoadedSnapshot covering = coveringSnapshot(zxid);
        if (covering == null) {
            digests.lose();
            damage(reader, reader.entryOffset(), missing);
        } else {
            findings.note(missing + " before " + reader.name() + "; " + covering.name() + " has their effects");
            jumpTo(covering);
        }
    }

    /** A snapshot from which the log can go on with {@code zxid}. */
    private @Nullable LoadedSnapshot coveringSnapshot(long zxid) {
        for (LoadedSnapshot candidate : whole.values()) {
            if (candidate.zxid() >= zxid || StoredFiles.follows(candidate.zxid(), zxid)) {
                return candidate;
            }
        }
        return null;
    }

    private void jumpTo(LoadedSnapshot snapshot) {
        SnapshotLoader loader = new SnapshotLoader(TreeSettings.defaults().withMaxField(maxField));
        files.readSnapshot(snapshot.name(), Rehearsal.sink(loader));
        digests.startFrom(snapshot, loader.finish(snapshot.zxid()));
    }

    private void checkEnd(LogFileReader reader, boolean newest) {
        LogFileReader.End end = reader.end();
        if (!newest) {
            switch (end.kind()) {
                case CLEAN -> {}
                case CUT_SHORT -> checkCutShort(reader);
                case DAMAGED -> damage(reader, end.offset(), end.found());
            }
            return;
        }
        OptionalInt unfinished = files.unfinishedBytes(reader, lastZxid);
        if (unfinished.isEmpty()) {
            damage(reader, end.offset(), end.found());
        } else if (unfinished.getAsInt() > 0 || end.kind() != LogFileReader.EndKind.CLEAN) {
            findings.note(path(reader) + ": ends at offset " + end.offset() + " with an unfinished write of "
                    + unfinished.getAsInt() + " bytes, which a server cuts off when it starts: " + end.found());
        }
        if (unfinished.isPresent() && end.offset() > 0) {
            held.endLogAt(reader.name(), end.offset());
        }
    }

    /** Servers of Apache's that were killed leave such ends. */
    private void checkCutShort(LogFileReader reader) {
        LogFileReader.End end = reader.end();
        if (files.holdsWholeEntry(reader, lastZxid)) {
            damage(reader, end.offset(), end.found() + ", and there is a whole entry in that: the length has changed");
        } else {
            findings.note(path(reader) + ": ends at offset " + end.offset() + ": " + end.found());
        }
    }

    private String path(LogFileReader reader) {
        return disk.path(DiskDirectory.LOG, reader.name()).toString();
    }

    private void damage(LogFileReader reader, long offset, String found) {
        findings.damage(path(reader) + ": damaged at offset " + offset + ": " + found);
    }

    // --- recovery

    private void rehearse() {
        try {
            Rehearsal rehearsal = Rehearsal.of(held, maxField);
            rehearsal.state().warnings().forEach(findings::note);
            for (String node : rehearsal.tree().nodesWithUnknownAcl(MAX_UNKNOWN_ACLS_SHOWN)) {
                findings.damage("no file says what the ACL of node " + Escapes.path(node) + " is");
            }
            findings.say("recovery: to " + Zxid.show(rehearsal.state().lastZxid()) + ", from "
                    + (rehearsal.state().snapshotZxid() == Zxid.NONE
                            ? "no snapshot"
                            : "the snapshot of " + Zxid.show(rehearsal.state().snapshotZxid()))
                    + " and " + rehearsal.replayed() + " transactions behind it: "
                    + rehearsal.tree().nodeCount()
                    + " nodes, " + rehearsal.tree().sessions().size() + " sessions, digest "
                    + DigestCheck.show(rehearsal.tree().digest()));
        } catch (StorageException | JuteException e) {
            findings.damage("a server does not start with these files: " + e.getMessage());
        }
    }
}
