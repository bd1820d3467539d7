package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.WireClient;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.ReplyHeader;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens to clients who want too much at once, at Apache's server and at ours with the same zoo.cfg. */
@Timeout(180)
class ClientLimitsIT {
    private static final int PIPELINED = 200;

    @RegisterExtension
    final Servers servers = new Servers();

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

    private WireClient client(ServerProcess server) throws IOException {
        return servers.closing(WireClient.connect(server));
    }

    /** Begins or renews a session. */
    private static String connect(WireClient client, long sessionId, byte[] password) throws IOException {
        try {
            client.sendFrame(w -> new ConnectRequest(0, 0, 10_000, sessionId, password, false).write(w));
            ConnectResponse answer = ConnectResponse.read(new JuteReader(client.readFrame()));
            return answer.sessionId() == 0 ? "refused" : "session";
        } catch (EOFException | SocketException e) {
            return "closed";
        }
    }

    private String newSession(ServerProcess server) throws IOException {
        return connect(client(server), 0, new byte[16]);
    }

    private static Consumer<JuteWriter> create(String path, int bytes) {
        return writer -> new CreateRequest(path, new byte[bytes], Acl.OPEN, 0).write(writer);
    }

    private static List<String> metrics(ServerProcess server, String... names) {
        String all = server.fourLetterWord("mntr").orElseThrow();
        return all.lines()
                .filter(line -> List.of(names).contains(line.split("\t", 2)[0]))
                .sorted()
                .toList();
    }

    @Test
    void sessionsThatBeginTooFastAreClosed() throws Exception {
        Map<String, String> config = Map.of(
                "connection_throttle_tokens", "3",
                "connection_throttle_fill_time", "1000000000",
                "4lw.commands.whitelist", "*");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                answers.add(newSession(server));
            }
            answers.addAll(metrics(
                    server,
                    "zk_connection_rejected",
                    "zk_connection_request_count",
                    "zk_max_connection_token_deficit",
                    "zk_cnt_connection_token_deficit",
                    "zk_connection_drop_probability"));
            assertThat(answers).contains("session", "closed");
            return answers;
        });
    }

    @Test
    void aSessionThatComesBackTakesLessThanANewOne() throws Exception {
        Map<String, String> config = Map.of(
                "connection_throttle_tokens", "2",
                "connection_throttle_fill_time", "1000000000",
                "connection_throttle_weight_enabled", "true");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            WireClient first = client(server);
            first.sendFrame(w -> new ConnectRequest(0, 0, 10_000, 0, new byte[16], false).write(w));
            ConnectResponse session = ConnectResponse.read(new JuteReader(first.readFrame()));
            answers.add("renewed: " + connect(client(server), session.sessionId(), session.passwd()));
            answers.add("new with one token: " + newSession(server));
            answers.add("renewed with one token: " + connect(client(server), session.sessionId(), session.passwd()));
            return answers;
        });
    }

    @Test
    void aLargeRequestWithoutRoomClosesItsConnectionOnly() throws Exception {
        Map<String, String> config = Map.of(
                "largeRequestThreshold", "1000",
                "largeRequestMaxBytes", "10000",
                "4lw.commands.whitelist", "*");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            try (WireClient one = WireClient.session(server);
                    WireClient other = WireClient.session(server)) {
                answers.add("small: " + one.ask(OpCode.CREATE, create("/small", 500)));
                answers.add("large: " + one.ask(OpCode.CREATE, create("/large", 8000)));
                answers.add("again: " + one.ask(OpCode.CREATE, create("/again", 8000)));
                answers.add("too large: " + one.ask(OpCode.CREATE, create("/huge", 20_000)));
                answers.add("other: " + other.ask(OpCode.CREATE, create("/other", 8000)));
            }
            answers.addAll(metrics(server, "zk_large_requests_rejected"));
            return answers;
        });
    }

    @Test
    void requestsThatWaitForTheirTurnAreAnsweredInOrder() throws Exception {
        Map<String, String> config = Map.of("request_throttle_max_requests", "1");
        assertSame(config, server -> {
            List<String> answers = new ArrayList<>();
            try (WireClient one = WireClient.session(server);
                    WireClient other = WireClient.session(server)) {
                for (int i = 1; i <= PIPELINED; i++) {
                    send(one, i, OpCode.CREATE, create("/one-" + i, 0));
                    send(
                            other,
                            i,
                            OpCode.EXISTS,
                            writer -> writer.writeString("/none").writeBoolean(false));
                }
                for (int i = 1; i <= PIPELINED; i++) {
                    answers.add(header(one) + " " + header(other));
                }
            }
            return answers;
        });
    }

    private static void send(WireClient client, int xid, int op, Consumer<JuteWriter> body) throws IOException {
        client.sendFrame(writer -> {
            writer.writeInt(xid).writeInt(op);
            body.accept(writer);
        });
    }

    private static String header(WireClient client) throws IOException {
        ReplyHeader header = ReplyHeader.read(new JuteReader(client.readFrame()));
        return header.xid() + ":" + header.err();
    }
}
