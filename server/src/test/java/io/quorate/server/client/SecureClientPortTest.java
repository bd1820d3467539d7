package io.quorate.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.quorate.election.HostPort;
import io.quorate.replica.ClientLimits;
import io.quorate.replica.port.ClientChannel;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.TlsSettings;
import io.quorate.server.config.TlsSettings.ClientAuth;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Transport;
import io.quorate.server.tls.ClientTls;
import io.quorate.server.tls.TestKeys;
import io.quorate.tree.X509Scheme;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client port with TLS, before an echo in place of the replica; with connections on the core loop, and on loops of their own. */
@Timeout(60)
class SecureClientPortTest {
    private static final int MAX_FRAME = 1 << 20;
    private static final int PATIENT_MS = 60_000;

    @TempDir
    private static Path dir;

    private static TestKeys keys;
    private static StoreFile server;
    private static StoreFile alice;
    private static StoreFile mallory;
    private static StoreFile trustServer;
    private static StoreFile trustAlice;

    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private CoreLoop core;
    private @Nullable EventLoopGroup ioLoops;
    private ClientPort port;
    private InetSocketAddress secure;
    private InetSocketAddress both;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = new TestKeys(dir);
        server = keys.newKey("server");
        alice = keys.newKey("alice");
        // A client shows a certificate only to who trusts somebody of that name.
        mallory = keys.newKey("mallory", "alice");
        trustServer = keys.trusting("server.trust", StoreType.PKCS12, server);
        trustAlice = keys.trusting("alice.trust", StoreType.PKCS12, alice);
    }

    /** Sends every frame back, and tells who sends it. */
    private final class Echo implements ClientSessions {
        @Override
        public Session onConnected(ClientChannel channel, long nowNanos) {
            events.add("identities " + channel.provenIdentities());
            return new Session() {
                @Override
                public void onFrame(byte[] frame, long frameNanos, long wallMs) {
                    channel.send(frame, 0, frame.length);
                    if (frame.length == 0) {
                        channel.close("it has said nothing");
                    }
                }

                @Override
                public void onClosed(long closedNanos) {
                    events.add("closed");
                }
            };
        }

        @Override
        public void onWord(FourLetterWord word, byte[] argument, Consumer<String> answer) {
            answer.accept("answer to " + word.text());
        }
    }

    private void start(int ioThreads, ClientAuth clientAuth, int handshakeTimeoutMs) throws Exception {
        Transport transport = Transport.best();
        core = new CoreLoop(transport, (thread, thrown) -> uncaught.add(thrown));
        ioLoops = ioThreads == 0
                ? null
                : transport.newLoops(ioThreads, "client-io", (thread, thrown) -> uncaught.add(thrown));
        TlsSettings tls = new TlsSettings(
                new HostPort("127.0.0.1", 2),
                true,
                server,
                trustAlice,
                clientAuth,
                List.of("TLSv1.3", "TLSv1.2"),
                List.of(),
                new X509Scheme("CN=root,O=Quorate"));
        ServerConfig.ClientPort config = new ServerConfig.ClientPort(
                new HostPort("127.0.0.1", 1),
                -1,
                0,
                0,
                handshakeTimeoutMs,
                Set.of("ruok"),
                ClientLimits.ofOutstanding(1000),
                tls);
        port = new ClientPort(core, config, MAX_FRAME, new ClientTls(tls, handshakeTimeoutMs), ioLoops, new Echo());
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        both = port.open(any);
        secure = port.openSecure(any);
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
        port.shutdown();
        assertThat(uncaught).isEmpty();
    }

    private Socket plain(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, 10_000);
        socket.setSoTimeout(30_000);
        sockets.add(socket);
        return socket;
    }

    private SSLSocket tls(InetSocketAddress address, @Nullable StoreFile key, String... protocols) throws Exception {
        Socket socket = plain(address);
        SSLContext context = TestKeys.client(key, trustServer);
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", address.getPort(), true);
        // One that nobody holds any more is closed by the garbage collector.
        sockets.add(secured);
        if (protocols.length > 0) {
            secured.setEnabledProtocols(protocols);
        }
        return secured;
    }

    private static byte[] echo(Socket socket, byte[] payload) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(payload.length);
        out.write(payload);
        out.flush();
        return receive(socket);
    }

    private static byte[] receive(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] payload = new byte[in.readInt()];
        in.readFully(payload);
        return payload;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String event() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void framesPassAndTheCertificateSaysWhoSendsThem(int ioThreads) throws Exception {
        start(ioThreads, ClientAuth.NEED, PATIENT_MS);
        for (InetSocketAddress address : List.of(secure, both)) {
            for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
                SSLSocket socket = tls(address, alice, protocol);
                assertThat(echo(socket, utf8("hello"))).isEqualTo(utf8("hello"));
                assertThat(event()).startsWith("identities [").contains("x509", "CN=alice,O=Quorate");
                byte[] large = new byte[MAX_FRAME];
                new SplittableRandom(7).nextBytes(large);
                Thread writer = new Thread(() -> {
                    try {
                        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                        for (int i = 0; i < 5; i++) {
                            out.writeInt(large.length);
                            out.write(large);
                        }
                    } catch (IOException e) {
                        events.add(e.toString());
                    }
                });
                writer.start();
                for (int i = 0; i < 5; i++) {
                    assertThat(receive(socket)).isEqualTo(large);
                }
                writer.join();
                assertThat(echo(socket, new byte[0])).isEmpty();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
                socket.close();
                assertThat(event()).isEqualTo("closed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whoHasNoGoodCertificateIsNotHeard(int ioThreads) throws Exception {
        start(ioThreads, ClientAuth.NEED, PATIENT_MS);
        for (InetSocketAddress address : List.of(secure, both)) {
            assertThatThrownBy(() -> echo(tls(address, null), utf8("hello"))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> echo(tls(address, mallory), utf8("hello"))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> echo(tls(address, null, "TLSv1.2"), utf8("hello")))
                    .isInstanceOf(IOException.class);
        }
        assertThat(events).isEmpty();
        assertThat(echo(tls(secure, alice), utf8("still there"))).isEqualTo(utf8("still there"));
        while (port.stats().failedTlsHandshakes() < 6) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aCertificateThatIsOnlyWantedMayBeMissingButNotBad(int ioThreads) throws Exception {
        start(ioThreads, ClientAuth.WANT, PATIENT_MS);
        assertThat(echo(tls(secure, null), utf8("hello"))).isEqualTo(utf8("hello"));
        assertThat(event()).isEqualTo("identities []");
        assertThat(echo(tls(secure, alice), utf8("hello"))).isEqualTo(utf8("hello"));
        assertThat(event()).contains("CN=alice");
        assertThatThrownBy(() -> echo(tls(secure, mallory), utf8("hello"))).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void plainTextIsHeardAtTheSharedPortOnly(int ioThreads) throws Exception {
        start(ioThreads, ClientAuth.NEED, PATIENT_MS);
        assertThat(echo(plain(both), utf8("hello"))).isEqualTo(utf8("hello"));
        assertThat(event()).isEqualTo("identities []");
        Socket word = plain(both);
        word.getOutputStream().write(utf8("ruok"));
        assertThat(word.getInputStream().readAllBytes()).isEqualTo(utf8("answer to ruok"));
        Socket bytewise = plain(both);
        for (byte each : utf8("srvr")) {
            bytewise.getOutputStream().write(each);
        }
        assertThat(bytewise.getInputStream().readAllBytes()).isEqualTo(utf8("answer to srvr"));
        assertThatThrownBy(() -> echo(plain(secure), utf8("hello"))).isInstanceOf(IOException.class);
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void handshakesThatDoNotEndAreEnded(int ioThreads) throws Exception {
        start(ioThreads, ClientAuth.NEED, 300);
        byte[] hello = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        for (InetSocketAddress address : List.of(secure, both)) {
            Socket silent = plain(address);
            Socket first = plain(address);
            first.getOutputStream().write(hello, 0, 1);
            Socket halfway = plain(address);
            halfway.getOutputStream().write(hello);
            for (Socket each : List.of(silent, first, halfway)) {
                // Whatever was said in between, an alert perhaps: the end has come.
                each.getInputStream().readAllBytes();
            }
        }
        assertThat(saysNothing(tls(secure, alice))).isTrue();
        assertThat(events).isEmpty();
    }

    /** The end may come in the middle of the handshake on a slow machine. */
    private static boolean saysNothing(SSLSocket socket) {
        try {
            socket.startHandshake();
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void anyBytesEndTheConnectionAndNothingElse(int ioThreads) throws Exception {
        start(ioThreads, ClientAuth.NEED, PATIENT_MS);
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 100; i++) {
            Socket socket = plain(i % 2 == 0 ? secure : both);
            byte[] bytes = new byte[6 + random.nextInt(200)];
            random.nextBytes(bytes);
            bytes[0] = 22;
            if (i % 4 < 2) {
                bytes[1] = 3;
                bytes[2] = 3;
                bytes[3] = 0;
                bytes[4] = (byte) (bytes.length - 5);
                bytes[5] = 1;
            }
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
        assertThat(echo(tls(secure, alice), utf8("still there"))).isEqualTo(utf8("still there"));
    }
}
