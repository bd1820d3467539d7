package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * The names of the files.
 *
 * <pre>
 *   log.HEX                              transactions from HEX on
 *   snapshot.HEX [.gz | .snappy]         the tree at HEX
 *   unfinished.snapshot.HEX.N            a snapshot being written, the Nth of this process
 *   unfinished.install.HEX               a snapshot from a leader being written
 *   install.HEX                          the intent to make that snapshot the whole history
 *   acceptedEpoch, currentEpoch
 *   restore-unfinished                   beside logs that a restore has put in place, until their snapshot is
 *   rebuild                              the server has no history of its own, see {@link Rebuild}
 * </pre>
 *
 * Apache ZooKeeper ignores the names that do not begin with {@code log.} or {@code snapshot.}, and so does the other way round every
 * name that is not exactly of these forms.
 */
public final class StorageNames {
    /** Beside logs that a restore has put in place, until what belongs to them is. */
    public static final String UNFINISHED_RESTORE = "restore-unfinished";

    static final String LOG_PREFIX = "log.";
    static final String SNAPSHOT_PREFIX = "snapshot.";
    static final String UNFINISHED_PREFIX = "unfinished.";
    static final String INSTALL_PREFIX = "install.";
    static final String TEMPORARY_SUFFIX = ".tmp";
    static final String ACCEPTED_EPOCH = "acceptedEpoch";
    static final String CURRENT_EPOCH = "currentEpoch";

    private static final int MAX_HEX_DIGITS = 16;

    /** A file whose name carries a zxid. */
    public record Numbered(long zxid, String name) {}

    private StorageNames() {}

    static String log(long zxid) {
        return LOG_PREFIX + Zxid.hex(zxid);
    }

    static String snapshot(long zxid) {
        return SNAPSHOT_PREFIX + Zxid.hex(zxid);
    }

    static String unfinishedSnapshot(long zxid, int number) {
        return UNFINISHED_PREFIX + SNAPSHOT_PREFIX + Zxid.hex(zxid) + "." + number;
    }

    static String unfinishedInstall(long zxid) {
        return UNFINISHED_PREFIX + INSTALL_PREFIX + Zxid.hex(zxid);
    }

    /** Whether it is what a crash leaves of a snapshot or an intent. */
    static boolean isUnfinished(String name) {
        return name.startsWith(UNFINISHED_PREFIX)
                || (name.startsWith(INSTALL_PREFIX) && name.endsWith(TEMPORARY_SUFFIX));
    }

    static String install(long zxid) {
        return INSTALL_PREFIX + Zxid.hex(zxid);
    }

    /** Log files, oldest first. */
    static List<Numbered> logs(DiskPort disk) {
        return numbered(disk.list(DiskDirectory.LOG), LOG_PREFIX, false);
    }

    /** Snapshot files of every compression, newest first; of one zxid, the plain one first. */
    static List<Numbered> snapshots(DiskPort disk) {
        List<Numbered> found = numbered(disk.list(DiskDirectory.DATA), SNAPSHOT_PREFIX, true);
        found.sort(Comparator.comparingLong(Numbered::zxid).reversed().thenComparing(Numbered::name));
        return found;
    }

    static List<Numbered> intents(DiskPort disk) {
        return numbered(disk.list(DiskDirectory.DATA), INSTALL_PREFIX, false);
    }

    static List<Numbered> numbered(List<String> names, String prefix, boolean compressible) {
        List<Numbered> found = new ArrayList<>();
        for (String name : names) {
            OptionalLong zxid = zxidOf(name, prefix, compressible);
            if (zxid.isPresent()) {
                found.add(new Numbered(zxid.getAsLong(), name));
            }
        }
        found.sort(Comparator.comparingLong(Numbered::zxid).thenComparing(Numbered::name));
        return found;
    }

    private static OptionalLong zxidOf(String name, String prefix, boolean compressible) {
        if (!name.startsWith(prefix)) {
            return OptionalLong.empty();
        }
        String hex = name.substring(prefix.length());
        for (SnapshotCompression compression : SnapshotCompression.values()) {
            String suffix = compression.suffix();
            if (compressible && !suffix.isEmpty() && hex.endsWith(suffix)) {
                hex = hex.substring(0, hex.length() - suffix.length());
                break;
            }
        }
        return parseHex(hex);
    }

    private static OptionalLong parseHex(String hex) {
        if (hex.isEmpty() || hex.length() > MAX_HEX_DIGITS) {
            return OptionalLong.empty();
        }
        for (int i = 0; i < hex.length(); i++) {
            if (Character.digit(hex.charAt(i), 16) < 0) {
                return OptionalLong.empty();
            }
        }
        long zxid = Long.parseUnsignedLong(hex, 16);
        return zxid < 0 ? OptionalLong.empty() : OptionalLong.of(zxid);
    }
}
