package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes a snapshot that a leader sent the whole history of this server, with one point before which the old history is untouched, and
 * after which the new one is there whatever happens.
 *
 * <pre>
 *   1  the body goes into an unfinished file, which is sealed and forced, and its name with it
 *   2  the intent, install.HEX, is written durably           <-- the point
 *   3  the unfinished file becomes snapshot.HEX
 *   4  every other snapshot and every log is deleted, or moved to the folder that the intent names
 *   5  the intent is deleted
 * </pre>
 *
 * Recovery drops the unfinished file when there is no intent, and does 3 to 5 again when there is one. Older snapshots and logs go as
 * well: they may hold transactions that are not part of the leader's history, and to fall back on them would silently take back what
 * this server is going to acknowledge (ZOOKEEPER-2872, 3642).
 */
public final class SnapshotInstall {
    private static final String SET_ASIDE = ", the old files to ";
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9.-]+");
    private static final String EXPLANATION = "why-set-aside";

    private final DiskPort disk;
    private final Storage storage;
    private final SnapshotWriter writer;
    private final @Nullable String aside;

    /** @param aside the folder for what it replaces; null to delete that */
    SnapshotInstall(DiskPort disk, Storage storage, SnapshotWriter writer, @Nullable String aside) {
        this.aside = aside;
        this.disk = disk;
        this.storage = storage;
        this.writer = writer;
    }

    /** Goes on with the body, from the session count to the end-of-nodes mark: without the signature that follows it in the stream. */
    public void write(byte[] bytes, int offset, int length) {
        writer.write(bytes, offset, length);
    }

    public long bodyBytes() {
        return writer.bodyBytes();
    }

    /** The body is whole, and the tree that it makes has this digest. Returns when the snapshot is this server's history, durably. */
    public void commit(long digest) {
        writer.seal(writer.zxid(), digest);
        complete();
    }

    /** {@link #commit} for a tree whose digest is not known. */
    public void commitWithoutDigest() {
        writer.sealWithoutDigest(writer.zxid());
        complete();
    }

    private void complete() {
        long zxid = writer.zxid();
        storage.beforeInstall();
        try {
            if (aside != null) {
                explain(zxid, aside);
            }
            // The intent must not survive where the file it speaks of does not.
            disk.forceDirectory(DiskDirectory.DATA);
            AtomicFiles.writeDurable(disk, DiskDirectory.DATA, StorageNames.install(zxid), intent(zxid, aside));
            carryOut(disk, storage.snapshots(), zxid, aside);
        } catch (DiskException e) {
            storage.log().poison("installing the snapshot of " + Zxid.show(zxid) + " failed half way", e);
            throw e;
        }
        writer.published(StorageNames.snapshot(zxid));
        storage.log().replacedBySnapshot(zxid);
    }

    /** The leader went away in the middle: nothing has changed. */
    public void abort() {
        writer.abort();
    }

    private static byte[] intent(long zxid, @Nullable String aside) {
        String rest = aside == null ? "" : SET_ASIDE + aside;
        return ("install " + StorageNames.snapshot(zxid) + rest + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Puts a file into the folder that says what the others there are. It is the first, so that a folder that cannot be made or moved to is
     * noticed while the old history is untouched.
     */
    private void explain(long zxid, String folder) {
        byte[] text =
                ("These files made a tree whose digest was not the last one that this server knew. The server took the leader's of "
                                + Zxid.show(zxid)
                                + " instead. They can be deleted when nobody wants to find out why.\n")
                        .getBytes(StandardCharsets.US_ASCII);
        for (DiskDirectory directory : DiskDirectory.values()) {
            if (directory == DiskDirectory.DATA || !disk.oneDirectory()) {
                AtomicFiles.writeDurable(disk, directory, EXPLANATION, text);
                disk.setAside(directory, EXPLANATION, folder);
            }
        }
    }

    /** Steps 3 to 5, any of which may have been done before. */
    private static void carryOut(DiskPort disk, SnapshotCatalog catalog, long zxid, @Nullable String aside) {
        String unfinished = StorageNames.unfinishedInstall(zxid);
        String name = StorageNames.snapshot(zxid);
        if (disk.exists(DiskDirectory.DATA, unfinished)) {
            if (aside != null && disk.exists(DiskDirectory.DATA, name)) {
                disk.setAside(DiskDirectory.DATA, name, aside);
            }
            disk.rename(DiskDirectory.DATA, unfinished, name);
        }
        // Forces the new name too; until then the intent stands, and all of this would be done again.
        catalog.removeAllBut(name, aside);
        List<Numbered> logs = StorageNames.logs(disk);
        Collections.reverse(logs);
        for (Numbered log : logs) {
            if (aside == null) {
                disk.delete(DiskDirectory.LOG, log.name());
            } else {
                disk.setAside(DiskDirectory.LOG, log.name(), aside);
            }
        }
        disk.forceDirectory(DiskDirectory.LOG);
        disk.delete(DiskDirectory.DATA, StorageNames.install(zxid));
        disk.forceDirectory(DiskDirectory.DATA);
    }

    /** Finishes what a crash interrupted after its intent was written. */
    static void recover(DiskPort disk, SnapshotCatalog catalog, EventLog events, List<String> warnings) {
        List<Numbered> intents = StorageNames.intents(disk);
        if (intents.size() > 1) {
            throw new StorageException("there are " + intents.size() + " intents to install a snapshot ("
                    + intents.get(0).name()
                    + ", " + intents.get(1).name()
                    + "), and a server writes one at a time: files of several servers were mixed; "
                    + Rebuild.ADVICE + ".");
        }
        for (Numbered intent : intents) {
            // A killed process may have left the intent in the machine's memory only, and all below relies on it.
            disk.forceDirectory(DiskDirectory.DATA);
            String aside = readIntent(disk, intent);
            requireSnapshot(disk, intent.zxid());
            warnings.add("the snapshot of " + Zxid.show(intent.zxid())
                    + " that a leader sent was not installed completely; that is done now");
            carryOut(disk, catalog, intent.zxid(), aside);
            events.info("installed snapshot of " + Zxid.show(intent.zxid()));
        }
    }

    /** Returns the folder for what is replaced, or null. */
    private static @Nullable String readIntent(DiskPort disk, Numbered intent) {
        byte[] bytes = disk.read(DiskDirectory.DATA, intent.name());
        String text = new String(bytes, StandardCharsets.US_ASCII);
        int folder = text.indexOf(SET_ASIDE);
        String aside =
                folder < 0 ? null : text.substring(folder + SET_ASIDE.length()).stripTrailing();
        if (!Arrays.equals(bytes, intent(intent.zxid(), aside))
                || (aside != null && !FOLDER.matcher(aside).matches())) {
            throw new DamagedFileException(
                    intent.name(),
                    0,
                    "it does not say that " + StorageNames.snapshot(intent.zxid()) + " is to be installed",
                    "No crash of a server leaves this; " + Rebuild.ADVICE + ".");
        }
        return aside;
    }

    private static void requireSnapshot(DiskPort disk, long zxid) {
        boolean there = disk.exists(DiskDirectory.DATA, StorageNames.unfinishedInstall(zxid))
                || disk.exists(DiskDirectory.DATA, StorageNames.snapshot(zxid));
        if (!there) {
            throw new StorageException(StorageNames.install(zxid) + " says that the snapshot of " + Zxid.show(zxid)
                    + " is to replace this server's history, and that snapshot is not there. Restore it, or "
                    + Rebuild.ADVICE + ".");
        }
    }
}
