package io.quorate.replica.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A server whose files were set aside because they cannot be trusted, or are gone, until it has the history of a leader on its disk and has said so in
 * {@code currentEpoch}. The marker, a file named {@value #MARKER}, says so: such a server takes no part in elections, since it may have
 * acknowledged what it does not hold any more. docs/storage.md has the argument.
 *
 * <pre>
 *   no marker        the server is as any other
 *   BEGUN            its files are being set aside: what is left of them is no history, and the server does not start
 *   READY            they are: what is here came from a leader since
 *   GONE             it had no database when it started, and no leave to begin with an empty one: as READY, until somebody gives that leave
 * </pre>
 */
public final class Rebuild {
    /** In {@link DiskDirectory#DATA}. */
    public static final String MARKER = "rebuild";

    public static final String BEGUN = "The files of this server are being set aside.\n";
    public static final String READY = "The files of this server were set aside; it gets them from the leader.\n";

    static final String GONE = "This server had no files; it gets them from the leader.\n";

    /** What an operator is told who has files that no crash explains. */
    static final String ADVICE = "rebuild this server from the leader (zkTool.sh rebuild)";

    private Rebuild() {}

    /**
     * Whether the server is being rebuilt.
     *
     * @throws StorageException if its files are not set aside yet
     */
    static boolean isUnderWay(DiskPort disk) {
        if (!disk.exists(DiskDirectory.DATA, MARKER)) {
            return false;
        }
        if (!is(READY, disk) && !is(GONE, disk)) {
            throw new StorageException(
                    "a rebuild of this server was begun (there is the file " + MARKER
                            + "), and its files are not all set aside. Give the command again (zkTool.sh rebuild); it goes on from there.");
        }
        return true;
    }

    private static boolean is(String state, DiskPort disk) {
        return Arrays.equals(disk.read(DiskDirectory.DATA, MARKER), state.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether the operator says that a server without files is meant to be empty. Only where nothing has come from a leader. */
    static boolean isTakenBack(DiskPort disk) {
        return is(GONE, disk) && disk.initializeMarkerExists();
    }

    /** Whether its files were set aside, and not just found missing. */
    static boolean isSetAside(DiskPort disk) {
        return is(READY, disk);
    }

    /** From now on, and at every start until {@link #finish}, this server has no history of its own. It has no files. */
    static void beginWithoutFiles(DiskPort disk) {
        mark(disk, GONE);
    }

    /**
     * How many files were set aside.
     *
     * @param log 0 where logs and snapshots share a directory
     */
    public record SetAside(int data, int log) {}

    /**
     * Sets all files aside, so that the server gets everything from its leader. The marker comes first: from then on no start of the server takes
     * what is left for a history, wherever this is interrupted; called again, it goes on. For a server that does not run.
     *
     * @param folder where to, beside the directories
     * @param keepsPromise whether {@code acceptedEpoch} stays; one that cannot be read may not
     * @throws DiskException if the disk fails; call it again then
     */
    public static SetAside setAside(DiskPort disk, String folder, boolean keepsPromise) {
        mark(disk, BEGUN);
        int data = moveAll(disk, DiskDirectory.DATA, folder, keepsPromise);
        int log = disk.oneDirectory() ? 0 : moveAll(disk, DiskDirectory.LOG, folder, keepsPromise);
        mark(disk, READY);
        return new SetAside(data, log);
    }

    private static void mark(DiskPort disk, String text) {
        AtomicFiles.writeDurable(disk, DiskDirectory.DATA, MARKER, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int moveAll(DiskPort disk, DiskDirectory directory, String folder, boolean keepsPromise) {
        int moved = 0;
        for (String name : disk.list(directory)) {
            boolean stays = name.equals(MARKER) || (keepsPromise && name.equals(StorageNames.ACCEPTED_EPOCH));
            if (!stays) {
                disk.setAside(directory, name, folder);
                moved++;
            }
        }
        disk.forceDirectory(directory);
        return moved;
    }

    /** What is on disk is the history of a leader, and {@code currentEpoch} is its epoch, durably. */
    static void finish(DiskPort disk) {
        if (AtomicFiles.deleteIfExists(disk, DiskDirectory.DATA, MARKER)) {
            disk.forceDirectory(DiskDirectory.DATA);
        }
    }
}
