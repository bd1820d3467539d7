package io.quorate.server.tools;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotLoading;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.disk.ForceTimes;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotView;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A server's directories as Quorate's own storage writes them: session 7 makes nodes from zxid 0x100000001 on, one a second. */
final class WrittenDirectory {
    static final long FIRST = Zxid.of(1, 1);
    /** 2023-11-14T22:13:20Z. */
    static final long FIRST_TIME_MS = 1_700_000_000_000L;

    private static final long SESSION = 7;

    private final Storage storage;
    private final DataTree tree = new DataTree(TreeSettings.defaults());
    private long next = FIRST;

    WrittenDirectory(Path dataDir, Path logDir) {
        this(dataDir, logDir, StorageSettings.DEFAULTS);
    }

    WrittenDirectory(Path dataDir, Path logDir, StorageSettings settings) {
        FileDisk disk = FileDisk.open(dataDir, logDir, true, new ForceTimes(1000));
        storage = new Storage(disk, settings.withPreAllocKiB(8), EventLog.NONE);
        storage.recover(new NothingThere(), (zxid, txn) -> {});
        snapshot();
        storage.emptySnapshotWritten();
        storage.epochs().writeAcceptedEpochDurable(1);
        storage.epochs().writeCurrentEpochDurable(1);
        append(OpCode.CREATE_SESSION, new TxnBody.CreateSession(30_000));
    }

    private static final class NothingThere implements SnapshotLoading {
        @Override
        public SnapshotBodySink begin(long zxid) {
            throw new AssertionError("there is a snapshot");
        }
    }

    DataTree tree() {
        return tree;
    }

    long lastZxid() {
        return next - 1;
    }

    /** @return its zxid */
    long create(String path, String data) {
        return append(OpCode.CREATE2, new TxnBody.Create(OpCode.CREATE2, path, bytes(data), Acl.OPEN, false, -1));
    }

    long set(String path, String data, int version) {
        return append(OpCode.SET_DATA, new TxnBody.SetData(path, bytes(data), version));
    }

    void createMany(String prefix, int count) {
        for (int i = 0; i < count; i++) {
            create(prefix + i, "data of " + i);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    long append(int type, TxnBody body) {
        long zxid = next++;
        int number = (int) Zxid.counter(zxid);
        TxnHeader header = new TxnHeader(SESSION, number, zxid, FIRST_TIME_MS + 1000L * (number - 1), type);
        tree.apply(new Txn(header, body, null), null);
        Txn whole = new Txn(header, body, new TxnDigest(TxnDigest.VERSION, tree.digest()));
        storage.log().append(zxid, whole.encode());
        storage.log().force();
        return zxid;
    }

    /** Also ends the log. */
    void snapshot() {
        long zxid = tree.lastZxid();
        SnapshotWriter writer = storage.beginSnapshot(zxid);
        JuteWriter body = new JuteWriter();
        try (SnapshotView view = tree.openView()) {
            while (view.writeSlice(body, 1 << 16)) {
                // Goes on until all is written.
            }
        }
        writer.write(body.array(), 0, body.size());
        writer.finish(zxid, tree.digest());
    }

    /** What TRUNC does; the tree is not for use any more. */
    void cutAfter(long zxid) {
        storage.truncateAfter(zxid);
        next = zxid + 1;
    }

    void purge() {
        storage.purge(Long.MAX_VALUE);
    }
}
