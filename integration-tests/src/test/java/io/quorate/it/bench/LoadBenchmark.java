package io.quorate.it.bench;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotLoading;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.disk.ForceTimes;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotLoader;
import io.quorate.tree.SnapshotView;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * How long it takes to load a snapshot of many small nodes: Apache ZooKeeper's code and Quorate's, by turns, in one process, from the same file,
 * which the machine has in memory. Digests are computed by both, as servers do.
 */
public final class LoadBenchmark {
    private static final int CHILDREN = 1000;
    private static final int DATA_BYTES = 100;
    private static final int ROUNDS = 4;

    private LoadBenchmark() {}

    /** @param arguments a directory to write to, and how many nodes */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        int nodes = Integer.parseInt(arguments[1]);
        FileDisk disk = FileDisk.open(directory, directory, true, new ForceTimes(Integer.MAX_VALUE));
        long digest = write(disk, nodes);
        for (int round = 1; round <= ROUNDS; round++) {
            double apache = seconds(() -> loadAsApache(directory, nodes, digest));
            double quorate = seconds(() -> loadAsQuorate(disk, nodes, digest));
            System.out.printf(
                    Locale.ROOT,
                    "%d nodes of %d bytes, round %d: Apache ZooKeeper %.2f s, Quorate %.2f s, ratio %.2f%n",
                    nodes,
                    DATA_BYTES,
                    round,
                    apache,
                    quorate,
                    quorate / apache);
        }
    }

    /** A data directory with a snapshot of that many nodes, and nothing else. */
    static void writeTree(Path directory, int nodes) {
        write(FileDisk.open(directory, directory, true, new ForceTimes(Integer.MAX_VALUE)), nodes);
    }

    /** Of one of its nodes. */
    static String path(int node) {
        return "/n" + node / CHILDREN + "/child-" + node % CHILDREN;
    }

    private interface Load {
        void run() throws IOException;
    }

    private static double seconds(Load load) throws IOException {
        System.gc();
        long start = System.nanoTime();
        load.run();
        return (double) (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
    }

    /** @return the digest of the tree */
    private static long write(FileDisk disk, int nodes) {
        DataTree tree = new DataTree(TreeSettings.defaults());
        Storage storage = new Storage(disk, StorageSettings.DEFAULTS.withEnsemble(false), EventLog.NONE);
        storage.recover(new NothingThere(), (zxid, txn) -> {});
        long zxid = 0;
        for (int i = 0; i < nodes; i++) {
            if (i % CHILDREN == 0) {
                create(tree, ++zxid, "/n" + i / CHILDREN, new byte[0]);
            }
            create(tree, ++zxid, path(i), new byte[DATA_BYTES]);
        }
        SnapshotWriter writer = storage.beginSnapshot(zxid);
        JuteWriter slice = new JuteWriter();
        try (SnapshotView view = tree.openView()) {
            boolean more = true;
            while (more) {
                slice.reset();
                more = view.writeSlice(slice, 1 << 16);
                writer.write(slice.array(), 0, slice.size());
            }
        }
        writer.finish(zxid, tree.digest());
        return tree.digest();
    }

    private static void create(DataTree tree, long zxid, String path, byte[] data) {
        TxnBody body = new TxnBody.Create(OpCode.CREATE, path, data, Acl.OPEN, false, 1);
        tree.apply(new Txn(new TxnHeader(1, 1, zxid, 1, body.type()), body, null), null);
    }

    private static void loadAsApache(Path directory, int nodes, long digest) throws IOException {
        var tree = new org.apache.zookeeper.server.DataTree();
        FileTxnSnapLog files = new FileTxnSnapLog(directory.toFile(), directory.toFile());
        try {
            files.restore(tree, new ConcurrentHashMap<>(), (header, record, txnDigest) -> {});
            require(tree.getNodeCount() > nodes && tree.getTreeDigest() == digest);
        } finally {
            files.close();
            tree.shutdownWatcher();
        }
    }

    private static void loadAsQuorate(FileDisk disk, int nodes, long digest) {
        StoredFiles files = new StoredFiles(disk, StorageSettings.DEFAULTS.maxFieldBytes());
        SnapshotLoader loader = new SnapshotLoader(TreeSettings.defaults());
        LoadedSnapshot loaded = files.readSnapshot(files.snapshots().get(0).name(), new SnapshotBodySink() {
            @Override
            public int feed(byte[] bytes, int offset, int length) {
                return loader.feed(bytes, offset, length);
            }

            @Override
            public boolean complete() {
                return loader.isComplete();
            }
        });
        DataTree tree = loader.finish(loaded.zxid());
        require(tree.nodeCount() > nodes && tree.digest() == digest);
    }

    private static void require(boolean whole) {
        if (!whole) {
            throw new IllegalStateException("what was loaded is not what was written");
        }
    }

    private static final class NothingThere implements SnapshotLoading {
        @Override
        public SnapshotBodySink begin(long zxid) {
            throw new IllegalStateException("there is a snapshot already: give an empty directory");
        }
    }
}
