package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.TlsConfig;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerPorts;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import io.quorate.server.tls.TestKeys;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ClientInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TLS for clients: the stock client, and clients that should not get in, at Apache's server and at ours, with the same zoo.cfg. */
@Timeout(240)
class TlsIT {
    private static final int TIMEOUT_MS = 30_000;

    @TempDir
    private static Path directory;

    private static StoreFile serverKey;
    private static StoreFile alice;
    private static StoreFile root;
    private static StoreFile mallory;
    private static StoreFile trustServer;
    private static StoreFile trustClients;

    @RegisterExtension
    final Servers servers = new Servers();

    @BeforeAll
    static void makeKeys() throws Exception {
        TestKeys stores = new TestKeys(directory);
        serverKey = stores.newKey("server", "server");
        alice = stores.newKey("alice", "alice");
        root = stores.newKey("root", "root");
        // A client shows its certificate only to a server that trusts somebody of that name.
        mallory = stores.newKey("mallory", "alice");
        trustServer = stores.trusting("trust-server.p12", StoreType.PKCS12, serverKey);
        trustClients = stores.trusting("trust-clients.p12", StoreType.PKCS12, alice, root);
    }

    /** A server, and where it speaks TLS only. */
    private record Secured(ServerProcess server, int securePort) {}

    private Secured start(Kind kind, Map<String, String> config) throws IOException {
        int securePort = ServerPorts.freePort();
        Ensemble alone = servers.ensemble(builder -> {
            builder.config("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory")
                    .config("secureClientPort", Integer.toString(securePort))
                    .config("secureClientPortAddress", "127.0.0.1")
                    .config("client.portUnification", "true")
                    .config("ssl.keyStore.location", serverKey.path().toString())
                    .config("ssl.keyStore.password", TestKeys.PASSWORD)
                    .config("ssl.trustStore.location", trustClients.path().toString())
                    .config("ssl.trustStore.password", TestKeys.PASSWORD)
                    .config("X509AuthenticationProvider.superUser", "CN=root,O=Quorate");
            config.forEach(builder::config);
            return builder.voters(kind);
        });
        ServerProcess server = alone.server(1);
        server.start();
        server.awaitMode("standalone");
        return new Secured(server, securePort);
    }

    @Test
    void whoMayDoWhatIsInTheCertificates() throws Exception {
        List<String> ofApache = ask(start(Kind.APACHE, Map.of()));
        List<String> ours = ask(start(Kind.QUORATE, Map.of()));
        assertThat(ours)
                .isEqualTo(ofApache)
                .contains(
                        "alice creates: /alice",
                        "alice at the shared port reads: ",
                        "root reads: ",
                        "somebody reads: NOAUTH",
                        "secure, alice: answered",
                        "secure, mallory: refused",
                        "secure, without TLS: refused",
                        "shared, mallory: refused",
                        "shared, without TLS: answered",
                        "our client, PKCS12: data: ",
                        "our client, PEM: data: ",
                        "our client, JKS: data: ",
                        "our client, properties: data: ",
                        "our client at another name: CONNECTION_LOSS, TLS",
                        "our client, not looking at the name: data: ",
                        "our client, trusting somebody else: CONNECTION_LOSS, TLS");
    }

    private static List<String> ask(Secured secured) throws Exception {
        List<String> answers = new ArrayList<>();
        ServerProcess server = secured.server;
        try (StockClient client = secure(secured.securePort, alice)) {
            answers.add("alice creates: "
                    + outcome(() -> client.zooKeeper()
                            .create("/alice", new byte[0], ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT)));
            answers.add("its ACL: " + outcome(() -> client.zooKeeper().getACL("/alice", null)));
            answers.add("who is it: " + outcome(() -> identities(client)));
        }
        try (StockClient client = secure(server.ports().client(), alice)) {
            answers.add("alice at the shared port reads: " + outcome(() -> client.get("/alice")));
        }
        try (StockClient client = secure(secured.securePort, root)) {
            answers.add("root reads: " + outcome(() -> client.get("/alice")));
            answers.add("who is it: " + outcome(() -> identities(client)));
        }
        try (StockClient client = StockClient.connect(server.address())) {
            answers.add("somebody reads: " + outcome(() -> client.get("/alice")));
            answers.add("somebody reads the root: " + outcome(() -> client.get("/")));
            answers.add("who is it: " + outcome(() -> identities(client)));
        }
        for (int port : new int[] {secured.securePort, server.ports().client()}) {
            String which = port == secured.securePort ? "secure" : "shared";
            answers.add(which + ", alice: " + knock(port, alice));
            answers.add(which + ", mallory: " + knock(port, mallory));
            answers.add(which + ", without TLS: " + knock(port, null));
        }
        answers.addAll(askOurClient(secured.securePort));
        return answers;
    }

    /** The client library, with each kind of store, and at a server that is not who its certificate says. */
    private static List<String> askOurClient(int port) throws Exception {
        TestKeys stores = new TestKeys(directory);
        TlsConfig pkcs12 = TlsConfig.trusting(store(trustServer)).withKey(store(alice));
        TlsConfig pem = TlsConfig.trusting(store(stores.trusting("trust.pem", StoreType.PEM, serverKey)))
                .withKey(store(stores.as(StoreType.PEM, "alice.pem", alice)));
        TlsConfig jks = TlsConfig.trusting(store(stores.trusting("trust.jks", StoreType.JKS, serverKey)))
                .withKey(store(stores.as(StoreType.JKS, "alice.jks", alice)));
        Map<String, String> properties = Map.of(
                "zookeeper.client.secure",
                "true",
                "zookeeper.ssl.keyStore.location",
                alice.path().toString(),
                "zookeeper.ssl.keyStore.password",
                TestKeys.PASSWORD,
                "zookeeper.ssl.trustStore.location",
                trustServer.path().toString(),
                "zookeeper.ssl.trustStore.password",
                TestKeys.PASSWORD);
        String here = "127.0.0.1:" + port;
        String elsewhere = "other.example:" + port;
        TlsConfig stranger = TlsConfig.trusting(store(stores.trusting("wrong.p12", StoreType.PKCS12, mallory)))
                .withKey(store(alice));
        return List.of(
                "our client, PKCS12: " + read(here, pkcs12),
                "our client, PEM: " + read(here, pem),
                "our client, JKS: " + read(here, jks),
                "our client, properties: "
                        + read(here, TlsConfig.ofProperties(properties::get).orElseThrow()),
                "our client at another name: " + read(elsewhere, pkcs12),
                "our client, not looking at the name: " + read(elsewhere, pkcs12.withoutHostNameVerification()),
                "our client, trusting somebody else: " + read(here, stranger),
                "our client as mallory: " + read(here, pkcs12.withKey(store(mallory))));
    }

    private static TlsConfig.Store store(StoreFile file) {
        return TlsConfig.Store.of(file.path(), file.password());
    }

    private static String read(String server, TlsConfig tls) throws Exception {
        try (QuorateClient client = QuorateClient.builder(server)
                .tls(tls)
                .resolver(name -> List.of(InetAddress.getLoopbackAddress()))
                .sessionTimeout(Duration.ofSeconds(4))
                .connect()) {
            return "data: " + client.blocking().getData("/alice").text();
        } catch (QuorateException e) {
            return e.code() + (e.getMessage().contains("TLS") ? ", TLS" : "");
        }
    }

    private static List<String> identities(StockClient client) throws Exception {
        List<String> result = new ArrayList<>();
        for (ClientInfo each : client.zooKeeper().whoAmI()) {
            result.add(each.getAuthScheme() + ":" + each.getUser());
        }
        return result.stream().sorted().toList();
    }

    private static String outcome(Callable<?> call) throws Exception {
        try {
            return String.valueOf(call.call());
        } catch (KeeperException e) {
            return e.code().toString();
        }
    }

    private static StockClient secure(int port, StoreFile key) {
        return StockClient.secure(port, key, trustServer);
    }

    /** Asks for a session, over TLS or without it, and tells whether there was an answer. */
    private static String knock(int port, @Nullable StoreFile key) throws Exception {
        try (Socket plain = new Socket()) {
            plain.setSoTimeout(TIMEOUT_MS);
            plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            Socket socket = key == null
                    ? plain
                    : TestKeys.client(key, trustServer).getSocketFactory().createSocket(plain, "localhost", port, true);
            JuteWriter request = new JuteWriter();
            request.writeInt(45);
            new ConnectRequest(0, 0, 10_000, 0, new byte[16], false).write(request);
            socket.getOutputStream().write(request.array(), 0, request.size());
            socket.getOutputStream().flush();
            int length = new DataInputStream(socket.getInputStream()).readInt();
            return length == 37 ? "answered" : "something else";
        } catch (IOException e) {
            return "refused";
        }
    }

    /** A port that is TLS's only for as long as a client keeps its word. */
    @Test
    void wordsAreAnsweredAtTheSharedPortAndCountersAreKept() throws Exception {
        Secured secured = start(Kind.QUORATE, Map.of("enforce.auth.enabled", "true", "enforce.auth.schemes", "x509"));
        assertThat(knock(secured.securePort, mallory)).isEqualTo("refused");
        try (StockClient client = secure(secured.securePort, alice)) {
            assertThat(client.get("/")).isEmpty();
        }
        assertThat(secured.server.fourLetterWord("mntr").orElseThrow())
                .containsPattern("zk_unsuccessful_handshake\\s+1");
        assertThat(secured.server.log(0)).contains("and with TLS at 127.0.0.1:" + secured.securePort);
    }
}
