package io.quorate.server.tools;

import io.quorate.election.EventLog;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.replica.storage.RecoveredState;
import io.quorate.replica.storage.SnapshotBodySink;
import io.quorate.replica.storage.SnapshotLoading;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.replica.storage.TxnSink;
import io.quorate.server.disk.OverlayDisk;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotLoader;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;

/**
 * The recovery that a server would do at its start, by the same code, with all its changes kept off the disk.
 *
 * @param replayed how many transactions were read behind the snapshot
 */
record Rehearsal(RecoveredState state, DataTree tree, long replayed) {
    /** @throws io.quorate.replica.storage.StorageException if a server would not start */
    static Rehearsal of(DiskPort disk, int maxField) {
        Building building = new Building(maxField);
        Storage storage = new Storage(new OverlayDisk(disk), settings(disk, maxField), EventLog.NONE);
        RecoveredState state = storage.recover(building, building);
        return new Rehearsal(state, building.tree, building.replayed);
    }

    private static StorageSettings settings(DiskPort disk, int maxField) {
        StoredFiles files = new StoredFiles(disk, maxField);
        boolean ensemble =
                files.acceptedEpoch().isPresent() || files.currentEpoch().isPresent();
        StorageSettings defaults = StorageSettings.DEFAULTS;
        return new StorageSettings(
                defaults.preAllocKiB(),
                defaults.forceSync(),
                defaults.txnLogSizeLimitKb(),
                defaults.snapRetainCount(),
                defaults.purgeIntervalMs(),
                maxField,
                defaults.digestEnabled(),
                defaults.serializeLastProcessedZxid(),
                defaults.trustEmptySnapshot(),
                defaults.dbAutocreate(),
                ensemble,
                defaults.snapshotCompression());
    }

    /** The tree as it grows. */
    private static final class Building implements SnapshotLoading, TxnSink {
        private final TreeSettings settings;
        private DataTree tree;
        private SnapshotLoader loader;
        private long replayed;

        Building(int maxField) {
            settings = TreeSettings.defaults().withMaxField(maxField);
            tree = new DataTree(settings);
            loader = new SnapshotLoader(settings);
        }

        @Override
        public SnapshotBodySink begin(long zxid) {
            loader = new SnapshotLoader(settings);
            return sink(loader);
        }

        @Override
        public void loaded(LoadedSnapshot snapshot) {
            tree = loader.finish(snapshot.zxid());
        }

        @Override
        public void replay(long zxid, byte[] txn) {
            tree.apply(Txn.decode(txn), null);
            replayed++;
        }
    }

    static SnapshotBodySink sink(SnapshotLoader loader) {
        return new SnapshotBodySink() {
            @Override
            public int feed(byte[] bytes, int offset, int length) {
                return loader.feed(bytes, offset, length);
            }

            @Override
            public boolean complete() {
                return loader.isComplete();
            }
        };
    }
}
