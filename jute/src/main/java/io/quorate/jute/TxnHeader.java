package io.quorate.jute;

/**
 * The header of a transaction, the same in proposals and in the log. 32 bytes.
 *
 * <pre>
 *   0  clientId  long  session that asked for it; 0 for the server itself
 *   8  cxid      int   the session's number of the request
 *  12  zxid      long
 *  20  time      long  the leader's wall clock when it was prepared, ms
 *  28  type      int   op code, or -1 for an error transaction
 * </pre>
 */
public record TxnHeader(long clientId, int cxid, long zxid, long time, int type) {
    public static final int BYTES = 32;

    public static TxnHeader read(JuteReader in) {
        return new TxnHeader(in.readLong(), in.readInt(), in.readLong(), in.readLong(), in.readInt());
    }

    public void write(JuteWriter out) {
        out.writeLong(clientId).writeInt(cxid).writeLong(zxid).writeLong(time).writeInt(type);
    }
}
