package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.DamagedFileException;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.MapDisk;
import io.quorate.replica.storage.SnapshotWriter;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.DataTree;
import io.quorate.tree.SnapshotView;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import io.quorate.zab.History;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The digests that a log and its snapshots carry, when a tree is loaded from them. */
class TreeLoadingTest {
    private static final StorageSettings SETTINGS =
            StorageSettings.DEFAULTS.withEnsemble(false).withPreAllocKiB(8);

    private final MapDisk disk = new MapDisk();
    private final DataTree tree = new DataTree(TreeSettings.defaults());
    private Storage storage = new Storage(disk, SETTINGS, EventLog.NONE);

    TreeLoadingTest() {
        TreeLoading nothing = loading();
        storage.recover(nothing, nothing);
        snapshot(0, 0, tree.digest());
    }

    private static TreeLoading loading() {
        return new TreeLoading(TreeSettings.defaults(), new History(10));
    }

    private void create(long zxid, long digestError) {
        TxnBody body = new TxnBody.Create(OpCode.CREATE, "/n" + zxid, new byte[3], Acl.OPEN, false, (int) zxid);
        TxnHeader header = new TxnHeader(1, (int) zxid, zxid, 1, body.type());
        tree.apply(new Txn(header, body, null), null);
        Txn whole = new Txn(header, body, new TxnDigest(TxnDigest.VERSION, tree.digest() + digestError));
        storage.log().append(zxid, whole.encode());
        storage.log().force();
    }

    private void snapshot(long zxid, long lastZxid, long digest) {
        SnapshotWriter writer = storage.beginSnapshot(zxid);
        JuteWriter body = new JuteWriter();
        try (SnapshotView view = tree.openView()) {
            while (view.writeSlice(body, 1 << 16)) {
                // Goes on until all is written.
            }
        }
        writer.write(body.array(), 0, body.size());
        writer.finish(lastZxid, digest);
    }

    private LoadingDigests load() {
        TreeLoading loading = loading();
        storage = new Storage(disk, SETTINGS, EventLog.NONE);
        storage.recover(loading, loading);
        assertThat(loading.tree().digest()).isEqualTo(tree.digest());
        return loading.digests();
    }

    @Test
    void whatIsRightIsNotRemarkedOn() {
        create(1, 0);
        create(2, 0);
        snapshot(2, 2, tree.digest());
        create(3, 0);
        assertThat(load().mismatches()).isZero();
    }

    @Test
    void aTransactionOfAnotherTreeIsNoticed() {
        create(1, 0);
        create(2, 1);
        create(3, 0);
        create(4, 1);
        LoadingDigests digests = load();
        assertThat(digests.mismatches()).isEqualTo(2);
        assertThat(digests.describe())
                .contains("transaction 0x2 has " + Long.toUnsignedString(digestAt(2) + 1) + ", the tree "
                        + Long.toUnsignedString(digestAt(2)))
                .contains("and 1 more after it")
                .contains("zkTool.sh verify");
    }

    @Test
    void theTreeIsInDoubtWhileTheLastDigestIsNotItsOwn() {
        create(1, 0);
        create(2, 1);
        assertThat(load().isTreeInDoubt()).as("a leader's digest differs").isTrue();
        assertThat(load().describe()).doesNotContain("own snapshot");
        assertThat(load().fitsBehind(2)).isFalse();

        create(3, 0);
        snapshot(3, 3, tree.digest() + 1);
        LoadingDigests digests = load();
        assertThat(digests.isTreeInDoubt()).isTrue();
        assertThat(digests.describe()).contains("own snapshot", "zkTool.sh rebuild", "resyncOnDivergence=true");

        create(4, 1);
        assertThat(load().isTreeInDoubt()).as("nor does a later one fit").isTrue();
        create(5, 0);
        assertThat(load().isTreeInDoubt()).as("a later one fits").isFalse();
    }

    /** The end of an epoch's last log is gone, in the middle of an entry as after a crash: the zxids cannot tell, the digests do. */
    @Test
    void whatIsMissingAtTheEndOfAnEpochIsNoticedByItsDigest() {
        create(1, 0);
        create(2, 0);
        byte[] one = disk.contents(DiskDirectory.LOG, "log.1").clone();
        create(3, 0);
        storage.log().roll();
        create(Zxid.of(2, 1), 0);
        byte[] all = disk.contents(DiskDirectory.LOG, "log.1");
        int end = lastNonZero(one) + 1;
        disk.put(DiskDirectory.LOG, "log.1", Arrays.copyOf(all, end + 20));
        assertThatThrownBy(this::load)
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("log.1 is damaged at offset " + end)
                .hasMessageContaining("were written for another tree")
                .hasMessageContaining("rebuild this server from the leader");
    }

    /** The same end, of an entry that was never finished. */
    @Test
    void anUnfinishedEntryAtTheEndOfAnEpochIsPassedOver() {
        create(1, 0);
        create(2, 0);
        byte[] log = disk.contents(DiskDirectory.LOG, "log.1").clone();
        int end = lastNonZero(log) + 1;
        byte[] torn = Arrays.copyOf(log, end + 20);
        System.arraycopy(log, 16, torn, end, 20);
        storage.log().roll();
        create(Zxid.of(2, 1), 0);
        disk.put(DiskDirectory.LOG, "log.1", torn);
        assertThat(load().mismatches()).isZero();
    }

    private static int lastNonZero(byte[] bytes) {
        int at = bytes.length - 1;
        while (bytes[at] == 0) {
            at--;
        }
        return at;
    }

    private static long digestAt(int count) {
        DataTree other = new DataTree(TreeSettings.defaults());
        for (int zxid = 1; zxid <= count; zxid++) {
            TxnBody body = new TxnBody.Create(OpCode.CREATE, "/n" + zxid, new byte[3], Acl.OPEN, false, zxid);
            other.apply(new Txn(new TxnHeader(1, zxid, zxid, 1, body.type()), body, null), null);
        }
        return other.digest();
    }

    @Test
    void aSnapshotOfAnotherTreeIsNoticed() {
        create(1, 0);
        snapshot(1, 1, tree.digest() + 1);
        create(2, 0);
        LoadingDigests digests = load();
        assertThat(digests.mismatches()).isEqualTo(1);
        assertThat(digests.describe()).contains("the snapshot, of 0x1");
    }

    /** Apache's server goes on while it writes one: it holds more than its name says, and so does the tree until the log has caught up. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSnapshotThatWasWrittenMeanwhileIsComparedWhereItsWritingEnded(int digestError) {
        create(1, 0);
        storage.log().roll();
        create(2, 0);
        create(3, 0);
        snapshot(1, 3, tree.digest() + digestError);
        create(4, 0);
        LoadingDigests digests = load();
        assertThat(digests.mismatches()).isEqualTo(digestError);
        if (digestError > 0) {
            assertThat(digests.describe()).contains("the snapshot, of 0x3");
        }
    }
}
