package io.quorate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.protocol.Acl;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.server.loop.TransportLimits;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not play by the rules, one way each, at a whole server; another client is served beside them all the time. */
@Timeout(120)
class HostileClientTest {
    private static final int SESSION_TIMEOUT_MS = 1000;
    private static final int UNIMPLEMENTED = -6;
    private static final int MARSHALLING_ERROR = -5;

    /** What the kernel may hold of a connection's bytes on both sides. */
    private static final long SOCKET_BUFFERS = 32L << 20;

    @TempDir
    private Path dir;

    private FuzzedServer server;
    private Witness witness;

    @BeforeEach
    void start() throws Exception {
        server = new FuzzedServer(dir, 0);
        witness = new Witness(server.port());
    }

    @AfterEach
    void nothingIsLeftAndNobodyNoticed() throws Exception {
        try (FuzzedServer stopping = server;
                Witness last = witness) {
            assertThat(last.finish()).isPositive();
            stopping.assertUnharmed();
        }
    }

    @Test
    void whoAsksForMuchAndReadsNothingIsClosed() throws Exception {
        int size = 1_000_000;
        int replies = 300;
        try (FrameSocket slow = FrameSocket.session(server.port(), 4 * SESSION_TIMEOUT_MS)) {
            slow.send(FrameSocket.request(
                    1, OpCode.CREATE, w -> new CreateRequest("/large", new byte[size], Acl.OPEN, 0).write(w)));
            assertThat(slow.header().err()).isZero();
            try {
                for (int i = 0; i < replies; i++) {
                    slow.send(FrameSocket.request(
                            2 + i, OpCode.GET_DATA, w -> new PathWatchRequest("/large", false).write(w)));
                }
            } catch (SocketException closedAlready) {
                // There is something to read all the same.
            }
            server.awaitConnections(FuzzedServer.WITNESS_AND_ASKER);
            assertThat(slow.bytesToTheEnd()).isLessThan(TransportLimits.CLIENT_UNSENT_CAP_BYTES + SOCKET_BUFFERS);
        }
    }

    @Test
    void oneByteAtATimeIsAsGoodAsAll() throws Exception {
        try (FrameSocket slow = new FrameSocket(server.port())) {
            trickle(
                    slow,
                    FrameSocket.framed(
                            w -> new ConnectRequest(0, 0, SESSION_TIMEOUT_MS, 0, new byte[16], false).write(w)));
            assertThat(slow.frame()).hasSize(37);
            trickle(
                    slow,
                    FrameSocket.framed(
                            FrameSocket.request(7, OpCode.EXISTS, w -> new PathWatchRequest("/", false).write(w))));
            assertThat(slow.header())
                    .extracting(ReplyHeader::xid, ReplyHeader::err)
                    .containsExactly(7, 0);
        }
    }

    private static void trickle(FrameSocket to, byte[] bytes) throws IOException {
        for (byte each : bytes) {
            to.sendRaw(new byte[] {each});
        }
    }

    /** Bytes of a frame that never ends are no sign of life: the session expires, and the connection with it. */
    @Test
    void aFrameWithoutEndDoesNotKeepASessionAlive() throws Exception {
        try (FrameSocket slow = FrameSocket.session(server.port(), SESSION_TIMEOUT_MS)) {
            slow.sendRaw(new byte[] {0, 0, 100, 0});
            slow.socket().setSoTimeout(10);
            while (!isClosedAfter(slow)) {
                slow.sendRaw(new byte[1]);
            }
        } catch (SocketException closed) {
            assertThat(closed).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    private static boolean isClosedAfter(FrameSocket connection) throws IOException {
        try {
            return connection.socket().getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        }
    }

    /** As it looks from here when the other machine has lost its power: an open connection, and silence. */
    @Test
    void aHalfOpenConnectionGoesWithItsSession() throws Exception {
        try (FrameSocket gone = FrameSocket.session(server.port(), SESSION_TIMEOUT_MS)) {
            gone.send(FrameSocket.request(
                    1, OpCode.CREATE, w -> new CreateRequest("/ephemeral", new byte[0], Acl.OPEN, 1).write(w)));
            assertThat(gone.header().err()).isZero();
            server.awaitConnections(FuzzedServer.WITNESS_AND_ASKER);
            assertThat(gone.bytesToTheEnd()).isZero();
        }
    }

    @Test
    void aSecondConnectRequestIsNoRequest() throws Exception {
        try (FrameSocket twice = FrameSocket.session(server.port(), SESSION_TIMEOUT_MS)) {
            twice.send(w -> new ConnectRequest(0, 0, SESSION_TIMEOUT_MS, 0, new byte[16], false).write(w));
            assertThat(twice.header())
                    .extracting(ReplyHeader::xid, ReplyHeader::err)
                    .containsExactly(0, UNIMPLEMENTED);
            assertThat(twice.bytesToTheEnd()).isZero();
        }
    }

    @Test
    void whoHasSeenTheFutureIsSentElsewhere() throws Exception {
        try (FrameSocket future = new FrameSocket(server.port())) {
            future.send(
                    w -> new ConnectRequest(0, Long.MAX_VALUE, SESSION_TIMEOUT_MS, 0, new byte[16], false).write(w));
            assertThat(future.bytesToTheEnd()).isZero();
        }
    }

    @Test
    void multisInMultisAreRefused() throws Exception {
        try (FrameSocket deep = FrameSocket.session(server.port(), SESSION_TIMEOUT_MS)) {
            deep.send(FrameSocket.request(1, OpCode.MULTI, w -> {
                for (int i = 0; i < 100_000; i++) {
                    MultiHeader.ofRequest(OpCode.MULTI).write(w);
                }
                MultiHeader.END.write(w);
            }));
            assertThat(deep.header().err()).isEqualTo(MARSHALLING_ERROR);
        }
    }

    @Test
    void aMultiAsLargeAsAFrameIsAllOrNothing() throws Exception {
        int parts = 20_000;
        try (FrameSocket huge = FrameSocket.session(server.port(), 4 * SESSION_TIMEOUT_MS)) {
            huge.send(FrameSocket.request(1, OpCode.MULTI, w -> {
                MultiHeader.ofRequest(OpCode.CREATE).write(w);
                new CreateRequest("/of-a-multi", new byte[0], Acl.OPEN, 0).write(w);
                for (int i = 0; i < parts; i++) {
                    MultiHeader.ofRequest(OpCode.CHECK).write(w);
                    new PathVersionRequest("/", -1).write(w);
                }
                MultiHeader.ofRequest(OpCode.DELETE).write(w);
                new PathVersionRequest("/never-was", -1).write(w);
                MultiHeader.END.write(w);
            }));
            byte[] reply = huge.frame();
            assertThat(reply.length).as("a result for each part").isGreaterThan(parts * 9);
            huge.send(FrameSocket.request(2, OpCode.EXISTS, w -> new PathWatchRequest("/of-a-multi", false).write(w)));
            assertThat(huge.header().err()).isEqualTo(-101);
        }
    }

    @Test
    void aCountOfBillionsTakesNoMemory() throws Exception {
        for (int op : new int[] {OpCode.SET_WATCHES, OpCode.SET_WATCHES2, OpCode.SET_ACL, OpCode.CREATE}) {
            try (FrameSocket greedy = FrameSocket.session(server.port(), SESSION_TIMEOUT_MS)) {
                byte[] counts = new byte[64];
                Arrays.fill(counts, (byte) 0x7f);
                greedy.send(FrameSocket.request(1, op, w -> w.writeRaw(counts)));
                assertThat(greedy.header().err()).isEqualTo(MARSHALLING_ERROR);
            }
        }
    }
}
