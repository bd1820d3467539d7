package io.quorate.replica.storage;

import io.quorate.jute.Zxid;

/**
 * The transaction log, as it lies in the file.
 *
 * <pre>
 *   header, 16 bytes
 *     0  magic    int   "ZKLG"
 *     4  version  int   2
 *     8  dbid     long  0
 *   entry, repeated
 *     0  checksum long  Adler-32 of the transaction bytes
 *     8  length   int   n
 *    12  txn      n     TxnHeader, body, perhaps a digest
 *  12+n  end      byte  0x42
 *   padding       zeros, to the allocated end
 * </pre>
 *
 * The log ends where checksum and length are 0, or the file does.
 */
final class LogFormat {
    static final int MAGIC = 0x5a4b4c47;
    static final int VERSION = 2;
    static final long DBID = 0;
    static final int HEADER_BYTES = 16;
    static final int ENTRY_HEADER_BYTES = 8 + 4;
    /** An Adler-32 has 32 bits and stands in 64: so many bytes of it are always 0. */
    static final int CHECKSUM_ZERO_BYTES = 4;

    static final byte END_BYTE = 0x42;

    /** Where a TxnHeader has its zxid. */
    static final int ZXID_OFFSET = 8 + 4;

    private LogFormat() {}

    /**
     * Whether {@code next} can directly follow {@code previous} in one history: the next number of the epoch, or the first of a later
     * one. The same number again is accepted, since Apache ZooKeeper writes that after a request it could not decode.
     */
    static boolean follows(long previous, long next) {
        if (next == previous || next == previous + 1) {
            return true;
        }
        return Zxid.epoch(next) > Zxid.epoch(previous) && Zxid.counter(next) == 1;
    }
}
