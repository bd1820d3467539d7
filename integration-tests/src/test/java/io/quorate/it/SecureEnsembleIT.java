package io.quorate.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.SaslDialogue;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.Perms;
import io.quorate.protocol.SetDataRequest;
import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.config.TlsSettings.StoreType;
import io.quorate.server.tls.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who has proved to be somebody at one server, by SASL or by a certificate, is that for the leader too, which checks what it may write, and for
 * every server that shows it: in ensembles of one kind, and mixed.
 */
@Tag("full")
@Timeout(240)
class SecureEnsembleIT {
    private static final String JAAS = """
            Server {
                org.apache.zookeeper.server.auth.DigestLoginModule required
                user_bob="bobs secret"
                user_admin="admins secret";
            };
            """;

    /** What is answered at every server, whoever leads; an ensemble of Apache servers says so in a full run. */
    private static final List<String> ANSWERS = List.of(
            "alice creates: /alice",
            "its ACL: 31 x509:CN=alice,O=Quorate",
            "alice sets: 1",
            "root sets: 2",
            "a stranger sets: NOAUTH",
            "a stranger reads: NOAUTH",
            "---- connected",
            "bob begins: ReplyHeader[xid=7, zxid=0, err=0] realm=\"zk-sasl-md5\",nonce,charset=utf-8,algorithm=md5-sess and 0 bytes",
            "bob answers: ReplyHeader[xid=7, zxid=0, err=0] rspauth and 0 bytes",
            "bob is convinced of the server: true",
            "bob creates: err 0, body",
            "bob sets: err 0, body",
            "bob sets alice's: err -102",
            "---- connected",
            "admin begins: ReplyHeader[xid=7, zxid=0, err=0] realm=\"zk-sasl-md5\",nonce,charset=utf-8,algorithm=md5-sess and 0 bytes",
            "admin answers: ReplyHeader[xid=7, zxid=0, err=0] rspauth and 0 bytes",
            "admin is convinced of the server: true",
            "admin sets alice's: err 0, body",
            "admin deletes bob's: err 0",
            "---- connected",
            "a stranger's create for itself: err -114");

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    private static Path directory;

    private static StoreFile serverKey;
    private static StoreFile alice;
    private static StoreFile root;
    private static StoreFile trustServer;
    private static StoreFile trustClients;

    @BeforeAll
    static void makeKeys() throws Exception {
        TestKeys stores = new TestKeys(directory);
        serverKey = stores.newKey("server", "server");
        alice = stores.newKey("alice", "alice");
        root = stores.newKey("root", "root");
        trustServer = stores.trusting("trust-server.p12", StoreType.PKCS12, serverKey);
        trustClients = stores.trusting("trust-clients.p12", StoreType.PKCS12, alice, root);
        Files.writeString(directory.resolve("jaas.conf"), JAAS);
    }

    @Test
    void identitiesReachTheLeader() throws Exception {
        identitiesReachTheLeader(Kind.underTest(), Kind.underTest());
    }

    @ParameterizedTest
    @CsvSource({"APACHE, APACHE", "APACHE, QUORATE", "QUORATE, APACHE"})
    void identitiesReachTheLeader(Kind leader, Kind learner) throws Exception {
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(learner, leader, leader)
                .property(
                        "java.security.auth.login.config",
                        directory.resolve("jaas.conf").toString())
                .config("authProvider.1", "org.apache.zookeeper.server.auth.SASLAuthenticationProvider")
                // Without a secureClientPort an Apache server does not know the scheme by itself.
                .config("authProvider.x509", "org.apache.zookeeper.server.auth.X509AuthenticationProvider")
                .config("superUser", "admin")
                .config("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory")
                .config("client.portUnification", "true")
                .config("ssl.keyStore.location", serverKey.path().toString())
                .config("ssl.keyStore.password", TestKeys.PASSWORD)
                .config("ssl.trustStore.location", trustClients.path().toString())
                .config("ssl.trustStore.password", TestKeys.PASSWORD)
                .config("X509AuthenticationProvider.superUser", "CN=root,O=Quorate"));
        ensemble.start().awaitServing();
        assertThat(ensemble.leader().kind()).isEqualTo(leader);
        ServerProcess one = ensemble.server(1);
        assertThat(ask(one, ensemble.leader())).as("at %s", one).isEqualTo(ANSWERS);
        assertThat(ask(ensemble.leader(), one)).as("at %s", ensemble.leader()).isEqualTo(ANSWERS);
        ensemble.assertEqualTrees();
    }

    /** @param other where what was written is looked at */
    private static List<String> ask(ServerProcess server, ServerProcess other) throws Exception {
        List<String> answers = new ArrayList<>();
        byCertificate(server, other, answers);
        bySasl(server, other, answers);
        try (StockClient end = StockClient.secure(other.ports().client(), root, trustServer)) {
            end.zooKeeper().delete("/alice", -1);
        }
        return answers;
    }

    private static void byCertificate(ServerProcess server, ServerProcess other, List<String> answers)
            throws Exception {
        try (StockClient client = StockClient.secure(server.ports().client(), alice, trustServer);
                StockClient elsewhere = StockClient.secure(other.ports().client(), alice, trustServer);
                StockClient superUser = StockClient.secure(server.ports().client(), root, trustServer);
                StockClient stranger = StockClient.connect(server.address())) {
            answers.add("alice creates: "
                    + outcome(() -> client.zooKeeper()
                            .create("/alice", new byte[0], ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT)));
            elsewhere.sync();
            answers.add("its ACL: " + outcome(() -> acl(elsewhere)));
            answers.add("alice sets: " + outcome(() -> version(client)));
            answers.add("root sets: " + outcome(() -> version(superUser)));
            answers.add("a stranger sets: " + outcome(() -> version(stranger)));
            answers.add("a stranger reads: " + outcome(() -> stranger.get("/alice")));
        }
    }

    private static String acl(StockClient client) throws Exception {
        return client.zooKeeper().getACL("/alice", null).stream()
                .map(each -> each.getPerms() + " " + each.getId().getScheme() + ":"
                        + each.getId().getId())
                .collect(joining(", "));
    }

    private static int version(StockClient client) throws Exception {
        return client.zooKeeper().setData("/alice", new byte[1], -1).getVersion();
    }

    private static String outcome(Callable<?> call) throws Exception {
        try {
            return String.valueOf(call.call());
        } catch (KeeperException e) {
            return e.code().toString();
        }
    }

    private static void bySasl(ServerProcess server, ServerProcess other, List<String> answers) throws Exception {
        try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
            bob.prove("bob", "bobs secret");
            bob.ask("bob creates", OpCode.CREATE, createForOneself("/bob"));
            bob.ask("bob sets", OpCode.SET_DATA, set("/bob"));
            bob.ask("bob sets alice's", OpCode.SET_DATA, set("/alice"));
        }
        try (SaslDialogue admin = SaslDialogue.with(other, answers)) {
            admin.prove("admin", "admins secret");
            admin.ask("admin sets alice's", OpCode.SET_DATA, set("/alice"));
            admin.ask("admin deletes bob's", OpCode.DELETE, writer -> new PathVersionRequest("/bob", -1).write(writer));
        }
        try (SaslDialogue stranger = SaslDialogue.with(server, answers)) {
            stranger.ask("a stranger's create for itself", OpCode.CREATE, createForOneself("/stranger"));
        }
    }

    private static Consumer<JuteWriter> createForOneself(String path) {
        List<Acl> acl = List.of(new Acl(Perms.ALL, new Id("auth", "")));
        return writer -> new CreateRequest(path, new byte[0], acl, 0).write(writer);
    }

    private static Consumer<JuteWriter> set(String path) {
        return writer -> new SetDataRequest(path, new byte[1], -1).write(writer);
    }
}
