package io.quorate.tree;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import org.jspecify.annotations.Nullable;

/**
 * A transaction, the same bytes in proposals and in the log (storage.md §3).
 *
 * <pre>
 *    0  header  32 bytes
 *   32  body    by the header's type, see {@link TxnBody}
 *       digest  12 bytes, or nothing: only the number of remaining bytes tells
 * </pre>
 *
 * @param digest the digest of the whole tree after this transaction; null where the leader computes none, and in errors
 */
public record Txn(TxnHeader header, TxnBody body, @Nullable TxnDigest digest) {
    public Txn {
        if (header.type() != body.type()) {
            throw new IllegalArgumentException(
                    "header of type " + header.type() + " over a body of type " + body.type());
        }
    }

    /** @throws JuteException if the bytes are not a transaction */
    public static Txn decode(byte[] bytes) {
        // The bytes are there already: a limit on a field of theirs would protect nothing.
        JuteReader in = new JuteReader(bytes, 0, bytes.length, Integer.MAX_VALUE);
        TxnHeader header = TxnHeader.read(in);
        TxnBody body = TxnBody.read(header.type(), in);
        TxnDigest digest = in.remaining() >= TxnDigest.BYTES ? TxnDigest.read(in) : null;
        return new Txn(header, body, digest);
    }

    public byte[] encode() {
        JuteWriter out = new JuteWriter();
        write(out);
        return out.toByteArray();
    }

    public void write(JuteWriter out) {
        header.write(out);
        body.write(out);
        if (digest != null) {
            digest.write(out);
        }
    }

    public long zxid() {
        return header.zxid();
    }

    /** The error that this transaction stands for, also the first of a failed multi; 0 if it changes the tree. */
    public int err() {
        if (body instanceof TxnBody.Failure failure) {
            return failure.err();
        }
        return body instanceof TxnBody.Multi multi ? multi.err() : 0;
    }
}
