package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.apache.ApacheServer;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a builder can be told, and what must not break a client. */
@Timeout(60)
class ClientSettingsTest {
    private static ApacheServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new ApacheServer();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    @Test
    void everyAddressOfANameIsTriedAndTheNameIsLookedUpAgain() throws Exception {
        // The server listens at the last of these only.
        AtomicReference<List<InetAddress>> known =
                new AtomicReference<>(List.of(address(2), address(3), address(4), address(1)));
        Events<String> asked = new Events<>();
        Events<ConnectionState> states = new Events<>();
        try (QuorateClient client = QuorateClient.builder("cluster.example:" + server.port())
                .resolver(name -> {
                    asked.add(name);
                    return known.get();
                })
                .listener((state, reason) -> states.add(state))
                .connect()) {
            states.until(ConnectionState.CONNECTED);
            assertThat(asked.next()).isEqualTo("cluster.example");
            assertThat(asked.isEmpty()).as("one look-up gives all addresses").isTrue();
            known.set(List.of(address(5)));
            server.dropConnections();
            states.until(ConnectionState.SUSPENDED);
            asked.next();
            asked.next();
            known.set(List.of(address(1)));
            states.until(ConnectionState.CONNECTED);
            assertThat(client.blocking().exists("/")).isPresent();
        }
    }

    @Test
    void aClientSaysWhyItsLastServerWasNone() {
        try (QuorateClient client = QuorateClient.builder("nowhere.example:1")
                .resolver(name -> {
                    throw new UnknownHostException(name);
                })
                .sessionTimeout(Duration.ofMillis(300))
                .connect()) {
            assertThatThrownBy(() -> client.blocking().getData("/"))
                    .isInstanceOf(QuorateException.ConnectionLoss.class)
                    .hasMessageContaining("the name nowhere.example has no address");
        }
    }

    private static final class Measured implements ClientMetrics {
        private final Events<String> told = new Events<>();
        private final AtomicInteger outstanding = new AtomicInteger();

        @Override
        public void answered(String operation, long latencyNanos, ErrorCode outcome) {
            told.add(operation + " " + outcome + (latencyNanos > 0 ? "" : " in no time"));
        }

        @Override
        public void failed(String operation, boolean sent, ErrorCode reason) {
            told.add(operation + " failed " + sent + " " + reason);
        }

        @Override
        public void outstanding(int before, int now) {
            outstanding.addAndGet(now - before);
        }

        @Override
        public void stateChanged(ConnectionState state) {
            told.add(state.toString());
        }
    }

    @Test
    void requestsAndStatesAreMeasured() throws Exception {
        Measured metrics = new Measured();
        try (ProxiedServer proxy = new ProxiedServer(server.port());
                QuorateClient client =
                        QuorateClient.builder(proxy.address()).metrics(metrics).connect()) {
            metrics.told.until("CONNECTED");
            client.blocking().getData("/");
            metrics.told.until("GETD OK");
            assertThat(client.blocking().exists("/missing")).isEmpty();
            metrics.told.until("EXIS NO_NODE");
            proxy.loseNextAnswer(io.quorate.protocol.OpCode.GET_DATA);
            assertThatThrownBy(() -> client.blocking().getData("/")).isInstanceOf(QuorateException.class);
            metrics.told.until("SUSPENDED");
            metrics.told.until("GETD failed true CONNECTION_LOSS");
        }
        metrics.told.until("CLOSED");
        assertThat(metrics.outstanding).hasValue(0);
    }

    @Test
    void anExecutorThatTakesNoMoreEndsNeitherTheSessionNorLeavesSomebodyWaiting() throws Exception {
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdown();
        try (QuorateClient client = QuorateClient.connect(server.address())) {
            client.addListener((state, reason) -> {});
            QuorateClient face = client.with(ended);
            face.addListener((state, reason) -> {});
            assertThat(face.exists("/").get(30, TimeUnit.SECONDS)).isPresent();
            assertThat(client.blocking().exists("/")).isPresent();
            assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
        }
    }

    @Test
    void aSessionThatEndsByItselfIsToldAndReplaced() throws Exception {
        Events<String> told = new Events<>();
        try (SessionKeeper keeper = SessionKeeper.start(QuorateClient.builder(server.address()))) {
            keeper.addListener((session, state, reason) -> told.add(state.toString()), keeper.newSerialExecutor());
            told.until("CONNECTED");
            keeper.client().close();
            told.until("CLOSED");
            told.until("CONNECTED");
        }
        told.until("CLOSED");
        assertThat(told.isEmpty()).isTrue();
    }

    @Test
    void propertiesOfZooKeepersClientAreUnderstoodOrRefused() {
        assertThat(TlsConfig.ofProperties(Map.of("zookeeper.ssl.crl", "true")::get))
                .isEmpty();
        TlsConfig config = TlsConfig.ofProperties(Map.of(
                        "zookeeper.client.secure", "true",
                        "zookeeper.ssl.trustStore.location", "/etc/trust",
                        "zookeeper.ssl.trustStore.type", "pem",
                        "zookeeper.ssl.hostnameVerification", "false",
                        "zookeeper.ssl.enabledProtocols", "TLSv1.3, TLSv1.2")::get)
                .orElseThrow();
        assertThat(config)
                .isEqualTo(new TlsConfig(
                        java.util.Optional.empty(),
                        java.util.Optional.of(new TlsConfig.Store(Path.of("/etc/trust"), TlsConfig.StoreType.PEM, "")),
                        false,
                        List.of("TLSv1.3", "TLSv1.2"),
                        List.of()));
        assertThatThrownBy(() -> TlsConfig.ofProperties(
                        Map.of("zookeeper.client.secure", "true", "zookeeper.ssl.crl", "true")::get))
                .hasMessageContaining("zookeeper.ssl.crl=true");
        assertThatThrownBy(() -> QuorateClient.builder("a:1").tls(config).connect())
                .hasMessageContaining("/etc/trust (PEM) cannot be used as trust store");
        assertThatThrownBy(() -> TlsConfig.Store.of(Path.of("a.txt"), "")).hasMessageContaining(".pem, .jks");
    }
}
