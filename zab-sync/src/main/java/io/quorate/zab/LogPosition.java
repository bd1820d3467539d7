package io.quorate.zab;

/**
 * Where a zxid stands in the log on disk.
 *
 * @param usable whether the log reaches back far enough, without being too large to send
 * @param found whether there is an entry of that very zxid
 * @param previous zxid of the last entry below it; meaningful only if {@code hasPrevious}
 * @param hasPrevious whether there is an entry below it
 * @param next zxid of the first entry above it; meaningful only if {@code hasNext}
 * @param hasNext whether there is an entry above it
 */
public record LogPosition(
        boolean usable, boolean found, long previous, boolean hasPrevious, long next, boolean hasNext) {
    /** The log cannot serve the learner. */
    public static final LogPosition UNUSABLE = new LogPosition(false, false, 0, false, 0, false);
}
