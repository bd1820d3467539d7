package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SnapshotLoaderTest {
    private static final TreeSettings SETTINGS = TreeSettings.defaults().withExtendedTypesEnabled(true);

    private static byte[] body() {
        byte[] file = Fixtures.snapshotFile();
        return Arrays.copyOfRange(file, Fixtures.FILE_HEADER_BYTES, file.length);
    }

    private final JuteWriter out = new JuteWriter();

    private JuteWriter head() {
        out.writeInt(0).writeInt(0);
        return node("", -1, 0, 0);
    }

    private JuteWriter node(String path, long aclId, long owner, long zxid) {
        out.writeString(path).writeBuffer(new byte[] {1}).writeLong(aclId);
        out.writeLong(zxid).writeLong(zxid).writeLong(0).writeLong(0);
        out.writeInt(0).writeInt(0).writeInt(0).writeLong(owner).writeLong(zxid);
        return out;
    }

    private DataTree load() {
        out.writeString("/");
        return TreeDump.load(out.toByteArray(), 0, SETTINGS, 1);
    }

    @Test
    void theStreamMayComeInPiecesOfAnySize() {
        byte[] body = body();
        DataTree whole = TreeDump.load(body, 0, SETTINGS, 5);
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            SnapshotLoader loader = new SnapshotLoader(SETTINGS);
            int start = 0;
            int end = 0;
            while (!loader.isComplete()) {
                end = Math.min(body.length, end + 1 + random.nextInt(1 + seed * 20));
                start += loader.feed(body, start, end - start);
            }
            assertThat(TreeDump.of(loader.finish(5))).isEqualTo(TreeDump.of(whole));
        }
    }

    @Test
    void nothingBehindTheEndIsConsumed() {
        byte[] body = body();
        SnapshotLoader loader = new SnapshotLoader(SETTINGS);
        int consumed = loader.feed(body, 0, body.length);
        assertThat(loader.isComplete()).isTrue();
        assertThat(consumed).isLessThan(body.length); // the file's seals and sections follow
        assertThat(loader.feed(body, consumed, body.length - consumed)).isZero();
    }

    @Test
    void whatWasCutShortIsNoTree() {
        byte[] body = body();
        SnapshotLoader loader = new SnapshotLoader(SETTINGS);
        loader.feed(body, 0, 1000);
        assertThat(loader.isComplete()).isFalse();
        assertThatThrownBy(() -> loader.finish(1))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("NODES")
                .hasMessageContaining("cut short");
    }

    @Test
    void aViewOfTheLoadedTreeIsAsGoodAsTheSnapshot() {
        DataTree first = TreeDump.load(body(), 0, SETTINGS, 5);
        DataTree second = TreeDump.load(TreeDump.snapshot(first), 0, SETTINGS, 5);
        assertThat(TreeDump.of(second)).isEqualTo(TreeDump.of(first));
        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(second.lastZxid()).isEqualTo(5);
    }

    @Test
    void aMissingConfigNodeIsAdded() {
        head();
        node("/zookeeper", -1, 0, 0);
        node("/zookeeper/quota", -1, 0, 0);
        DataTree tree = load();
        assertThat(tree.nodeCount()).isEqualTo(4);
        tree.setConfig(new byte[] {1}, 7, 1);
    }

    @Test
    void aNodeBeforeItsParentIsAnError() {
        head();
        node("/a/b", -1, 0, 0);
        assertThatThrownBy(this::load).isInstanceOf(SnapshotException.class).hasMessageContaining("/a/b");
    }

    @Test
    void aNodeTwiceIsAnError() {
        head();
        node("/a", -1, 0, 0);
        node("/a", -1, 0, 0);
        assertThatThrownBy(this::load).isInstanceOf(SnapshotException.class).hasMessageContaining("twice");
    }

    @Test
    void randomDamageIsReportedAndNeverAnotherException() {
        byte[] body = body();
        Random random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = body.clone();
            for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            SnapshotLoader loader = new SnapshotLoader(SETTINGS);
            try {
                loader.feed(damaged, 0, damaged.length);
                if (loader.isComplete()) {
                    loader.finish(1);
                }
            } catch (SnapshotException e) {
                assertThat(e).hasMessageStartingWith("broken snapshot");
            }
        }
    }

    /** ZOOKEEPER-3306, 4846: a fuzzy snapshot may name an ACL that was made while it was written; replay puts that right. */
    @Test
    void anAclThatIsNotExplainedIsDeniedUntilReplayExplainsIt() {
        head();
        node("/a", 99, 0, 5);
        DataTree tree = load();
        assertThat(tree.nodesWithUnknownAcl(10)).containsExactly("/a (ACL 99)");
        TreeBed bed = new TreeBed(tree);
        assertThat(bed.read(new TestWatcher(1), 4, "/a", false)).isEqualTo(ErrorCode.NO_AUTH);
        assertThat(TreeDump.of(TreeDump.load(TreeDump.snapshot(tree), 0, SETTINGS, 1))
                        .get("/a"))
                .contains("unknown 99");
        tree.apply(
                new Txn(
                        new TxnHeader(1, 1, 5, 0, 1),
                        new TxnBody.Create(1, "/a", new byte[] {1}, Acl.READ_ONLY, false, 1),
                        null),
                null);
        assertThat(tree.nodesWithUnknownAcl(10)).isEmpty();
        assertThat(bed.read(new TestWatcher(1), 4, "/a", false)).isEqualTo(ErrorCode.OK);
    }

    /** ZOOKEEPER-4689: a number that the snapshot did not explain must not come to mean something else. */
    @Test
    void aNumberThatIsNotExplainedIsNotGivenToAnotherAcl() {
        head();
        node("/a", 1, 0, 5);
        TreeBed bed = new TreeBed(load());
        bed.create("/b", List.of(new Acl(31, new Id("ip", "1.2.3.4"))));
        DataTree again = TreeDump.load(TreeDump.snapshot(bed.tree), 0, SETTINGS, 1);
        assertThat(TreeDump.of(again).get("/a")).contains("unknown 1");
        assertThat(TreeDump.of(again).get("/b")).contains("1.2.3.4");
    }

    @Test
    void aclsThatNoNodeHasAreDropped() {
        out.writeInt(0).writeInt(1).writeLong(7);
        Acl.writeList(out, Acl.READ_ONLY);
        node("", -1, 0, 0);
        DataTree tree = load();
        assertThat(tree.store().acls.size()).isEqualTo(1); // that of /zookeeper/config, which was added
    }

    @Test
    void ephemeralsOfSessionsThatAreNotThereAreListed() {
        out.writeInt(1).writeLong(5).writeInt(4000).writeInt(0);
        node("", -1, 0, 0);
        node("/alive", -1, 5, 1);
        node("/dangling", -1, 6, 1);
        node("/container", -1, Long.MIN_VALUE, 1);
        node("/ttl", -1, 0xff00000000001000L, 1);
        DataTree tree = load();
        assertThat(tree.danglingOwners()).containsExactly(6);
        assertThat(tree.ephemerals(6)).containsExactly("/dangling");
        assertThat(tree.containerCount()).isEqualTo(1);
        assertThat(tree.ttlNodeCount()).isEqualTo(1);
    }

    @Test
    void withoutExtendedTypesAnOwnerThatLooksLikeATtlIsASession() {
        head();
        node("/ttl", -1, 0xff00000000001000L, 1);
        out.writeString("/");
        DataTree tree = TreeDump.load(out.toByteArray(), 0, TreeSettings.defaults(), 1);
        assertThat(tree.ttlNodeCount()).isZero();
        assertThat(tree.danglingOwners()).containsExactly(0xff00000000001000L);
    }
}
