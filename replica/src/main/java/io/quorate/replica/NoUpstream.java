package io.quorate.replica;

import io.quorate.jute.Id;
import java.util.List;

/** Where there is no leader, nothing goes upstream: {@link ClientService} refuses it before. */
final class NoUpstream implements Upstream {
    static final NoUpstream INSTANCE = new NoUpstream();

    private NoUpstream() {}

    @Override
    public void write(long sessionId, int cxid, int op, byte[] body, List<Id> identities) {
        throw nobody("a write");
    }

    @Override
    public void createSession(long sessionId, int timeoutMs) {
        throw nobody("a new session");
    }

    @Override
    public void revalidate(long sessionId, int timeoutMs) {
        throw nobody("a session that came back");
    }

    @Override
    public void sync() {
        throw nobody("a sync");
    }

    @Override
    public void touch(long sessionId, int timeoutMs) {
        throw nobody("a session that was heard of");
    }

    private static IllegalStateException nobody(String what) {
        return new IllegalStateException("there is no leader to give " + what + " to");
    }
}
