package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.Request;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.txn.CreateTxn;
import org.apache.zookeeper.txn.TxnHeader;

/** Histories that no kill can be timed to leave, written to a server's directory by Apache ZooKeeper's own code. */
public final class CraftedDirectory {
    /** The same on every server, as if one leader had set it. */
    private static final long WRITTEN_AT_MS = 1_700_000_000_000L;

    /** Makes the snapshot big: how much of the log may be sent instead of it is reckoned against its size. */
    private static final int BALLAST_BYTES = 512 * 1024;

    private static final long LOG_PREALLOCATION_BYTES = 64 * 1024;

    private CraftedDirectory() {}

    /**
     * A log that creates the node {@link #path} for each zxid, a snapshot that holds the first of them
     * and a big node, and the epoch files.
     *
     * @param zxids ascending; the epoch of the last is that of the directory
     * @param inSnapshot how many of them the snapshot holds
     */
    public static void write(ServerProcess server, List<Long> zxids, int inSnapshot) {
        long epoch = zxids.get(zxids.size() - 1) >>> 32;
        try {
            FileTxnSnapLog files = new FileTxnSnapLog(
                    server.dataDirectory().toFile(), server.dataDirectory().toFile());
            DataTree tree = new DataTree();
            tree.processTxn(
                    new TxnHeader(1L, 0, zxids.get(0) - 1, WRITTEN_AT_MS, ZooDefs.OpCode.create),
                    new CreateTxn("/ballast", new byte[BALLAST_BYTES], ZooDefs.Ids.OPEN_ACL_UNSAFE, false, 0));
            zxids.subList(0, inSnapshot).forEach(zxid -> tree.processTxn(header(zxid), create(zxid)));
            files.save(tree, new ConcurrentHashMap<>(), true);
            tree.shutdownWatcher();
            files.close();
            writeLog(server, zxids);
            Files.writeString(server.versionDirectory().resolve("acceptedEpoch"), Long.toString(epoch));
            Files.writeString(server.versionDirectory().resolve("currentEpoch"), Long.toString(epoch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeLog(ServerProcess server, List<Long> zxids) throws IOException {
        FileTxnLog.setPreallocSize(LOG_PREALLOCATION_BYTES);
        try (FileTxnLog log = new FileTxnLog(server.versionDirectory().toFile())) {
            for (long zxid : zxids) {
                log.append(new Request(1L, (int) zxid, ZooDefs.OpCode.create, header(zxid), create(zxid), zxid));
            }
            log.commit();
        }
    }

    private static TxnHeader header(long zxid) {
        return new TxnHeader(1L, (int) zxid, zxid, WRITTEN_AT_MS, ZooDefs.OpCode.create);
    }

    private static CreateTxn create(long zxid) {
        return new CreateTxn(path(zxid), new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, false, (int) zxid);
    }

    /** The node that the transaction of this zxid creates. */
    public static String path(long zxid) {
        return "/txn-" + Long.toHexString(zxid);
    }
}
