package io.quorate.jute;

/** What may follow a transaction's body: the digest of the whole tree after it. 12 bytes. */
public record TxnDigest(int version, long treeDigest) {
    public static final int BYTES = 12;

    /** The only version that is written; see the digest's definition in {@code datatree}. */
    public static final int VERSION = 2;

    public static TxnDigest read(JuteReader in) {
        return new TxnDigest(in.readInt(), in.readLong());
    }

    public void write(JuteWriter out) {
        out.writeInt(version).writeLong(treeDigest);
    }
}
