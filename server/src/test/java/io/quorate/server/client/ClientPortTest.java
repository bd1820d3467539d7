package io.quorate.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.quorate.election.HostPort;
import io.quorate.replica.ClientLimits;
import io.quorate.replica.port.ClientChannel;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Listener;
import io.quorate.server.loop.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client port before an echo in place of the replica, with connections on the core loop and on loops of their own. */
@Timeout(60)
class ClientPortTest {
    private static final int MAX_FRAME = 1 << 20;

    /** How connections and loops are put together. */
    enum Composition {
        SHARED_EPOLL(Transport.best(), 0),
        SHARED_NIO(Transport.NIO, 0),
        OWN_EPOLL(Transport.best(), 2),
        OWN_NIO(Transport.NIO, 2);

        private final Transport transport;
        private final int ioThreads;

        Composition(Transport transport, int ioThreads) {
            this.transport = transport;
            this.ioThreads = ioThreads;
        }
    }

    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private CoreLoop core;
    private @Nullable EventLoopGroup ioLoops;
    private ClientPort port;
    private InetSocketAddress address;
    private Echo echo = new Echo();

    /** Sends every frame back; a frame "bye" is the last. Counts the batches. */
    private class Echo implements ClientSessions {
        ClientChannel channel;
        int frames;

        @Override
        public Session onConnected(ClientChannel newChannel, long nowNanos) {
            channel = newChannel;
            events.add("connected from " + newChannel.remoteAddress());
            return new Session() {
                @Override
                public void onFrame(byte[] frame, long frameNanos, long wallMs) {
                    frames++;
                    Echo.this.onFrame(newChannel, frame);
                }

                @Override
                public void onClosed(long closedNanos) {
                    events.add("closed");
                }
            };
        }

        void onFrame(ClientChannel from, byte[] frame) {
            from.send(frame, 0, frame.length);
            if (new String(frame, StandardCharsets.UTF_8).equals("bye")) {
                from.close("bye");
            }
        }

        @Override
        public void onWord(FourLetterWord word, byte[] argument, Consumer<String> answer) {
            answer.accept("answer to " + word.text());
        }
    }

    private void start(Composition composition, int maxPerIp, int max, int handshakeTimeoutMs) throws Exception {
        core = new CoreLoop(composition.transport, (thread, thrown) -> uncaught.add(thrown));
        ioLoops = composition.ioThreads == 0
                ? null
                : composition.transport.newLoops(
                        composition.ioThreads, "client-io", (thread, thrown) -> uncaught.add(thrown));
        ServerConfig.ClientPort config = new ServerConfig.ClientPort(
                new HostPort("127.0.0.1", 1),
                -1,
                maxPerIp,
                max,
                handshakeTimeoutMs,
                Set.of("ruok"),
                ClientLimits.ofOutstanding(1000),
                null);
        port = new ClientPort(core, config, MAX_FRAME, null, ioLoops, echo);
        address = port.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        port.accept();
        core.execute(() -> core.start(new CoreLoop.Agent() {
            @Override
            public long onTick(long nowNanos, long wallMs) {
                port.onTick(nowNanos);
                return TimeUnit.MILLISECONDS.toNanos(5);
            }

            @Override
            public void endBatch(long nowNanos) {
                port.flush();
            }
        }));
    }

    private void start(Composition composition) throws Exception {
        start(composition, 0, 0, 60_000);
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        port.stopAccepting();
        core.shutdown();
        if (ioLoops != null) {
            ioLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
        assertThat(uncaught).isEmpty();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(address, 10_000);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
        return socket;
    }

    private static void send(Socket socket, byte[]... payloads) throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (byte[] payload : payloads) {
            out.writeInt(payload.length);
            out.write(payload);
        }
        socket.getOutputStream().write(bytes.toByteArray());
    }

    private static byte[] receive(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        return payload;
    }

    private static String rest(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String event() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void framesGoInAndOutInOrder(Composition composition) throws Exception {
        start(composition);
        Socket socket = connect();
        byte[][] payloads = new byte[500][];
        for (int i = 0; i < payloads.length; i++) {
            payloads[i] = utf8("frame " + i);
        }
        send(socket, payloads);
        for (byte[] payload : payloads) {
            assertThat(receive(socket)).isEqualTo(payload);
        }
        assertThat(event()).isEqualTo("connected from 127.0.0.1");
        assertThat(port.stats().alive()).isOne();
        socket.close();
        assertThat(event()).isEqualTo("closed");
    }

    @ParameterizedTest
    @EnumSource
    void largeFramesAndManyOfThemPass(Composition composition) throws Exception {
        start(composition);
        Socket socket = connect();
        byte[] large = new byte[MAX_FRAME];
        large[7] = 7;
        Thread reader = new Thread(() -> {
            try {
                for (int i = 0; i < 20; i++) {
                    assertThat(receive(socket)).isEqualTo(large);
                }
                events.add("all came back");
            } catch (IOException e) {
                events.add(e.toString());
            }
        });
        reader.start();
        for (int i = 0; i < 20; i++) {
            send(socket, large);
        }
        reader.join();
        assertThat(event()).startsWith("connected");
        assertThat(event()).isEqualTo("all came back");
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionClosesBehindItsLastReply(Composition composition) throws Exception {
        start(composition);
        Socket socket = connect();
        send(socket, utf8("hello"), utf8("bye"), utf8("not heard"));
        assertThat(receive(socket)).isEqualTo(utf8("hello"));
        assertThat(receive(socket)).isEqualTo(utf8("bye"));
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        assertThat(event()).startsWith("connected");
        assertThat(event()).isEqualTo("closed");
        assertThat(echo.frames).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void lengthsThatCannotBeCloseWithoutAReply(Composition composition) throws Exception {
        start(composition);
        for (int length : new int[] {-1, MAX_FRAME + 1, 0x6b696c6c}) {
            Socket socket = connect();
            new DataOutputStream(socket.getOutputStream()).writeInt(length);
            assertThat(rest(socket)).isEmpty();
        }
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void fourLetterWordsAreAnsweredAndClosed(Composition composition) throws Exception {
        start(composition);
        Socket ruok = connect();
        ruok.getOutputStream().write(utf8("ruok\r\n"));
        assertThat(rest(ruok)).isEqualTo("answer to ruok");
        Socket srvr = connect();
        srvr.getOutputStream().write(utf8("srvr"));
        assertThat(rest(srvr)).isEqualTo("answer to srvr");
        Socket mntr = connect();
        mntr.getOutputStream().write(utf8("mntr"));
        assertThat(rest(mntr)).isEqualTo("mntr is not executed because it is not in the whitelist.\n");
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void connectionsWithoutASessionAreDropped(Composition composition) throws Exception {
        echo = new Echo() {
            @Override
            void onFrame(ClientChannel from, byte[] frame) {
                if (frame.length > 0) {
                    from.send(frame, 0, frame.length);
                }
            }
        };
        start(composition, 0, 0, 100);
        Socket answered = connect();
        send(answered, utf8("hello"));
        assertThat(receive(answered)).isEqualTo(utf8("hello"));
        Socket silent = connect();
        Socket unanswered = connect();
        send(unanswered, new byte[0]);
        assertThat(rest(silent)).isEmpty();
        assertThat(rest(unanswered)).isEmpty();
        assertThat(port.stats().unfinishedHandshakes()).isEqualTo(2);
        send(answered, utf8("still there"));
        assertThat(receive(answered)).isEqualTo(utf8("still there"));
    }

    @ParameterizedTest
    @EnumSource
    void anAddressMayHaveSoManyConnections(Composition composition) throws Exception {
        start(composition, 2, 0, 60_000);
        Socket first = connect();
        send(first, utf8("1"));
        assertThat(receive(first)).isEqualTo(utf8("1"));
        Socket second = connect();
        send(second, utf8("2"));
        assertThat(receive(second)).isEqualTo(utf8("2"));
        assertThat(endsAtOnce(connect())).isTrue();
        assertThat(port.stats().rejected()).isOne();
        assertThat(event()).startsWith("connected");
        assertThat(event()).startsWith("connected");
        first.close();
        assertThat(event()).isEqualTo("closed");
        Socket third = connect();
        send(third, utf8("3"));
        assertThat(receive(third)).isEqualTo(utf8("3"));
    }

    @ParameterizedTest
    @EnumSource
    void theServerMayHaveSoManyConnections(Composition composition) throws Exception {
        start(composition, 0, 1, 60_000);
        Socket first = connect();
        send(first, utf8("1"));
        assertThat(receive(first)).isEqualTo(utf8("1"));
        assertThat(endsAtOnce(connect())).isTrue();
    }

    private static boolean endsAtOnce(Socket socket) {
        try {
            return socket.getInputStream().read() == -1;
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPausedConnectionIsNotReadUntilItIsResumed(Composition composition) throws Exception {
        start(composition);
        Socket socket = connect();
        send(socket, utf8("hello"));
        assertThat(receive(socket)).isEqualTo(utf8("hello"));
        CompletableFuture<Integer> heardWhilePaused = new CompletableFuture<>();
        runOnCore(() -> echo.channel.pauseReading(true));
        if (ioLoops != null) {
            // The pause has to reach the connection's own loop.
            ioLoops.forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly());
        }
        send(socket, utf8("heard later"));
        Socket other = connect();
        send(other, utf8("other"));
        assertThat(receive(other)).isEqualTo(utf8("other"));
        runOnCore(() -> heardWhilePaused.complete(echo.frames));
        assertThat(heardWhilePaused.get()).isEqualTo(2);
    }

    private void runOnCore(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        core.execute(() -> {
            core.input();
            task.run();
            done.complete(null);
        });
        done.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void aClientThatDoesNotReadIsClosed(Composition composition) throws Exception {
        echo = new Echo() {
            @Override
            void onFrame(ClientChannel from, byte[] frame) {
                byte[] reply = new byte[1 << 20];
                for (int i = 0; i < 100; i++) {
                    from.send(reply, 0, reply.length);
                }
            }
        };
        start(composition);
        Socket socket = connect();
        send(socket, utf8("everything, please"));
        assertThat(event()).startsWith("connected");
        assertThat(event()).isEqualTo("closed");
    }

    @ParameterizedTest
    @EnumSource
    void aPortInUseIsToldByItsAddress(Composition composition) throws Exception {
        start(composition);
        ClientPort second = new ClientPort(
                core,
                new ServerConfig.ClientPort(null, -1, 0, 0, 1000, Set.of(), ClientLimits.ofOutstanding(1000), null),
                MAX_FRAME,
                null,
                ioLoops,
                echo);
        assertThatThrownBy(() -> second.open(address))
                .isInstanceOf(Listener.BindException.class)
                .hasMessageContaining(String.valueOf(address.getPort()))
                .hasMessageContaining("in use");
    }
}
