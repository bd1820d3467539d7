package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What transactions do to the tree, also when it knows them already (storage.md §3 "Applying"). */
class ApplyTest {
    private final TreeBed bed = new TreeBed();

    private void apply(long zxid, long session, TxnBody body) {
        bed.tree.apply(new Txn(new TxnHeader(session, 1, zxid, 1000 + zxid, body.type()), body, null), null);
        bed.zxid = Math.max(bed.zxid, zxid);
    }

    private static TxnBody create(String path, int parentCversion) {
        return new TxnBody.Create(OpCode.CREATE, path, new byte[0], Acl.OPEN, false, parentCversion);
    }

    private static TxnBody ephemeral(String path, int parentCversion) {
        return new TxnBody.Create(OpCode.CREATE, path, new byte[0], Acl.OPEN, true, parentCversion);
    }

    @Test
    void anEmptyTreeHasTheDigestOfTheReference() {
        DataTree tree = new DataTree(TreeSettings.defaults());
        assertThat(tree.digest()).isEqualTo(1371985504L);
        assertThat(tree.nodeCount()).isEqualTo(4);
        assertThat(tree.approximateDataSize()).isEqualTo(44);
        assertThat(tree.lastZxid()).isZero();
    }

    @Test
    void aStatTellsTheWholeStory() {
        bed.create("/a");
        long created = bed.zxid;
        long ctime = bed.wallMs;
        bed.create("/a/1");
        bed.create("/a/2");
        bed.delete("/a/1");
        long lastChild = bed.zxid;
        bed.set("/a", "12345");
        assertThat(bed.stat("/a"))
                .isEqualTo(new Stat(created, bed.zxid, ctime, bed.wallMs, 1, 3, 0, 0, 5, 1, lastChild));
        bed.setAcl("/a", Acl.OPEN);
        assertThat(bed.stat("/a").aversion()).isEqualTo(1);
        assertThat(bed.stat("/a").mzxid()).isEqualTo(bed.zxid - 1);
    }

    @Test
    void theConfigurationFiresItsWatch() {
        TestWatcher watcher = new TestWatcher(1);
        bed.read(watcher, OpCode.GET_DATA, "/zookeeper/config", true);
        bed.tree.setConfig("server.1=x".getBytes(StandardCharsets.UTF_8), 0x100000000L, 77);
        assertThat(watcher.take()).containsExactly("NODE_DATA_CHANGED /zookeeper/config");
        assertThat(bed.data("/zookeeper/config")).isEqualTo("server.1=x");
        Stat stat = bed.stat("/zookeeper/config");
        assertThat(stat.version()).isEqualTo(-1);
        assertThat(stat.aversion()).isEqualTo(-1);
        assertThat(stat.mzxid()).isEqualTo(0x100000000L);
        assertThat(bed.tree.digest()).isEqualTo(1371985504L);
        assertThat(bed.tree.lastZxid()).isZero();
    }

    /** ZOOKEEPER-3249: a replayed create must not take the parent's cversion or pzxid back. */
    @Test
    void aCreateAppliedAgainLeavesANewerParentAlone() {
        apply(1, 1, create("/p", 1));
        apply(2, 1, create("/p/a", 1));
        apply(3, 1, create("/p/b", 2));
        Map<String, String> now = TreeDump.of(bed.tree);
        apply(2, 1, create("/p/a", 1));
        assertThat(TreeDump.of(bed.tree)).isEqualTo(now);
    }

    /** ZOOKEEPER-3249, the other way: the snapshot has the child, but took the parent before. */
    @Test
    void aCreateAppliedAgainRaisesAnOlderParent() {
        apply(1, 1, create("/p", 1));
        apply(5, 1, create("/p/b", 1));
        apply(6, 1, create("/p/b", 4));
        Node parent = bed.tree.store().find("/p");
        assertThat(parent.cversion()).isEqualTo(4);
        assertThat(parent.pzxid()).isEqualTo(6);
    }

    /** ZOOKEEPER-3145: the child is gone from the snapshot already, yet its parent has to know when. */
    @Test
    void aDeleteOfWhatIsGoneRaisesPzxid() {
        apply(1, 1, create("/p", 1));
        apply(9, 1, new TxnBody.Delete("/p/gone"));
        assertThat(bed.stat("/p").pzxid()).isEqualTo(9);
        apply(8, 1, new TxnBody.Delete("/p/gone"));
        assertThat(bed.stat("/p").pzxid()).isEqualTo(9);
        apply(10, 1, new TxnBody.Delete("/none/gone"));
        apply(11, 1, new TxnBody.SetData("/none", new byte[0], 3));
        apply(12, 1, new TxnBody.SetAcl("/none", Acl.OPEN, 3));
        apply(13, 1, create("/none/x", 3));
        assertThat(bed.tree.lastZxid()).isEqualTo(13);
        assertThat(bed.tree.nodeCount()).isEqualTo(5);
    }

    /** ZOOKEEPER-3145: the end of a session applied twice; by its list, and of what it owns besides. */
    @Test
    void theEndOfASessionIsAppliedByListAndByOwner() {
        apply(1, 5, new TxnBody.CreateSession(4000));
        apply(2, 5, ephemeral("/a", 1));
        apply(3, 5, ephemeral("/b", 2));
        apply(4, 6, ephemeral("/of-another", 3));
        TxnBody close = new TxnBody.CloseSession(List.of("/a", "/gone-already"));
        apply(5, 5, close);
        assertThat(bed.tree.sessions().contains(5)).isFalse();
        assertThat(bed.tree.ephemeralsCount()).isEqualTo(1);
        assertThat(bed.stat("/").pzxid()).isEqualTo(5);
        Map<String, String> now = TreeDump.of(bed.tree);
        apply(5, 5, close);
        assertThat(TreeDump.of(bed.tree)).isEqualTo(now);
    }

    /** ZOOKEEPER-3127: half of a multi is in the snapshot; all of it afterwards. */
    @Test
    void aMultiHalfAppliedIsCompleted() {
        apply(1, 1, create("/a", 1));
        apply(2, 1, create("/a/1", 1));
        apply(
                2,
                1,
                new TxnBody.Multi(
                        List.of(create("/a/1", 1), create("/a/2", 2), new TxnBody.SetData("/a", new byte[3], 1))));
        assertThat(bed.exists("/a/2")).isTrue();
        Stat stat = bed.stat("/a");
        assertThat(stat.cversion()).isEqualTo(2);
        assertThat(stat.version()).isEqualTo(1);
        assertThat(stat.dataLength()).isEqualTo(3);
    }

    /** A failed multi is stored with the real bodies of the parts before the failure. */
    @Test
    void aFailedMultiDoesNothing() {
        long digest = bed.tree.digest();
        apply(1, 1, new TxnBody.Multi(List.of(create("/a", 1), new TxnBody.Failure(-101), new TxnBody.Failure(-2))));
        assertThat(bed.tree.digest()).isEqualTo(digest);
        assertThat(bed.exists("/a")).isFalse();
        assertThat(bed.tree.lastZxid()).isEqualTo(1);
    }

    /** ZOOKEEPER-3144: sessions and nodes are of one zxid, so that replay brings back neither too much nor too little. */
    @Test
    void replayOverAViewOfAnyAgeGivesTheSameTree() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            TreeBed live = new TreeBed();
            List<Txn> log = new ArrayList<>();
            byte[] snapshot = {};
            int cut = random.nextInt(200);
            for (int i = 0; i < 200; i++) {
                if (i == cut) {
                    snapshot = TreeDump.snapshot(live.tree);
                }
                long session = 1L + random.nextInt(3);
                String path = "/" + random.nextInt(5);
                Txn txn = switch (random.nextInt(5)) {
                    case 0 -> live.prepare(session, OpCode.CREATE_SESSION, new JuteWriter().writeInt(i));
                    case 1 -> live.prepare(session, OpCode.CLOSE_SESSION, new JuteWriter());
                    case 2 -> live.prepare(session, OpCode.DELETE, TreeBed.pathVersion(path, -1));
                    default -> live.prepare(session, OpCode.CREATE, TreeBed.createBody(path, random.nextInt(4)));
                };
                live.apply(txn);
                log.add(txn);
            }
            int tooEarly = random.nextInt(cut + 1);
            DataTree replayed = TreeDump.load(snapshot, 0, live.tree.settings(), cut);
            log.subList(cut, log.size()).forEach(txn -> replayed.apply(txn, null));
            assertThat(TreeDump.of(replayed)).isEqualTo(TreeDump.of(live.tree));
            assertThat(replayed.digest()).isEqualTo(live.tree.digest());
            DataTree overlapping = TreeDump.load(snapshot, 0, live.tree.settings(), tooEarly);
            log.subList(tooEarly, log.size()).forEach(txn -> overlapping.apply(txn, null));
            assertThat(TreeDump.of(overlapping)).isEqualTo(TreeDump.of(live.tree));
        }
    }

    /** Replay over a fuzzy snapshot can delete a node that has children from the future. */
    @Test
    void aDeleteTakesAlongWhatIsBelow() {
        apply(7, 1, create("/a", 1));
        apply(8, 5, ephemeral("/a/b", 1));
        apply(9, 1, create("/a/c", 2));
        apply(10, 1, create("/a/c/d", 1));
        apply(3, 1, new TxnBody.Delete("/a"));
        assertThat(bed.tree.nodeCount()).isEqualTo(4);
        assertThat(bed.tree.ephemeralsCount()).isZero();
        assertThat(bed.tree.approximateDataSize()).isEqualTo(44);
    }

    @Test
    void aDigestOfAnotherVersionIsNotCompared() {
        Txn other = new Txn(new TxnHeader(1, 1, 1, 1, 1), create("/a", 1), new TxnDigest(1, 12345));
        bed.tree.apply(other, null);
        assertThat(bed.tree.digestMatches(other)).isTrue();
        Txn wrong = new Txn(new TxnHeader(1, 1, 2, 1, 1), create("/b", 2), new TxnDigest(2, 12345));
        bed.tree.apply(wrong, null);
        assertThat(bed.tree.digestMatches(wrong)).isFalse();
    }

    @Test
    void aCountOfDescendantsAndBytes() {
        bed.create("/a");
        bed.create("/a/b");
        bed.create("/a/b/c");
        bed.set("/a/b", "12345678");
        // 44 of the empty tree; three paths of 2, 4, 6 bytes; data of 3, 8, 3
        assertThat(bed.tree.approximateDataSize()).isEqualTo(44 + 12 + 14);
        bed.read(new TestWatcher(1), OpCode.GET_ALL_CHILDREN_NUMBER, new JuteWriter().writeString("/a"));
        assertThat(new JuteReader(bed.reply.toByteArray()).readInt()).isEqualTo(2);
        bed.delete("/a/b/c");
        bed.delete("/a/b");
        bed.delete("/a");
        assertThat(bed.tree.approximateDataSize()).isEqualTo(44);
        assertThat(bed.tree.digest() == 1371985504L).isFalse(); // the root remembers its children
    }

    @Test
    void aReadThatNobodyKnowsIsUnimplemented() {
        assertThat(bed.read(new TestWatcher(1), 9999, new JuteWriter())).isEqualTo(ErrorCode.UNIMPLEMENTED);
    }
}
