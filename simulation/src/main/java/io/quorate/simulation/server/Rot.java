package io.quorate.simulation.server;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.Dice;
import io.quorate.simulation.disk.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Draws a bit that turns. */
public final class Rot {
    /** Of what. */
    public enum Kind {
        LOG,
        SNAPSHOT,
        EPOCH
    }

    /** A bit of a file. */
    record Turned(Kind kind, DiskDirectory directory, String name, long bit) {}

    private static final List<Kind> KINDS = List.of(Kind.LOG, Kind.LOG, Kind.SNAPSHOT, Kind.SNAPSHOT, Kind.EPOCH);
    private static final String CURRENT_EPOCH = "currentEpoch";
    private static final String ACCEPTED_EPOCH = "acceptedEpoch";

    /** Makes of any digit what is none. */
    private static final int HIGHEST_BIT = 7;

    private Rot() {}

    static Optional<Turned> draw(SimulatedDisk disk, Dice dice) {
        Kind kind = dice.pick(KINDS);
        DiskDirectory directory = kind == Kind.LOG ? DiskDirectory.LOG : DiskDirectory.DATA;
        List<String> names = disk.list(directory).stream()
                .filter(name -> isOf(kind, name) && disk.size(directory, name) > 0)
                .toList();
        if (names.isEmpty()) {
            return Optional.empty();
        }
        String name = dice.pick(names);
        long bit = dice.between(0L, disk.size(directory, name) * Byte.SIZE - 1);
        if (kind == Kind.EPOCH && !isNoticeable(disk, name, bit)) {
            bit = bit / Byte.SIZE * Byte.SIZE + HIGHEST_BIT;
        }
        return Optional.of(new Turned(kind, directory, name, bit));
    }

    private static boolean isOf(Kind kind, String name) {
        return switch (kind) {
            case LOG -> name.startsWith("log.");
            case SNAPSHOT -> name.startsWith("snapshot.");
            case EPOCH -> name.equals(CURRENT_EPOCH) || name.equals(ACCEPTED_EPOCH);
        };
    }

    /**
     * An epoch file is a number without a checksum, in a format that is not ours to change: another number is taken for what it says by any server
     * that reads this format. A smaller promise is a broken one, and who has promised what never comes follows nobody.
     */
    private static boolean isNoticeable(SimulatedDisk disk, String name, long bit) {
        byte[] contents = disk.contents(DiskDirectory.DATA, name);
        contents[(int) (bit / Byte.SIZE)] ^= (byte) (1 << (bit % Byte.SIZE));
        String text = new String(contents, StandardCharsets.ISO_8859_1).strip();
        return !text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
