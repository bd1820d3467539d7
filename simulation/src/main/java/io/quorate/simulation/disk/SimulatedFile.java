package io.quorate.simulation.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A file's contents: as the process sees them, and as they are on the platter. */
final class SimulatedFile {
    private static final int SECTOR_BYTES = 512;

    /** A change of the contents that was not forced: bytes at a position, or, without bytes, a cut there. */
    private static final class Change {
        private final long position;
        private final byte[] bytes;
        private final boolean cut;
        // A force that failed gives these up: later forces succeed without them.
        private boolean givenUp;

        Change(long position, byte[] bytes, boolean cut) {
            this.position = position;
            this.bytes = bytes;
            this.cut = cut;
        }

        /** Of a write; of nothing if there is nothing between these two. */
        Change part(long from, long to) {
            byte[] some =
                    from < to ? Arrays.copyOfRange(bytes, (int) (from - position), (int) (to - position)) : new byte[0];
            Change part = new Change(from, some, false);
            part.givenUp = givenUp;
            return part;
        }

        Change copy() {
            Change copy = new Change(position, bytes, cut);
            copy.givenUp = givenUp;
            return copy;
        }
    }

    /** Bytes that grow as needed. */
    private static final class Contents {
        private byte[] bytes;
        private int length;

        Contents(byte[] bytes) {
            this.bytes = bytes;
            this.length = bytes.length;
        }

        void write(long position, byte[] from, int offset, int count) {
            extendTo(position + count);
            System.arraycopy(from, offset, bytes, (int) position, count);
        }

        void extendTo(long end) {
            int wanted = Math.toIntExact(end);
            if (wanted > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(wanted, Math.max(64, bytes.length * 2)));
            }
            length = Math.max(length, wanted);
        }

        void cut(long to) {
            if (to < length) {
                Arrays.fill(bytes, (int) to, length, (byte) 0);
                length = (int) to;
            }
        }

        byte[] copy() {
            return Arrays.copyOf(bytes, length);
        }
    }

    private final Contents seen;
    private final Contents durable;
    private final List<Change> unforced = new ArrayList<>();

    /** A bit of it has turned. */
    private boolean rotten;

    /** A file with these contents, all of them forced. */
    SimulatedFile(byte[] contents) {
        this.seen = new Contents(contents.clone());
        this.durable = new Contents(contents.clone());
    }

    private SimulatedFile(SimulatedFile other) {
        this.seen = new Contents(other.seen.copy());
        this.durable = new Contents(other.durable.copy());
        other.unforced.forEach(change -> unforced.add(change.copy()));
        this.rotten = other.rotten;
    }

    int length() {
        return seen.length;
    }

    byte[] contents() {
        return seen.copy();
    }

    byte[] durableContents() {
        return durable.copy();
    }

    int read(long position, ByteBuffer into) {
        if (position >= seen.length) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), seen.length - position);
        into.put(seen.bytes, (int) position, count);
        return count;
    }

    void write(long position, byte[] bytes) {
        seen.write(position, bytes, 0, bytes.length);
        unforced.add(new Change(position, bytes, false));
    }

    void truncate(long length) {
        seen.cut(length);
        unforced.add(new Change(length, new byte[0], true));
    }

    void force() {
        List<Change> left = new ArrayList<>();
        for (Change change : unforced) {
            if (change.givenUp) {
                left.add(change);
            } else {
                apply(durable, change);
                left = without(left, change);
            }
        }
        unforced.clear();
        unforced.addAll(left);
    }

    /** What was given up and came before does not reach the platter any more where something later has. */
    private static List<Change> without(List<Change> givenUp, Change later) {
        long from = later.position;
        long to = later.cut ? Long.MAX_VALUE : from + later.bytes.length;
        List<Change> left = new ArrayList<>();
        for (Change each : givenUp) {
            long end = each.position + each.bytes.length;
            if (each.cut) {
                continue; // It is undone where something was written behind it, and is as good as done otherwise.
            }
            left.add(each.part(each.position, Math.min(end, from)));
            left.add(each.part(Math.max(each.position, to), end));
        }
        left.removeIf(each -> each.bytes.length == 0);
        return left;
    }

    /** Turns a bit, in memory and on the platter. */
    void turnBit(long bit) {
        rotten = true;
        int at = (int) (bit / Byte.SIZE);
        byte mask = (byte) (1 << (bit % Byte.SIZE));
        seen.bytes[at] ^= mask;
        if (at < durable.length) {
            durable.bytes[at] ^= mask;
        }
    }

    boolean isRotten() {
        return rotten;
    }

    void forceFails() {
        unforced.forEach(change -> change.givenUp = true);
    }

    private static void apply(Contents contents, Change change) {
        if (change.cut) {
            contents.cut(change.position);
        } else {
            contents.write(change.position, change.bytes, 0, change.bytes.length);
        }
    }

    /** What is on the platter after a crash. */
    SimulatedFile afterCrash(Survival survival, RandomGenerator random) {
        if (survival == Survival.EVERYTHING) {
            return new SimulatedFile(this);
        }
        Contents left = new Contents(durable.copy());
        if (survival == Survival.ANY_PART) {
            unforced.forEach(change -> applyPart(left, change, random));
        }
        SimulatedFile after = new SimulatedFile(left.copy());
        after.rotten = rotten;
        return after;
    }

    private static void applyPart(Contents left, Change change, RandomGenerator random) {
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1 -> apply(left, change);
            case 2 -> applyBeginning(left, change, random);
            case 3 -> applySectors(left, change, random);
            default -> {
                // The length arrived, the contents did not.
                if (!change.cut) {
                    left.extendTo(change.position + change.bytes.length);
                }
            }
        }
    }

    private static void applyBeginning(Contents left, Change change, RandomGenerator random) {
        if (change.cut) {
            apply(left, change);
            return;
        }
        left.write(change.position, change.bytes, 0, random.nextInt(change.bytes.length + 1));
    }

    private static void applySectors(Contents left, Change change, RandomGenerator random) {
        if (change.cut) {
            return;
        }
        long end = change.position + change.bytes.length;
        if (random.nextBoolean()) {
            left.extendTo(end);
        }
        for (long at = change.position; at < end; ) {
            long next = Math.min(end, (at / SECTOR_BYTES + 1) * SECTOR_BYTES);
            if (random.nextBoolean()) {
                left.write(at, change.bytes, (int) (at - change.position), (int) (next - at));
            }
            at = next;
        }
    }
}
