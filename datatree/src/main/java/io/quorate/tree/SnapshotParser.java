package io.quorate.tree;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import io.quorate.protocol.Acl;
import java.util.List;

/**
 * Takes the body of a snapshot (layout: {@link SnapshotView}) apart, in pieces of any size and without keeping anything of it.
 *
 * <pre>
 *   SESSIONS ──► ACLS ──► NODES ──► COMPLETE
 * </pre>
 */
public final class SnapshotParser {
    /** Stands for the open ACL, which snapshots do not list. */
    public static final long OPEN_ACL_ID = AclTable.OPEN_ID;

    private enum State {
        SESSION_COUNT,
        SESSIONS,
        ACL_COUNT,
        ACLS,
        NODES,
        COMPLETE
    }

    private final int maxField;
    private final SnapshotRecords records;
    private final SnapshotNode node = new SnapshotNode();
    private State state = State.SESSION_COUNT;

    /** Records of the current section that are still to come. */
    private int pending;

    private long nodes;

    /** @param maxField the largest string or buffer inside a record, in bytes */
    public SnapshotParser(int maxField, SnapshotRecords records) {
        this.maxField = maxField;
        this.records = records;
    }

    /**
     * Takes whole records from the bytes; what is not consumed belongs to a record that goes on, and is to be fed again with more behind it.
     * Nothing behind the end of the nodes is consumed.
     *
     * @return the number of bytes consumed
     * @throws SnapshotException if this is no snapshot, or a broken one
     */
    public int feed(byte[] bytes, int offset, int length) {
        JuteReader in = new JuteReader(bytes, offset, length, maxField);
        int consumed = in.position();
        try {
            while (state != State.COMPLETE) {
                readRecord(in);
                consumed = in.position();
            }
        } catch (JuteUnderflowException e) {
            return consumed - offset;
        } catch (JuteException e) {
            throw new SnapshotException("broken snapshot in its part " + where() + ": " + e.getMessage());
        }
        return consumed - offset;
    }

    /** Where it stands, for messages. */
    String where() {
        return state + " behind " + nodes + " nodes";
    }

    private void readRecord(JuteReader in) {
        switch (state) {
            case SESSION_COUNT -> begin(in.readInt(), State.SESSIONS, "sessions");
            case SESSIONS -> readSession(in);
            case ACL_COUNT -> begin(in.readInt(), State.ACLS, "ACLs");
            case ACLS -> readAcl(in);
            case NODES -> readNode(in);
            case COMPLETE -> throw new AssertionError(state);
        }
    }

    private void begin(int count, State section, String what) {
        if (count < 0) {
            throw new SnapshotException("broken snapshot: it has " + count + " " + what);
        }
        pending = count;
        state = section;
        endSectionIfDone();
    }

    private void endSectionIfDone() {
        if (pending == 0) {
            state = state == State.SESSIONS ? State.ACL_COUNT : State.NODES;
        }
    }

    private void readSession(JuteReader in) {
        long id = in.readLong();
        records.onSession(id, in.readInt());
        pending--;
        endSectionIfDone();
    }

    private void readAcl(JuteReader in) {
        long id = in.readLong();
        List<Acl> list = Acl.readList(in);
        if (list == null) {
            throw new SnapshotException("broken snapshot: ACL " + id + " is null");
        }
        records.onAcl(id, list);
        pending--;
        endSectionIfDone();
    }

    private void readNode(JuteReader in) {
        int start = in.position();
        in.skipBuffer();
        int pathOffset = start + Integer.BYTES;
        int pathLength = in.position() - pathOffset;
        byte[] bytes = in.array();
        if (pathLength == 1 && bytes[pathOffset] == '/') {
            state = State.COMPLETE;
            return;
        }
        node.pathBytes = bytes;
        node.pathOffset = pathOffset;
        node.pathLength = pathLength;
        node.data = in.readBuffer();
        node.aclId = in.readLong();
        node.czxid = in.readLong();
        node.mzxid = in.readLong();
        node.ctime = in.readLong();
        node.mtime = in.readLong();
        node.version = in.readInt();
        node.cversion = in.readInt();
        node.aversion = in.readInt();
        node.owner = in.readLong();
        node.pzxid = in.readLong();
        records.onNode(node);
        nodes++;
    }

    /** Whether the end of the nodes was consumed. */
    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /** Number of nodes so far. */
    public long nodes() {
        return nodes;
    }
}
