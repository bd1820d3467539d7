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
    @Override
    public String toString() {
        return Zxid.show(zxid);
    }
}
