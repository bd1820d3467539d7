package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * A stopped server's directory as Apache ZooKeeper's own code loads it: the newest snapshot, and the log after it.
 *
 * @param zxid of the last transaction in it
 * @param digest of the tree, version 2
 */
public record OfflineTree(long zxid, long digest) {
    /** Loads the directory; changes nothing in it. */
    public static OfflineTree load(ServerProcess server) {
        if (server.isRunning()) {
            throw new IllegalStateException(server + " runs: stop it before its directory is read");
        }
        DataTree tree = new DataTree();
        try {
            FileTxnSnapLog files = new FileTxnSnapLog(
                    server.dataDirectory().toFile(), server.dataDirectory().toFile());
            try {
                long zxid = files.restore(tree, new ConcurrentHashMap<>(), (header, record, digest) -> {});
                return new OfflineTree(zxid, tree.getTreeDigest());
            } finally {
                files.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            tree.shutdownWatcher();
        }
    }

    @Override
    public String toString() {
        return "zxid 0x" + Long.toHexString(zxid) + ", digest " + Long.toUnsignedString(digest);
    }
}
