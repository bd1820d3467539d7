package io.quorate.zab;

import io.quorate.jute.Id;
import java.util.List;

/** What a {@link Leader} tells its replica. */
public interface LeaderPort {
    /**
     * A transaction that is committed and durable here, in zxid order, each exactly once. What comes before {@link #onEstablished} is the
     * initial history: it is for the tree, but for nobody to see before that.
     */
    void deliver(Proposal proposal);

    /** A quorum has the leader's history: from now on it may {@linkplain Leader#propose propose}. */
    void onEstablished(long epoch);

    /** The leader does not lead any more. Called once; the object is of no use afterwards. */
    void onAbdicated(String reason);

    /**
     * A learner forwards a request. One that writes must become exactly one transaction with this session and cxid.
     *
     * @param body the client's request without its header
     * @param identities what the client has proven to be
     */
    void onRequest(LearnerHandler from, long sessionId, int cxid, int op, byte[] body, List<Id> identities);

    /** A client has come back to a learner: is its session alive? Answered by {@link LearnerHandler#answerRevalidate}. */
    void onRevalidate(LearnerHandler from, long sessionId, int timeoutMs);

    /** A session was heard of at a learner. */
    void onTouched(LearnerHandler from, long sessionId, int timeoutMs);

    /** A sync that this server's own client asked for: all that was committed before it has been delivered. */
    void onSynced(long token);

    /** The connection of a learner that took part is gone. */
    void onLearnerGone(LearnerHandler learner);
}
