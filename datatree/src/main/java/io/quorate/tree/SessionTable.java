package io.quorate.tree;

/** The global sessions of the ensemble, as committed transactions made them: id → timeout in ms. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class SessionTable {
    /** Takes one session. */
    @FunctionalInterface
    public interface Visitor {
        void onSession(long sessionId, int timeoutMs);
    }

    public int size() {
        throw new UnsupportedOperationException();
    }

    public boolean contains(long sessionId) {
        throw new UnsupportedOperationException("" + sessionId);
    }

    /** The timeout in ms, or 0 for a session that is not there. */
    public int timeoutMs(long sessionId) {
        throw new UnsupportedOperationException("" + sessionId);
    }

    /** All ids, in no order. */
    public long[] ids() {
        throw new UnsupportedOperationException();
    }

    public void forEach(Visitor visitor) {
        throw new UnsupportedOperationException("" + visitor);
    }
}
