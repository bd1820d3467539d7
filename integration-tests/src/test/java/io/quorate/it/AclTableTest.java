package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.SetAclRequest;
import io.quorate.tree.DataTree;
import io.quorate.tree.Preparer;
import io.quorate.tree.SnapshotLoader;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.WriteRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.jute.BinaryInputArchive;
import org.apache.jute.BinaryOutputArchive;
import org.apache.zookeeper.server.TxnLogEntry;
import org.apache.zookeeper.server.util.SerializeUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The table of ACLs, beside that of Apache ZooKeeper's own tree, which gets the same transactions and the same snapshots. */
class AclTableTest {
    private static final TreeSettings SETTINGS = TreeSettings.defaults();
    private static final long UNUSED_ID = 5_000;

    /** That of the ACL of /zookeeper/config, which every tree has. */
    private static final long CONFIG_ID = 1;

    private DataTree ours = new DataTree(SETTINGS);
    private Preparer preparer = new Preparer(ours);
    private org.apache.zookeeper.server.DataTree theirs = new org.apache.zookeeper.server.DataTree();
    private long zxid;

    @AfterEach
    void stop() {
        theirs.shutdownWatcher();
    }

    @Test
    void entriesComeAndGoWithTheirNodesAndKeepTheirIds() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 3_000; i++) {
            String path = "/n" + random.nextInt(100);
            Acl acl = new Acl(1 + random.nextInt(31), new Id("ip", "10.0.0." + random.nextInt(40)));
            switch (random.nextInt(3)) {
                case 0 -> write(OpCode.CREATE, out -> new CreateRequest(path, new byte[0], List.of(acl), 0).write(out));
                case 1 -> write(OpCode.SET_ACL, out -> new SetAclRequest(path, List.of(acl), -1).write(out));
                default -> write(OpCode.DELETE, out -> new PathVersionRequest(path, -1).write(out));
            }
        }
        assertThat(table(snapshotOfOurs())).isEqualTo(table(snapshotOfTheirs())).hasSizeBetween(10, 100);

        for (int i = 0; i < 100; i++) {
            String path = "/n" + i;
            write(OpCode.DELETE, out -> new PathVersionRequest(path, -1).write(out));
        }
        assertThat(table(snapshotOfOurs())).isEqualTo(table(snapshotOfTheirs())).containsOnlyKeys(CONFIG_ID);
    }

    @Test
    void whatIsNotUsedGoesWithAReloadAndItsIdIsNotGivenAgain() throws IOException {
        create("/kept", 1);
        create("/gone", 2);
        write(OpCode.DELETE, out -> new PathVersionRequest("/gone", -1).write(out));
        byte[] snapshot = withAnUnusedEntry(snapshotOfOurs());
        assertThat(table(snapshot)).containsOnlyKeys(CONFIG_ID, 2L, UNUSED_ID);

        reload(snapshot);
        assertThat(table(snapshotOfOurs())).isEqualTo(table(snapshotOfTheirs())).containsOnlyKeys(CONFIG_ID, 2L);

        create("/new", 3);
        assertThat(table(snapshotOfOurs()))
                .isEqualTo(table(snapshotOfTheirs()))
                .containsOnlyKeys(CONFIG_ID, 2L, UNUSED_ID + 1);
    }

    @Test
    void aSnapshotMeansTheSameToBoth() throws IOException {
        for (int i = 0; i < 50; i++) {
            create("/n" + i, i % 20);
        }
        byte[] snapshot = snapshotOfOurs();
        reload(snapshot);
        assertThat(table(snapshotOfTheirs())).isEqualTo(table(snapshot)).hasSize(1 + 20);
        assertThat(table(snapshotOfOurs())).isEqualTo(table(snapshot));
    }

    private void create(String path, int who) {
        List<Acl> acl = List.of(new Acl(31, new Id("ip", "10.0.0." + who)));
        write(OpCode.CREATE, out -> new CreateRequest(path, new byte[0], acl, 0).write(out));
    }

    /** A write by the super user, which both trees get as the same bytes. */
    private void write(int op, Consumer<JuteWriter> body) {
        JuteWriter out = new JuteWriter();
        body.accept(out);
        zxid++;
        Txn txn = preparer.prepare(
                new WriteRequest(1, 0, op, out.toByteArray(), List.of(new Id("super", "")), ErrorCode.OK), zxid, zxid);
        ours.apply(txn, null);
        preparer.onApplied(zxid);
        try {
            TxnLogEntry entry = SerializeUtils.deserializeTxn(txn.encode());
            theirs.processTxn(entry.getHeader(), entry.getTxn());
        } catch (IOException e) {
            throw new AssertionError("what we make of a write is no transaction for Apache's tree", e);
        }
    }

    private void reload(byte[] snapshot) throws IOException {
        SnapshotLoader loader = new SnapshotLoader(SETTINGS);
        loader.feed(snapshot, 0, snapshot.length);
        assertThat(loader.isComplete()).isTrue();
        ours = loader.finish(zxid);
        preparer = new Preparer(ours);
        theirs.shutdownWatcher();
        theirs = new org.apache.zookeeper.server.DataTree();
        SerializeUtils.deserializeSnapshot(
                theirs, BinaryInputArchive.getArchive(new ByteArrayInputStream(snapshot)), new HashMap<>());
        theirs.lastProcessedZxid = zxid;
    }

    private byte[] snapshotOfOurs() {
        JuteWriter out = new JuteWriter();
        try (var view = ours.openView()) {
            while (view.writeSlice(out, 1 << 20)) {
                // The next one.
            }
        }
        return out.toByteArray();
    }

    private byte[] snapshotOfTheirs() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SerializeUtils.serializeSnapshot(theirs, BinaryOutputArchive.getArchive(out), new HashMap<>());
        return out.toByteArray();
    }

    /** {@code count int, (session long, time-out int)*, count int, (id long, ACL)*}, and then the nodes. */
    private static Map<Long, List<Acl>> table(byte[] snapshot) {
        JuteReader in = new JuteReader(snapshot);
        assertThat(in.readInt()).as("sessions").isZero();
        Map<Long, List<Acl>> table = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            table.put(in.readLong(), Objects.requireNonNull(Acl.readList(in)));
        }
        return table;
    }

    private static byte[] withAnUnusedEntry(byte[] snapshot) {
        JuteReader in = new JuteReader(snapshot);
        JuteWriter out = new JuteWriter();
        out.writeInt(in.readInt());
        out.writeInt(in.readInt() + 1);
        out.writeLong(UNUSED_ID);
        Acl.writeList(out, List.of(new Acl(1, new Id("ip", "192.168.0.1"))));
        out.writeRaw(in.readRemaining());
        return out.toByteArray();
    }
}
