package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.CreateTtlRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A tree with its preparer, and requests in a few words. Each write is prepared and applied at once unless it is told to be in flight. */
final class TreeBed {
    static final long SESSION = 0x100;

    final DataTree tree;
    final Preparer preparer;
    final JuteWriter reply = new JuteWriter();
    List<Id> identities = List.of();
    ErrorCode verdict = ErrorCode.OK;
    long zxid;
    long wallMs = 1_000_000;

    TreeBed() {
        this(TreeSettings.defaults().withExtendedTypesEnabled(true));
    }

    TreeBed(TreeSettings settings) {
        this(new DataTree(settings));
    }

    TreeBed(DataTree tree) {
        this(tree, QuotaListener.NONE);
    }

    TreeBed(DataTree tree, QuotaListener quotaListener) {
        this.tree = tree;
        this.preparer = new Preparer(tree, quotaListener);
        this.zxid = tree.lastZxid();
    }

    // --- writing

    Txn prepare(long session, int op, JuteWriter body) {
        WriteRequest request = new WriteRequest(session, 7, op, body.toByteArray(), identities, verdict);
        return preparer.prepare(request, ++zxid, ++wallMs);
    }

    /** Through its bytes, as every transaction goes. */
    int apply(Txn prepared) {
        Txn txn = Txn.decode(prepared.encode());
        reply.reset();
        int err = tree.apply(txn, reply);
        assertThat(tree.digestMatches(txn)).as("digest after %s", txn).isTrue();
        preparer.onApplied(txn.zxid());
        return err;
    }

    ErrorCode write(long session, int op, JuteWriter body) {
        return ErrorCode.of(apply(prepare(session, op, body)));
    }

    ErrorCode write(int op, JuteWriter body) {
        return write(SESSION, op, body);
    }

    ErrorCode create(String path) {
        return create(path, 0);
    }

    ErrorCode create(String path, int flags) {
        return write(OpCode.CREATE, createBody(path, flags));
    }

    ErrorCode create(String path, List<Acl> acl) {
        JuteWriter body = new JuteWriter();
        new CreateRequest(path, new byte[0], acl, 0).write(body);
        return write(OpCode.CREATE, body);
    }

    ErrorCode delete(String path) {
        return write(OpCode.DELETE, pathVersion(path, -1));
    }

    ErrorCode set(String path, String data) {
        return write(OpCode.SET_DATA, setBody(path, data, -1));
    }

    ErrorCode setAcl(String path, List<Acl> acl) {
        return write(OpCode.SET_ACL, setAclBody(path, acl, -1));
    }

    void openSession(long session) {
        write(session, OpCode.CREATE_SESSION, new JuteWriter().writeInt(4000));
    }

    ErrorCode closeSession(long session) {
        return write(session, OpCode.CLOSE_SESSION, new JuteWriter());
    }

    static JuteWriter createBody(String path, int flags) {
        JuteWriter body = new JuteWriter();
        new CreateRequest(path, new byte[] {1, 2, 3}, Acl.OPEN, flags).write(body);
        return body;
    }

    static JuteWriter ttlBody(String path, int flags, long ttlMs) {
        JuteWriter body = new JuteWriter();
        new CreateTtlRequest(path, new byte[0], Acl.OPEN, flags, ttlMs).write(body);
        return body;
    }

    static JuteWriter pathVersion(String path, int version) {
        return new JuteWriter().writeString(path).writeInt(version);
    }

    static JuteWriter setBody(String path, String data, int version) {
        return new JuteWriter()
                .writeString(path)
                .writeBuffer(data.getBytes(StandardCharsets.UTF_8))
                .writeInt(version);
    }

    static JuteWriter setAclBody(String path, List<Acl> acl, int version) {
        JuteWriter body = new JuteWriter().writeString(path);
        Acl.writeList(body, acl);
        return body.writeInt(version);
    }

    /** @param parts op, body, op, body… */
    static JuteWriter multi(Object... parts) {
        JuteWriter body = new JuteWriter();
        for (int i = 0; i < parts.length; i += 2) {
            MultiHeader.ofRequest((Integer) parts[i]).write(body);
            body.writeRaw(((JuteWriter) parts[i + 1]).toByteArray());
        }
        MultiHeader.END.write(body);
        return body;
    }

    // --- reading

    ErrorCode read(TestWatcher watcher, int op, JuteWriter body) {
        reply.reset();
        ErrorCode err = ErrorCode.of(tree.read(op, new JuteReader(body.toByteArray()), watcher, reply));
        if (err != ErrorCode.OK && op != OpCode.MULTI_READ) {
            assertThat(reply.size()).isZero();
        }
        return err;
    }

    ErrorCode read(TestWatcher watcher, int op, String path, boolean watch) {
        return read(watcher, op, new JuteWriter().writeString(path).writeBoolean(watch));
    }

    boolean exists(String path) {
        return read(new TestWatcher(1), OpCode.EXISTS, path, false) == ErrorCode.OK;
    }

    Stat stat(String path) {
        assertThat(read(new TestWatcher(1), OpCode.EXISTS, path, false)).isEqualTo(ErrorCode.OK);
        return Stat.read(new JuteReader(reply.toByteArray()));
    }

    String data(String path) {
        assertThat(read(new TestWatcher(1), OpCode.GET_DATA, path, false)).isEqualTo(ErrorCode.OK);
        return new String(new JuteReader(reply.toByteArray()).readBuffer(), StandardCharsets.UTF_8);
    }

    /** The path in the reply of a create. */
    String repliedPath() {
        return new JuteReader(reply.toByteArray()).readString();
    }
}
