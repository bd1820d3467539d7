package io.quorate.server.tools;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StoredFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a server's logs are one history, and whether it is the one that a backup already has the beginning of. */
final class BackupChain {
    private static final String BEGIN_ANEW =
            "; begin a new backup in another directory, and keep this one for what is before";

    private final Path version;
    private final List<LogExtent> logs;
    private final Optional<BackupManifest> before;
    private final long comparedTailBytes;
    private final List<BackupManifest.Entry> kept = new ArrayList<>();

    /**
     * @param logs of the server, oldest first; those in front of a gap are taken out
     * @throws ToolException if they are another history than that of the backup, or do not go on from it
     */
    BackupChain(Path version, List<LogExtent> logs, Optional<BackupManifest> before, long comparedTailBytes)
            throws IOException {
        this.version = version;
        this.logs = logs;
        this.before = before;
        this.comparedTailBytes = comparedTailBytes;
        dropBeforeLastGap();
        if (before.isPresent()) {
            join(before.get());
        }
    }

    /** Those of the backup that the server has purged. */
    List<BackupManifest.Entry> keptLogs() {
        return kept;
    }

    /** An Apache server that took a snapshot from its leader keeps logs that its history does not go on from. */
    private void dropBeforeLastGap() {
        for (int i = logs.size() - 1; i > 0; i--) {
            if (!StoredFiles.follows(logs.get(i - 1).last(), logs.get(i).first())) {
                logs.subList(0, i).clear();
                return;
            }
        }
    }

    private void join(BackupManifest manifest) throws IOException {
        LogExtent common = null;
        for (LogExtent log : logs) {
            Optional<BackupManifest.Entry> there = manifest.file(log.name());
            if (there.isPresent()) {
                common = log;
                requireSame(log, there.get(), manifest);
            }
        }
        if (common != null) {
            requireNoSnapshotOfAnotherFuture(common, manifest);
        }
        long first = logs.isEmpty() ? Long.MAX_VALUE : logs.get(0).first();
        for (BackupManifest.Entry entry : manifest.logs()) {
            if (entry.last() < first
                    && logs.stream().noneMatch(log -> log.name().equals(entry.name()))) {
                kept.add(entry);
            }
        }
        if (common == null && !logs.isEmpty() && !goesOn(manifest, first)) {
            throw new ToolException(
                    "the backup ends with " + manifest.lastZxid() + ", and the oldest log of the server begins with "
                            + Zxid.show(first)
                            + ": what is between has been purged, or the server took a snapshot from its leader"
                            + BEGIN_ANEW);
        }
    }

    private boolean goesOn(BackupManifest manifest, long first) {
        return first
                == manifest.last() + 1; // A new epoch may have begun behind transactions that are not here any more.
    }

    /**
     * A server that was cut, or restored to an earlier time, has another future than the one that the backup saw. Its logs are replaced, but
     * not a snapshot, from which a restore would begin.
     *
     * @param common the newest log that both have
     */
    private static void requireNoSnapshotOfAnotherFuture(LogExtent common, BackupManifest manifest) {
        List<BackupManifest.Entry> known = manifest.logs();
        long inBackup = known.get(known.size() - 1).last();
        if (common.last() >= inBackup) {
            return;
        }
        for (BackupManifest.Entry snapshot : manifest.snapshots()) {
            if (snapshot.last() > common.last()) {
                throw new ToolException("the server's history leaves that of the backup after "
                        + Zxid.show(common.last()) + ", and the backup holds " + snapshot.name()
                        + " of what the server gave up, as after a restore to an earlier time" + BEGIN_ANEW);
            }
        }
    }

    private void requireSame(LogExtent log, BackupManifest.Entry there, BackupManifest manifest) throws IOException {
        List<BackupManifest.Entry> known = manifest.logs();
        boolean mayHaveGrown = known.get(known.size() - 1).name().equals(there.name());
        long end = Math.min(log.length(), there.length());
        long from = mayHaveGrown ? 0 : Math.max(0, end - comparedTailBytes);
        if (!Copies.same(log.reader().file(), version.resolve(log.name()), from, end)) {
            throw new ToolException(log.name()
                    + " of the server is not the one in the backup: these are files of another server, or of one "
                    + "that was restored since" + BEGIN_ANEW);
        }
    }

    /** Whether the logs go on from a snapshot. */
    boolean canReplayFrom(BackupManifest.Entry snapshot) {
        long zxid = snapshot.zxid();
        if (logs.isEmpty()) {
            return true;
        }
        long first = kept.isEmpty() ? logs.get(0).first() : 0;
        return zxid >= first || StoredFiles.follows(zxid, first);
    }

    /**
     * @param last zxid of the whole backup
     * @throws ToolException if no snapshot is there, or the history ends before the backup's with nothing to show for it
     */
    void requireGoesOnFrom(List<BackupManifest.Entry> snapshots, long last) {
        if (snapshots.stream().noneMatch(this::canReplayFrom)) {
            throw new ToolException(
                    "there is no whole snapshot that the logs go on from: a backup of this could not be restored. "
                            + "See what zkTool.sh verify says of these files");
        }
        if (logs.isEmpty() && before.isPresent() && last != before.get().last()) {
            throw new ToolException("the backup ends with " + before.get().lastZxid()
                    + ", and the server has no log, and a snapshot of " + Zxid.show(last) + BEGIN_ANEW);
        }
    }
}
