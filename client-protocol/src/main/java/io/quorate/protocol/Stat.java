package io.quorate.protocol;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;

/**
 * What a client sees of a node besides its data and children. 68 bytes, in the order of the components.
 *
 * @param czxid zxid of the creation
 * @param mzxid zxid of the last change of the data
 * @param ctime time of the creation, ms since 1970
 * @param mtime time of the last change of the data, ms since 1970
 * @param version number of changes of the data
 * @param cversion number of creations and deletions of children
 * @param aversion number of changes of the ACL
 * @param ephemeralOwner the session that owns it; 0 for every node that is not ephemeral
 * @param dataLength bytes of data
 * @param numChildren number of children
 * @param pzxid zxid of the last creation or deletion of a child
 */
public record Stat(
        long czxid,
        long mzxid,
        long ctime,
        long mtime,
        int version,
        int cversion,
        int aversion,
        long ephemeralOwner,
        int dataLength,
        int numChildren,
        long pzxid) {
    public static final int BYTES = 68;

    public static Stat read(JuteReader in) {
        return new Stat(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                in.readLong());
    }

    public void write(JuteWriter out) {
        out.writeLong(czxid);
        out.writeLong(mzxid);
        out.writeLong(ctime);
        out.writeLong(mtime);
        out.writeInt(version);
        out.writeInt(cversion);
        out.writeInt(aversion);
        out.writeLong(ephemeralOwner);
        out.writeInt(dataLength);
        out.writeInt(numChildren);
        out.writeLong(pzxid);
    }
}
