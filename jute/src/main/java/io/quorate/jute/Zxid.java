package io.quorate.jute;

/**
 * A transaction id: the epoch of the leader that proposed it in the high 32 bits, a counter in the low 32 bits (unsigned). Two zxids
 * compare as signed longs; epochs stay below 2^31. A standalone server has epoch 0.
 */
public final class Zxid {
    /** The last zxid of a server that has no database it trusts: it takes no part in elections. */
    public static final long NONE = -1;

    /** The counter value that is never proposed; reaching it ends the epoch. */
    public static final long COUNTER_LIMIT = 0xffffffffL;

    private Zxid() {}

    public static long of(long epoch, long counter) {
        return (epoch << 32) | (counter & COUNTER_LIMIT);
    }

    public static long epoch(long zxid) {
        return zxid >> 32;
    }

    public static long counter(long zxid) {
        return zxid & COUNTER_LIMIT;
    }

    /** Whether this is the number that stands for the beginning of an epoch, which no transaction has. */
    public static boolean isEpochStart(long zxid) {
        return counter(zxid) == 0;
    }

    /** Lower-case hex without leading zeros, as in file names: {@code 100000001}. */
    public static String hex(long zxid) {
        return Long.toHexString(zxid);
    }

    /** As it is shown to people: {@code 0x100000001}. */
    public static String show(long zxid) {
        return "0x" + Long.toHexString(zxid);
    }
}
