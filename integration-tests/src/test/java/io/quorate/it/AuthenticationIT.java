package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.WireClient;
import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Perms;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same questions about who one is, to Apache's server and to ours, with the same zoo.cfg; the answers must be the same. */
@Timeout(180)
class AuthenticationIT {
    private static final String APACHE = "org.apache.zookeeper.server.auth.";

    @RegisterExtension
    final Servers servers = new Servers();

    /** What is asked of a server; gives the answers, a line each. */
    @FunctionalInterface
    private interface Questions {
        List<String> ask(ServerProcess server) throws IOException;
    }

    private void assertSame(Map<String, String> config, Questions questions) throws IOException {
        List<String> ofApache = questions.ask(start(Kind.APACHE, config));
        List<String> ours = questions.ask(start(Kind.QUORATE, config));
        assertThat(ours).isEqualTo(ofApache);
    }

    private ServerProcess start(Kind kind, Map<String, String> config) {
        Ensemble alone = servers.ensemble(builder -> {
            config.forEach(builder::config);
            return builder.voters(kind);
        });
        ServerProcess server = alone.server(1);
        server.start();
        server.awaitMode("standalone");
        return server;
    }

    private static Consumer<JuteWriter> auth(String scheme, String text) {
        return writer -> new AuthPacket(0, scheme, text.getBytes(StandardCharsets.UTF_8)).write(writer);
    }

    private static Consumer<JuteWriter> create(String path, Id... ids) {
        List<Acl> acl = new ArrayList<>();
        for (Id id : ids) {
            acl.add(new Acl(Perms.ALL, id));
        }
        return writer -> new CreateRequest(path, new byte[0], acl, 0).write(writer);
    }

    private static Consumer<JuteWriter> path(String path) {
        return writer -> writer.writeString(path).writeBoolean(false);
    }

    @Test
    void whoMustProveSomethingIsSentAwayUntilThen() throws Exception {
        Map<String, String> config = Map.of(
                "enforce.auth.enabled", "true",
                "enforce.auth.schemes", "digest",
                "authProvider.1", APACHE + "EnsembleAuthenticationProvider",
                "ensembleAuthName", "blue,azure");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            for (int op :
                    new int[] {OpCode.GET_DATA, OpCode.PING, OpCode.CREATE, OpCode.CLOSE_SESSION, OpCode.SYNC, 77}) {
                try (WireClient client = WireClient.session(server)) {
                    answers.add(op + " first: " + client.ask(op, path("/")));
                    answers.add("then: closed " + client.isClosed());
                }
            }
            try (WireClient client = WireClient.session(server)) {
                answers.add("ensemble: " + client.ask(OpCode.AUTH, auth("ensemble", "azure")));
                answers.add("digest: " + client.ask(OpCode.AUTH, auth("digest", "u:p")));
                answers.add("read: " + client.ask(OpCode.GET_DATA, path("/")));
                answers.add("ping: " + client.ask(OpCode.PING, body -> {}));
            }
            try (WireClient client = WireClient.session(server)) {
                answers.add("other ensemble: " + client.ask(OpCode.AUTH, auth("ensemble", "red")));
            }
            try (WireClient client = WireClient.session(server)) {
                answers.add("no ensemble: " + client.ask(OpCode.AUTH, auth("ensemble", "")));
                answers.add("and still: " + client.ask(OpCode.GET_DATA, path("/")));
            }
            return answers;
        });
    }

    @Test
    void idsOfAclsAreJudgedAlike() throws Exception {
        Map<String, String> config = Map.of(
                "authProvider.1", APACHE + "SASLAuthenticationProvider",
                "authProvider.2", APACHE + "X509AuthenticationProvider",
                "letAnySaslUserDoX", "anybody");
        List<Id> ids = new ArrayList<>();
        for (String each : List.of(
                "1.2.3.4",
                "1.2.3.4/0",
                "1.2.3.4/32",
                "1.2.3.4/33",
                "1.2.3.4/-1",
                "1.2.3.4/",
                "1.2.3.4/x",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.2.3.4/8/8",
                "",
                "/",
                "host",
                "::1",
                "::1/128",
                "::1/129",
                "fe80::/10",
                "1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "::1::2",
                "::ffff:1.2.3.4",
                "12345::1",
                ":",
                "::")) {
            ids.add(new Id("ip", each));
        }
        for (String each : List.of("u:h", "u", "u:", ":h", ":", "a:b:c", "")) {
            ids.add(new Id("digest", each));
        }
        for (String each : List.of("bob", "bob@R", "bob/h@R", "bob@R@S", "a/b/c@R", "a/b/c", "", "@", "/@")) {
            ids.add(new Id("sasl", each));
        }
        for (String each : List.of("CN=bob", "bob", "", "CN=bob,O=x", "CN=bob, O=x", "CN=", "=")) {
            ids.add(new Id("x509", each));
        }
        for (String each : List.of("anyone", "anybody", "")) {
            ids.add(new Id("world", each));
            ids.add(new Id("auth", each));
            ids.add(new Id("super", each));
            ids.add(new Id("ensemble", each));
            ids.add(new Id("", each));
        }
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            try (WireClient client = WireClient.session(server)) {
                for (int i = 0; i < ids.size(); i++) {
                    answers.add(ids.get(i) + ": " + client.ask(OpCode.CREATE, create("/n" + i, ids.get(i))));
                    answers.add("reading it: " + client.ask(OpCode.GET_DATA, path("/n" + i)));
                }
            }
            for (String scheme : List.of("sasl", "x509", "world", "super", "auth", "nosuch", "")) {
                try (WireClient client = WireClient.session(server)) {
                    answers.add("auth " + scheme + ": " + client.ask(OpCode.AUTH, auth(scheme, "x")));
                    answers.add("then: " + client.ask(OpCode.GET_DATA, path("/")));
                }
            }
            return answers;
        });
    }

    @Test
    void digestsCanBeSwitchedOffAndAclsSkipped() throws Exception {
        assertSame(Map.of("DigestAuthenticationProvider.enabled", "false"), server -> {
            List<String> answers = new ArrayList<>();
            try (WireClient client = WireClient.session(server)) {
                answers.add("acl: " + client.ask(OpCode.CREATE, create("/n", new Id("digest", "u:h"))));
                answers.add("digest: " + client.ask(OpCode.AUTH, auth("digest", "u:p")));
                answers.add("then: " + client.ask(OpCode.GET_DATA, path("/")));
            }
            return answers;
        });
        Map<String, String> config = Map.of("skipACL", "yes", "DigestAuthenticationProvider.digestAlg", "SHA-256");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            try (WireClient client = WireClient.session(server)) {
                answers.add("auth without identity: " + client.ask(OpCode.CREATE, create("/a", new Id("auth", ""))));
                answers.add("empty: " + client.ask(OpCode.CREATE, create("/b")));
                answers.add("of others: " + client.ask(OpCode.CREATE, create("/c", new Id("digest", "u:h"))));
                answers.add("below: " + client.ask(OpCode.CREATE, create("/c/d", new Id("ip", "9.9.9.9"))));
                answers.add("digest: " + client.ask(OpCode.AUTH, auth("digest", "u:p")));
                answers.add("of one's own: " + client.ask(OpCode.CREATE, create("/e", new Id("auth", ""))));
                client.sendFrame(w -> w.writeInt(99).writeInt(OpCode.GET_ACL).writeString("/e"));
                byte[] acl = client.readFrame();
                answers.add(new String(acl, 24, 60, StandardCharsets.ISO_8859_1).replaceAll("[^!-~]", "."));
            }
            return answers;
        });
    }
}
