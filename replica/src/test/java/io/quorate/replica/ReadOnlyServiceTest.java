package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.ElectionSettings;
import io.quorate.election.EventLog;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.SessionPassword;
import io.quorate.protocol.Xid;
import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.DataTree;
import io.quorate.tree.ReaperSettings;
import io.quorate.tree.TreeSettings;
import io.quorate.zab.SyncLimits;
import io.quorate.zab.ZabSettings;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Clients of a server without a leader (zab.md §7). */
class ReadOnlyServiceTest {
    private static final int TICK_MS = 1000;
    private static final int TIMEOUT_MS = 4000;

    private final ReplicaClock clock = new ReplicaClock(0);
    private final ClientService service;
    private long nowNanos;

    ReadOnlyServiceTest() {
        ReplicaSettings settings = new ReplicaSettings(
                1,
                null,
                TICK_MS,
                2 * TICK_MS,
                20 * TICK_MS,
                new SessionModes(false, false, true),
                RoleSettings.DEFAULTS,
                100_000,
                1L << 32,
                Long.MAX_VALUE,
                ClientLimits.ofOutstanding(1000),
                ReplicaSettings.DEFAULT_SYNC_BACKLOG_BYTES,
                new ZabSettings(TICK_MS * 1_000_000L, 10, 5, 500, 0.33, false, SyncLimits.DEFAULTS),
                ElectionSettings.DEFAULT,
                TreeSettings.defaults(),
                ReaperSettings.DEFAULTS,
                StorageSettings.DEFAULTS);
        DataTree tree = new DataTree(TreeSettings.defaults());
        service = new ClientService(
                settings, tree, new SessionIds(1, 0), clock, new Counters(), new Random(1), EventLog.NONE);
        service.openReadOnly(tree);
    }

    private void passMs(long ms) {
        for (long left = ms; left > 0; left -= 50) {
            nowNanos += 50_000_000L;
            clock.tick(nowNanos, nowNanos / 1_000_000);
            service.onTick();
        }
    }

    @Test
    void aSilentSessionExpiresAndOneThatPingsDoesNot() {
        Client silent = new Client().connect(0);
        Client pinging = new Client().connect(0);
        silent.ping();
        for (int i = 0; i < 10; i++) {
            passMs(1000);
            pinging.ping();
        }
        assertThat(silent.closed).isTrue();
        assertThat(pinging.closed).isFalse();
        assertThat(service.localSessionCount()).isEqualTo(1);
    }

    @Test
    void aSessionOfAnotherServersIsNotDeclaredDeadHere() {
        long elsewhere = 2L << 56 | 17;
        Client client = new Client().connect(elsewhere);
        assertThat(client.closed).isTrue();
        assertThat(client.frames)
                .as("an answer would say that the session has expired")
                .isEmpty();
    }

    @Test
    void aSessionOfThisServersOwnThatItDoesNotKnowHasExpired() {
        Client client = new Client().connect(1L << 56 | 17);
        assertThat(client.closed).isTrue();
        ConnectResponse answer = ConnectResponse.read(new JuteReader(client.frames.remove()));
        assertThat(answer.sessionId()).isZero();
    }

    private final class Client implements ClientChannel {
        final Deque<byte[]> frames = new ArrayDeque<>();
        final ClientConnection connection = service.accept(this);
        boolean closed;

        Client connect(long sessionId) {
            byte[] password = sessionId == 0 ? new byte[SessionPassword.BYTES] : SessionPassword.of(sessionId);
            JuteWriter out = new JuteWriter();
            new ConnectRequest(0, 0, TIMEOUT_MS, sessionId, password, true).write(out);
            service.onFrame(connection, out.toByteArray(), nowNanos);
            return this;
        }

        void ping() {
            JuteWriter out = new JuteWriter();
            out.writeInt(Xid.PING).writeInt(OpCode.PING);
            service.onFrame(connection, out.toByteArray(), nowNanos);
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            frames.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void close(String reason) {
            closed = true;
        }

        @Override
        public void pauseReading(boolean pause) {}

        @Override
        public String remoteAddress() {
            return "127.0.0.1";
        }

        @Override
        public String remoteName() {
            return "/127.0.0.1:1";
        }
    }
}
