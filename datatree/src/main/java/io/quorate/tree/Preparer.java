package io.quorate.tree;

import io.quorate.protocol.ErrorCode;

/** Makes transactions from requests, on the leader. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class Preparer {
    public Preparer(DataTree tree) {
        throw new UnsupportedOperationException("" + tree);
    }

    /** Makes the one transaction of a request, an error transaction at worst. Never throws, whatever the body. */
    public Txn prepare(WriteRequest request, long zxid, long wallMs) {
        throw new UnsupportedOperationException("" + request + zxid + wallMs);
    }

    /** Whether the end of this session is prepared and not yet applied. */
    public boolean isClosing(long sessionId) {
        throw new UnsupportedOperationException("" + sessionId);
    }

    /** The tree has applied everything up to this zxid. */
    public void onApplied(long zxid) {
        throw new UnsupportedOperationException("" + zxid);
    }

    /** Forgets all changes in flight: they will not be committed by this leader. */
    public void discard() {
        throw new UnsupportedOperationException();
    }

    /** Number of transactions prepared and not yet applied that change something. */
    public int inFlight() {
        throw new UnsupportedOperationException();
    }

    /**
     * What a server that does not lead must answer itself instead of forwarding the request (client-protocol.md §12): a leader of the
     * reference stops the ensemble on a body that it cannot decode, and its peers on a TTL out of range.
     *
     * @return {@link ErrorCode#OK} if it is to be forwarded
     */
    public static ErrorCode validate(int op, byte[] body, TreeSettings settings) {
        throw new UnsupportedOperationException("" + op + body.length + settings);
    }
}
