package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * A stopped server's directory as Apache ZooKeeper's own code loads it: the newest snapshot, and the log after it.
 *
 * @param zxid of the last transaction in it
 * @param digest of the tree, version 2
 * @param mismatches zxids whose digest in the files is not that of the tree which comes of them. A directory with a tree that an Apache server
 *     wrote or sent while it worked may have some (seen at 2 of 1290 snapshots of Apache servers among themselves, each at the last zxid that the
 *     snapshot names): its nodes may be of a transaction already that comes later in the log. Behind that all is equal again. A Quorate server writes
 *     and sends exact trees, and has none
 * @param sessions id to time-out in ms
 */
public record OfflineTree(long zxid, long digest, List<Long> mismatches, Map<Long, Integer> sessions) {
    /** Loads the directory; changes nothing in it. */
    public static OfflineTree load(ServerProcess server) {
        if (server.isRunning()) {
            throw new IllegalStateException(server + " runs: stop it before its directory is read");
        }
        DataTree tree = new DataTree();
        List<Long> mismatches = new ArrayList<>();
        tree.addDigestWatcher(mismatches::add);
        try {
            FileTxnSnapLog files = new FileTxnSnapLog(
                    server.dataDirectory().toFile(), server.dataDirectory().toFile());
            try {
                Map<Long, Integer> sessions = new ConcurrentHashMap<>();
                long zxid = files.restore(tree, sessions, (header, record, digest) -> {});
                return new OfflineTree(zxid, tree.getTreeDigest(), List.copyOf(mismatches), Map.copyOf(sessions));
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
