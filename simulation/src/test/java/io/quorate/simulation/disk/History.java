package io.quorate.simulation.disk;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotLoading;
import io.quorate.replica.storage.TxnSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A tree for these tests: it is the list of all transactions that ever led to it, so that what recovery makes of a snapshot and a log can
 * be compared with what was proposed. A snapshot's body is that list: a count, then zxid and checksum of each.
 */
final class History implements SnapshotLoading, TxnSink {
    private static final int HEADER_BYTES = 32;
    private static final int ENTRY_BYTES = 16;

    /** A transaction that was applied. */
    record Entry(long zxid, long checksum) {
        @Override
        public String toString() {
            return Zxid.show(zxid) + ":" + Long.toHexString(checksum);
        }
    }

    private List<Entry> entries = new ArrayList<>();

    List<Entry> entries() {
        return entries;
    }

    /** A transaction: header, then {@code size} bytes that {@code salt} decides. */
    static byte[] txn(long zxid, int salt, int size) {
        ByteBuffer txn = ByteBuffer.allocate(HEADER_BYTES + size);
        txn.putLong(salt).putInt(1).putLong(zxid).putLong(0).putInt(5);
        while (txn.hasRemaining()) {
            txn.put((byte) (salt * 31 + txn.position()));
        }
        return txn.array();
    }

    static Entry entry(long zxid, byte[] txn) {
        CRC32 crc = new CRC32();
        crc.update(txn);
        return new Entry(zxid, crc.getValue());
    }

    static byte[] body(List<Entry> entries) {
        ByteBuffer body = ByteBuffer.allocate(4 + entries.size() * ENTRY_BYTES);
        body.putInt(entries.size());
        for (Entry entry : entries) {
            body.putLong(entry.zxid()).putLong(entry.checksum());
        }
        return body.array();
    }

    @Override
    public void replay(long zxid, byte[] txn) {
        entries.add(entry(zxid, txn));
    }

    @Override
    public SnapshotBodySink begin(long zxid) {
        entries = new ArrayList<>();
        return new SnapshotBodySink() {
            private int count = -1;

            @Override
            public int feed(byte[] bytes, int offset, int length) {
                ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
                if (count < 0 && in.remaining() >= 4) {
                    count = in.getInt();
                }
                while (!complete() && count >= 0 && in.remaining() >= ENTRY_BYTES) {
                    entries.add(new Entry(in.getLong(), in.getLong()));
                }
                return in.position() - offset;
            }

            @Override
            public boolean complete() {
                return entries.size() == count;
            }
        };
    }
}
