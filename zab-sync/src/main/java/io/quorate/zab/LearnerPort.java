package io.quorate.zab;

/** What a {@link Learner} tells, and asks of, its replica. */
public interface LearnerPort {
    /** Dials the leader's quorum port; {@link PeerListener#onOpen} or {@link PeerListener#onClosed} follows. */
    void connect(PeerListener listener, long timeoutNanos);

    /**
     * A transaction that is committed and durable here, in zxid order, each exactly once. What comes before {@link #onSynchronized} is for the
     * tree, but for nobody to see: if the leader does not become established, a TRUNC may take it back.
     */
    void deliver(Proposal proposal);

    /**
     * Cuts the log behind {@code zxid}, before anything else is appended. The {@link History} ends there already.
     *
     * @param reload whether more than that was delivered: the tree is then loaded anew from disk, before anything else is delivered
     */
    void truncate(long zxid, boolean reload);

    /** A snapshot of the leader's tree follows, by {@link #snapshotBytes}. */
    void beginSnapshot(long zxid);

    /**
     * Bytes of the tree.
     *
     * @return how many were consumed; the rest is offered again
     */
    int snapshotBytes(byte[] bytes, int offset, int length);

    /** Whether the tree has come to its end. */
    boolean isSnapshotComplete();

    /**
     * The stream was whole and signed: store it before anything else is appended, and make it the tree before anything else is delivered. The
     * {@link History} begins there already. What the log has so far goes: above the snapshot it never was committed, and below it may end before
     * the snapshot begins, a hole that this server would pass on once it leads (ZOOKEEPER-4925).
     */
    void installSnapshot(long zxid);

    /** The configuration that the leader has seen last. */
    void onConfig(String text);

    /** The learner has the leader's history: from now on it serves. */
    void onSynchronized();

    /** Sessions that were heard of since the last ping: (session long, time-out int)*. */
    byte[] drainTouchedSessions();

    /** The leader's answer for a session that came back. */
    void onRevalidated(long sessionId, boolean valid);

    /** The oldest sync that was forwarded is answered: all that was committed before it has been received. */
    void onSynced();

    /** The learner does not follow any more. Called once; the object is of no use afterwards. */
    void onEnded(String reason);

    /** The history on disk cannot be made what the leader demands. The process ends. */
    void onFatal(String message);
}
