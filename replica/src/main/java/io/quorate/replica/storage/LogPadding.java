package io.quorate.replica.storage;

/** How a log file grows ahead of what is written into it, so that a force seldom has to change the file's length. */
final class LogPadding {
    private static final int KIB = 1024;

    private LogPadding() {}

    /**
     * The allocated end of a file before an entry is written at {@code position}; the end it has if nothing changes. All in bytes.
     *
     * <p>The first extension of a file gives 16 + unit bytes, since the header is there already; one after an entry that went past the
     * allocated end gives a multiple of the unit.
     */
    static long allocatedEnd(long position, long end, int preAllocKiB) {
        long unit = (long) preAllocKiB * KIB;
        if (unit <= 0 || position + StorageLimits.PADDING_THRESHOLD_BYTES < end) {
            return end;
        }
        if (position <= end) {
            return end + unit;
        }
        long extended = position + unit;
        return extended - extended % unit;
    }
}
