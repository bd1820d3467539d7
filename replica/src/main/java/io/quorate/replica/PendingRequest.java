package io.quorate.replica;

import org.jspecify.annotations.Nullable;

/** A request of a connection that was not answered yet, in the connection's order. */
final class PendingRequest {
    /** What it waits for. */
    enum Kind {
        /** For its turn only. */
        READ,
        /** For its transaction. */
        WRITE,
        /** For the leader's answer. */
        SYNC,
        /** For its turn: this server refuses it itself. */
        REFUSED
    }

    final Kind kind;
    final int xid;
    final int op;

    /** The whole frame, the header included, of what still needs it: a READ, a SYNC, and a WRITE that has not gone upstream. */
    final byte @Nullable [] frame;

    final int bytes;
    final long arrivedNanos;

    /** The code that REFUSED answers with. */
    final int err;

    /** The reply of a WRITE or SYNC that is answered but has not its turn yet: header and body. */
    byte @Nullable [] reply;

    /** Whether a WRITE or SYNC has not gone upstream, because a sync before it was not answered. */
    boolean held;

    private PendingRequest(Kind kind, int xid, int op, byte @Nullable [] frame, int bytes, long arrivedNanos, int err) {
        this.kind = kind;
        this.xid = xid;
        this.op = op;
        this.frame = frame;
        this.bytes = bytes;
        this.arrivedNanos = arrivedNanos;
        this.err = err;
    }

    static PendingRequest read(int xid, int op, byte[] frame, long nowNanos) {
        return new PendingRequest(Kind.READ, xid, op, frame, frame.length, nowNanos, 0);
    }

    static PendingRequest write(int xid, int op, int bytes, long nowNanos) {
        return new PendingRequest(Kind.WRITE, xid, op, null, bytes, nowNanos, 0);
    }

    /** A write behind a sync. */
    static PendingRequest heldWrite(int xid, int op, byte[] frame, long nowNanos) {
        PendingRequest request = new PendingRequest(Kind.WRITE, xid, op, frame, frame.length, nowNanos, 0);
        request.held = true;
        return request;
    }

    static PendingRequest sync(int xid, int op, byte[] frame, long nowNanos) {
        return new PendingRequest(Kind.SYNC, xid, op, frame, frame.length, nowNanos, 0);
    }

    static PendingRequest refused(int xid, int op, int err, long nowNanos) {
        return new PendingRequest(Kind.REFUSED, xid, op, null, 0, nowNanos, err);
    }
}
