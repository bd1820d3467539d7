package io.quorate.it;

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
import io.quorate.protocol.Perms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.X509Util;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** SASL DIGEST-MD5: the same exchanges with Apache's server and with ours, with the same files; the answers must be the same. */
@Timeout(240)
class SaslIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PROVIDER = "org.apache.zookeeper.server.auth.SASLAuthenticationProvider";

    private static final String JAAS = """
            Server {
                org.apache.zookeeper.server.auth.DigestLoginModule required
                user_bob="bobs secret"
                user_admin="admins secret"
                user_super="not this one";
            };
            """;

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    private Path directory;

    /** What is asked of a server; gives the answers, a line each. */
    @FunctionalInterface
    private interface Questions {
        List<String> ask(ServerProcess server) throws Exception;
    }

    private void assertSame(Map<String, String> config, Questions questions) throws Exception {
        List<String> ofApache = questions.ask(start(Kind.APACHE, config));
        List<String> ours = questions.ask(start(Kind.QUORATE, config));
        assertThat(ours).isEqualTo(ofApache);
    }

    private ServerProcess start(Kind kind, Map<String, String> config) throws IOException {
        Path jaas = Files.writeString(directory.resolve("jaas.conf"), JAAS);
        Ensemble alone = servers.ensemble(builder -> {
            config.forEach(builder::config);
            return builder.property("java.security.auth.login.config", jaas.toString())
                    .config("authProvider.1", PROVIDER)
                    .config("superUser.first", "admin")
                    .config("superUser", "super")
                    .config("SASLAuthenticationProvider.superPassword", "supers secret")
                    .voters(kind);
        });
        ServerProcess server = alone.server(1);
        server.start();
        server.awaitMode("standalone");
        return server;
    }

    private static Consumer<JuteWriter> create(String path, Id id) {
        List<Acl> acl = List.of(new Acl(Perms.ALL, id));
        return writer -> new CreateRequest(path, new byte[0], acl, 0).write(writer);
    }

    private static Consumer<JuteWriter> path(String path) {
        return writer -> writer.writeString(path).writeBoolean(false);
    }

    @Test
    void exchangesGoAsWithApache() throws Exception {
        assertSame(Map.of(), server -> {
            List<String> answers = new ArrayList<>();
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.prove("bob", "bobs secret");
                bob.ask("own", OpCode.CREATE, create("/bob", new Id("sasl", "bob")));
                bob.ask("auth", OpCode.CREATE, create("/auth", new Id("auth", "")));
                bob.ask("super", OpCode.CREATE, create("/admin", new Id("sasl", "admin")));
                bob.ask("read own", OpCode.GET_DATA, path("/bob"));
                bob.ask("read auth", OpCode.GET_DATA, path("/auth"));
                bob.ask("read other", OpCode.GET_DATA, path("/admin"));
                bob.whoAmI();
            }
            for (String[] user : new String[][] {
                {"admin", "admins secret"},
                {"super", "supers secret"},
                {"bob", "wrong"},
                {"nobody", "x"},
                {"super", "not this one"}
            }) {
                try (SaslDialogue client = SaslDialogue.with(server, answers)) {
                    client.prove(user[0], user[1]);
                    client.ask("read bobs", OpCode.GET_DATA, path("/bob"));
                    client.whoAmI();
                }
            }
            try (SaslDialogue stranger = SaslDialogue.with(server, answers)) {
                stranger.ask("unproved", OpCode.GET_DATA, path("/bob"));
                stranger.ask("open", OpCode.GET_DATA, path("/"));
            }
            return answers;
        });
    }

    @Test
    void whatIsNoExchangeIsRefusedAlike() throws Exception {
        assertSame(Map.of("allowSaslFailedClients", "false"), server -> {
            List<String> answers = new ArrayList<>();
            for (byte[] first : new byte[][] {{1, 2, 3}, new byte[5000], null}) {
                try (SaslDialogue client = SaslDialogue.with(server, answers)) {
                    client.token("first", first);
                    client.ask("then", OpCode.GET_DATA, path("/"));
                }
            }
            for (String second : List.of(
                    "",
                    "x",
                    "username=",
                    "username=\"bob\"",
                    "charset=utf-8,username=\"bob\",realm=\"zk-sasl-md5\",nonce=\"x\",nc=00000001,cnonce=\"y\","
                            + "digest-uri=\"zookeeper/zk-sasl-md5\",maxbuf=65536,response=1,qop=auth",
                    ",,,=,=\"",
                    "a=\"".repeat(2000))) {
                try (SaslDialogue client = SaslDialogue.with(server, answers)) {
                    client.token("first", new byte[0]);
                    client.token("second", StockClient.bytes(second));
                    client.ask("then", OpCode.GET_DATA, path("/"));
                }
            }
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.prove("bob", "bobs secret");
                bob.token("again", new byte[0]);
                bob.ask("then", OpCode.GET_DATA, path("/"));
            }
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.proveAs("admin", "bob", "bobs secret");
                bob.whoAmI();
            }
            return answers;
        });
    }

    @Test
    void whoFailsMayStayWhereThatIsAllowed() throws Exception {
        assertSame(Map.of("allowSaslFailedClients", "true"), server -> {
            List<String> answers = new ArrayList<>();
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.prove("bob", "wrong");
                bob.ask("then", OpCode.GET_DATA, path("/"));
                bob.prove("bob", "bobs secret");
                bob.whoAmI();
            }
            return answers;
        });
    }

    @Test
    void whoMustProveSomethingBySaslIsSentAwayUntilThen() throws Exception {
        Map<String, String> config = Map.of("allowSaslFailedClients", "true", "sessionRequireClientSASLAuth", "true");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.prove("bob", "bobs secret");
                bob.ask("read", OpCode.GET_DATA, path("/"));
            }
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.prove("bob", "wrong");
                bob.ask("then", OpCode.GET_DATA, path("/"));
            }
            try (SaslDialogue bob = SaslDialogue.with(server, answers)) {
                bob.ask("nothing proved", OpCode.GET_DATA, path("/"));
            }
            answers.addAll(stock(server, "bob", "bobs secret"));
            answers.addAll(stock(server, "bob", "wrong"));
            return answers;
        });
    }

    // ---- the stock client, which knows its user by a section of the JVM's JAAS configuration

    private static final class OneUser extends Configuration {
        private final Map<String, String> options;

        OneUser(String user, String password) {
            options = Map.of("username", user, "password", password);
        }

        @Override
        public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            return name.equals(SECTION)
                    ? new AppConfigurationEntry[] {
                        new AppConfigurationEntry(
                                DigestLoginModule.class.getName(),
                                AppConfigurationEntry.LoginModuleControlFlag.REQUIRED,
                                options)
                    }
                    : null;
        }
    }

    private static final String SECTION = "UserOfSaslIT";

    private Configuration before;

    @BeforeEach
    void keepConfiguration() {
        try {
            before = Configuration.getConfiguration();
        } catch (SecurityException e) {
            before = null;
        }
    }

    @AfterEach
    void restoreConfiguration() {
        Configuration.setConfiguration(before);
    }

    private static List<String> stock(ServerProcess server, String user, String password) throws InterruptedException {
        Configuration.setConfiguration(new OneUser(user, password));
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, SECTION);
        // The stock client does not know DIGEST-MD5 in its FIPS mode, which is its default. Servers take it in either
        // mode.
        config.setProperty(X509Util.FIPS_MODE_PROPERTY, "false");
        List<String> answers = new ArrayList<>();
        try (StockClient client = StockClient.open(server.address(), config)) {
            KeeperState state = client.awaitAnyState(
                    PATIENCE, KeeperState.SaslAuthenticated, KeeperState.AuthFailed, KeeperState.Expired);
            answers.add("stock client of " + user + ": " + state);
            if (state == KeeperState.SaslAuthenticated) {
                answers.add("creates " + createOwn(client));
            }
        }
        return answers;
    }

    private static String createOwn(StockClient client) throws InterruptedException {
        try {
            client.zooKeeper()
                    .create(
                            "/own",
                            new byte[0],
                            ZooDefs.Ids.CREATOR_ALL_ACL,
                            org.apache.zookeeper.CreateMode.PERSISTENT);
            return client.zooKeeper().getACL("/own", null) + " whoami "
                    + client.zooKeeper().whoAmI().stream()
                            .map(each -> each.getAuthScheme() + ":" + each.getUser())
                            .sorted()
                            .toList();
        } catch (KeeperException e) {
            return e.code().toString();
        }
    }
}
