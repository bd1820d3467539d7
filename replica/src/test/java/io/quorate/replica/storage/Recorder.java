package io.quorate.replica.storage;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Remembers what recovery handed on, and knows just enough of a snapshot's body to find its end. */
final class Recorder implements SnapshotLoading, TxnSink {
    private static final int STAT_PERSISTED_BYTES = 60;
    private static final int MAX_FIELD = 1 << 20;

    final List<Long> zxids = new ArrayList<>();
    final List<byte[]> txns = new ArrayList<>();
    final List<Long> tried = new ArrayList<>();
    final List<String> paths = new ArrayList<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    LoadedSnapshot loaded;

    /** A storage over the disk, recovered; {@code into} sees all of it. */
    static Storage open(DiskPort disk, StorageSettings settings, Recorder into) {
        Storage storage = new Storage(disk, settings, EventLog.NONE);
        storage.recover(into, into);
        return storage;
    }

    /** A server's first start: an empty disk, then {@code snapshot.0}. */
    static Storage first(DiskPort disk, StorageSettings settings) {
        Storage storage = open(disk, settings, new Recorder());
        snapshot(storage, 0);
        storage.emptySnapshotWritten();
        return storage;
    }

    static void snapshot(Storage storage, long zxid) {
        SnapshotWriter writer = storage.beginSnapshot(zxid);
        byte[] body = emptyBody();
        writer.write(body, 0, body.length);
        writer.finish(zxid, 0x51c6fa);
    }

    /** No sessions, no ACLs, no nodes. */
    static byte[] emptyBody() {
        return new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, '/'};
    }

    /** A transaction of 32 + {@code size} bytes. */
    static byte[] txn(long zxid, int size) {
        ByteBuffer txn = ByteBuffer.allocate(32 + size);
        txn.putLong(7).putInt(1).putLong(zxid).putLong(0).putInt(5);
        while (txn.hasRemaining()) {
            txn.put((byte) (zxid + txn.position()));
        }
        return txn.array();
    }

    static void append(Storage storage, long from, long to) {
        LongStream.rangeClosed(from, to).forEach(zxid -> storage.log().append(zxid, txn(zxid, 20)));
        storage.log().force();
    }

    @Override
    public void replay(long zxid, byte[] txn) {
        zxids.add(zxid);
        txns.add(txn);
    }

    @Override
    public SnapshotBodySink begin(long zxid) {
        tried.add(zxid);
        body.reset();
        paths.clear();
        return new Body();
    }

    @Override
    public void loaded(LoadedSnapshot snapshot) {
        loaded = snapshot;
    }

    /** Takes whole records only. */
    private final class Body implements SnapshotBodySink {
        private int sessions = -1;
        private int acls = -1;
        private boolean complete;

        @Override
        public int feed(byte[] bytes, int offset, int length) {
            JuteReader in = new JuteReader(bytes, offset, length, MAX_FIELD);
            int consumed = 0;
            try {
                while (!complete) {
                    record(in);
                    consumed = length - in.remaining();
                }
            } catch (JuteUnderflowException e) {
                // The rest comes again.
            }
            body.write(bytes, offset, consumed);
            return consumed;
        }

        private void record(JuteReader in) {
            if (sessions < 0) {
                sessions = in.readInt();
            } else if (sessions > 0) {
                in.readLong();
                in.readInt();
                sessions--;
            } else if (acls < 0) {
                acls = in.readInt();
            } else if (acls > 0) {
                acl(in);
                acls--;
            } else {
                node(in);
            }
        }

        private static void acl(JuteReader in) {
            in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                in.readInt();
                in.readString();
                in.readString();
            }
        }

        private void node(JuteReader in) {
            String path = in.readString();
            if (path.equals("/")) {
                complete = true;
                return;
            }
            in.readBuffer();
            in.readLong();
            for (int i = 0; i < STAT_PERSISTED_BYTES / 4; i++) {
                in.readInt();
            }
            paths.add(path);
        }

        @Override
        public boolean complete() {
            return complete;
        }
    }
}
