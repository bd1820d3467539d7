package io.quorate.zab;

import io.quorate.jute.Zxid;

/**
 * A transaction as ZAB sees it: a number, and bytes that mean nothing to it.
 *
 * @param zxid its place in the one order of all transactions
 * @param bytes header, body and perhaps digest; changed by nobody
 */
@SuppressWarnings("ArrayRecordComponent") // a message: compared by its zxid alone
public record Proposal(long zxid, byte[] bytes) {
    /** Whether no transaction can be missing between {@code last} and {@code zxid}; the end of an earlier epoch excepted, which no number tells. */
    static boolean isNext(long last, long zxid) {
        return zxid == last + 1 || (Zxid.epoch(zxid) > Zxid.epoch(last) && Zxid.counter(zxid) == 1);
    }

    @Override
    public String toString() {
        return Zxid.show(zxid);
    }
}
