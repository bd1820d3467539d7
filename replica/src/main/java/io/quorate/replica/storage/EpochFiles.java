package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * The two promises of a server, one decimal number in a file each: {@code acceptedEpoch}, the highest epoch it agreed to follow, and
 * {@code currentEpoch}, the epoch of the leader whose history it holds.
 *
 * <p>acceptedEpoch >= currentEpoch always. currentEpoch >= epoch(last zxid) except while a synchronisation is not finished: its
 * transactions are forced before currentEpoch is written (ZOOKEEPER-4643), so that a crash in between leaves a history ahead of its
 * epoch, which the next synchronisation settles.
 */
public final class EpochFiles {
    private static final int MAX_DIGITS = 19;

    private final DiskPort disk;
    private final EventLog events;
    private boolean opened;
    private long acceptedEpoch;
    private long currentEpoch;

    EpochFiles(DiskPort disk, EventLog events) {
        this.disk = disk;
        this.events = events;
    }

    /** As it is on disk. */
    public long acceptedEpoch() {
        requireOpened();
        return acceptedEpoch;
    }

    /** As it is on disk. */
    public long currentEpoch() {
        requireOpened();
        return currentEpoch;
    }

    /**
     * Promises to follow no leader of an older epoch. Returns when the promise would survive a crash; on a failure it is undecided which
     * value is on disk, and nothing may be answered.
     *
     * @throws IllegalArgumentException if that would take back a promise
     */
    public void writeAcceptedEpochDurable(long epoch) {
        requireOpened();
        if (epoch < acceptedEpoch) {
            throw new IllegalArgumentException("acceptedEpoch cannot go back from " + acceptedEpoch + " to " + epoch);
        }
        write(StorageNames.ACCEPTED_EPOCH, epoch);
        acceptedEpoch = epoch;
    }

    /**
     * Makes this history that of {@code epoch}. The history has to be durable already.
     *
     * @throws IllegalArgumentException if it would go back, or beyond what was accepted
     */
    public void writeCurrentEpochDurable(long epoch) {
        requireOpened();
        if (epoch < currentEpoch || epoch > acceptedEpoch) {
            throw new IllegalArgumentException(
                    "currentEpoch cannot become " + epoch + ", possible are " + currentEpoch + " to " + acceptedEpoch);
        }
        write(StorageNames.CURRENT_EPOCH, epoch);
        currentEpoch = epoch;
        Rebuild.finish(disk);
    }

    private void write(String name, long epoch) {
        byte[] digits = Long.toString(epoch).getBytes(StandardCharsets.US_ASCII);
        AtomicFiles.writeDurable(disk, DiskDirectory.DATA, name, digits);
        events.info(name + " is now " + epoch);
    }

    /** Whether a file says that this server belonged to an established ensemble once. */
    boolean sawAnEpoch() {
        return read(disk, StorageNames.ACCEPTED_EPOCH).orElse(0) > 0
                || read(disk, StorageNames.CURRENT_EPOCH).orElse(0) > 0;
    }

    /**
     * Reads both files and compares them with the history.
     *
     * @throws StorageException if they contradict each other or the history
     */
    void recover(long lastZxid, List<String> warnings) {
        long historyEpoch = Math.max(0, Zxid.epoch(lastZxid));
        OptionalLong storedCurrent = read(disk, StorageNames.CURRENT_EPOCH);
        OptionalLong storedAccepted = read(disk, StorageNames.ACCEPTED_EPOCH);
        opened = true;
        currentEpoch = storedCurrent.orElse(historyEpoch);
        acceptedEpoch = storedAccepted.orElse(historyEpoch);
        check(historyEpoch, lastZxid, storedAccepted.isEmpty());
        if (historyEpoch > currentEpoch) {
            warnings.add("currentEpoch is " + currentEpoch + " and the history ends with " + Zxid.show(lastZxid)
                    + ": a synchronisation with the leader of epoch " + historyEpoch
                    + " was not finished; the next one settles it");
        }
        create(storedCurrent, storedAccepted, historyEpoch, warnings);
        // What is in a temporary file was never promised to anybody, and may be cut short.
        dropTemporary(StorageNames.CURRENT_EPOCH);
        dropTemporary(StorageNames.ACCEPTED_EPOCH);
    }

    private void check(long historyEpoch, long lastZxid, boolean acceptedMissing) {
        if (acceptedEpoch < currentEpoch) {
            throw new StorageException(
                    "acceptedEpoch is " + (acceptedMissing ? "missing" : Long.toString(acceptedEpoch))
                            + " and currentEpoch is " + currentEpoch
                            + ", which it cannot be below: a promise of this server was lost; "
                            + Rebuild.ADVICE + ".");
        }
        if (historyEpoch > Math.max(currentEpoch, acceptedEpoch)) {
            throw new StorageException("the history ends with " + Zxid.show(lastZxid) + " of epoch " + historyEpoch
                    + ", and this server never accepted an epoch above " + acceptedEpoch + " (currentEpoch "
                    + currentEpoch
                    + "): epoch files or logs come from another time or server. Restore both from the same backup, or "
                    + Rebuild.ADVICE + ".");
        }
    }

    private void create(
            OptionalLong storedCurrent, OptionalLong storedAccepted, long historyEpoch, List<String> warnings) {
        if (storedCurrent.isEmpty()) {
            warnIfHistory(StorageNames.CURRENT_EPOCH, historyEpoch, warnings);
            write(StorageNames.CURRENT_EPOCH, currentEpoch);
        }
        if (storedAccepted.isEmpty()) {
            warnIfHistory(StorageNames.ACCEPTED_EPOCH, historyEpoch, warnings);
            write(StorageNames.ACCEPTED_EPOCH, acceptedEpoch);
        }
    }

    private static void warnIfHistory(String name, long historyEpoch, List<String> warnings) {
        if (historyEpoch > 0) {
            warnings.add(name + " is missing; the epoch of the history, " + historyEpoch + ", is taken");
        }
    }

    private void dropTemporary(String name) {
        AtomicFiles.deleteIfExists(disk, DiskDirectory.DATA, name + StorageNames.TEMPORARY_SUFFIX);
    }

    static OptionalLong read(DiskPort disk, String name) {
        if (!disk.exists(DiskDirectory.DATA, name)) {
            return OptionalLong.empty();
        }
        String text = new String(disk.read(DiskDirectory.DATA, name), StandardCharsets.ISO_8859_1).strip();
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw garbage(name, text);
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw garbage(name, text);
        }
    }

    private static DamagedFileException garbage(String name, String text) {
        String shown = text.length() > MAX_DIGITS ? text.substring(0, MAX_DIGITS) + "..." : text;
        String printable = shown.replaceAll("[^ -~]", "?");
        return new DamagedFileException(
                name,
                0,
                "it holds \"" + printable + "\" instead of a decimal number",
                "What this server promised is unknown; " + Rebuild.ADVICE + ".");
    }

    private void requireOpened() {
        if (!opened) {
            throw new IllegalStateException("the epochs are used before recovery has read them");
        }
    }
}
