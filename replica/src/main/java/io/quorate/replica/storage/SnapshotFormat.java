package io.quorate.replica.storage;

/**
 * A snapshot, as it lies in the file (uncompressed).
 *
 * <pre>
 *   header, 16 bytes
 *     0  magic    int   "ZKSN"
 *     4  version  int   2
 *     8  dbid     long  -1
 *   body           sessions, ACL cache, nodes, and the end-of-nodes mark: opaque here
 *   seal
 *   digest section, may be missing
 *     0  zxid           long  last transaction applied when writing ended; 0: no digest
 *     8  digestVersion  int   2
 *    12  digest         long  (a hex ustring in versions below 2)
 *   seal
 *   zxid section, may be missing
 *     0  lastProcessedZxid  long
 *   seal
 *
 *   a seal is
 *     0  checksum  long     Adler-32 of every byte of the file before this field, earlier seals too
 *     8  mark      ustring  "/"
 * </pre>
 */
final class SnapshotFormat {
    static final int MAGIC = 0x5a4b534e;
    static final int VERSION = 2;
    static final long DBID = -1;
    static final int HEADER_BYTES = 16;
    static final int DIGEST_VERSION = 2;
    static final int DIGEST_SECTION_BYTES = 8 + 4 + 8;
    static final int ZXID_SECTION_BYTES = 8;
    static final int SEAL_BYTES = 8 + 5;

    /** Length and "/" : the end of every plain snapshot file. */
    static final byte[] MARK = {0, 0, 0, 1, '/'};

    static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b};
    static final byte[] SNAPPY_MAGIC = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

    /** Shorter files are no snapshot. */
    static final int MIN_BYTES = 10;

    /** The most that can follow the body: all sections and seals, with the longest digest of an old version. */
    static final int MAX_TAIL_BYTES = 256;

    private SnapshotFormat() {}
}
