package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.WireClient;
import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Perms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions that go from one server of an ensemble to another, and those whose client is gone when the leader is. */
@Timeout(240)
class MovingSessionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EPHEMERAL = 1;
    private static final String RECORD = "moving-session.txt";
    private static final List<Acl> OPEN = List.of(new Acl(Perms.ALL, new Id("world", "anyone")));

    @RegisterExtension
    final Servers servers = new Servers();

    private Ensemble ensemble(Kind... voters) {
        // A server that stands still for a moment must not be given up by its leader.
        return servers.ensemble(builder -> builder.voters(voters)
                .config("syncLimit", "60")
                .config("initLimit", "60")
                .config("maxSessionTimeout", "120000"));
    }

    @Test
    void sessionsMoveAndExpireWhoeverLeads() throws Exception {
        Kind kind = Kind.underTest();
        Ensemble ensemble = ensemble(kind, kind, kind).start().awaitServing();
        assertThat(ask(ensemble)).isEqualTo(recorded());
        expiryGoesOnUnderTheNextLeader(ensemble);
    }

    // ---- a session that has moved

    /** What Apache servers answer; a full run asks them, too. */
    private static List<String> recorded() throws IOException {
        try (InputStream text = Objects.requireNonNull(MovingSessionIT.class.getResourceAsStream(RECORD))) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @ParameterizedTest
    @Tag("full")
    @CsvSource({"APACHE, APACHE", "APACHE, QUORATE", "QUORATE, APACHE"})
    void theServerThatASessionHasLeftIsRefusedAlikeUnderEveryLeader(Kind leader, Kind learner) throws Exception {
        Ensemble ensemble = ensemble(learner, learner, leader);
        ensemble.server(3).start();
        ensemble.server(1).start();
        ensemble.server(3).awaitMode("leader");
        ensemble.start().awaitServing();
        assertThat(ask(ensemble)).isEqualTo(recorded());
    }

    private static List<String> ask(Ensemble ensemble) throws IOException {
        List<String> answers = new ArrayList<>();
        ServerProcess leader = ensemble.leader();
        ServerProcess one = ensemble.followers().get(0);
        ServerProcess other = ensemble.followers().get(1);
        moves("from follower to follower", one, other, answers);
        moves("from follower to leader", one, leader, answers);
        moves("from leader to follower", leader, one, answers);
        lateRevalidation(one, other, answers);
        lateEnd(one, other, answers);
        return answers;
    }

    private static void moves(String what, ServerProcess from, ServerProcess to, List<String> answers)
            throws IOException {
        answers.add("---- " + what);
        for (String late : List.of("create", "multi", "sync", "read")) {
            String path = "/" + from.sid() + "-" + to.sid() + "-" + late;
            try (WireClient old = WireClient.session(from);
                    WireClient owner = WireClient.comingBack(to, old)) {
                answers.add("before: " + isSame(old, owner));
                answers.add("late " + late + ": "
                        + switch (late) {
                            case "create" -> old.ask(OpCode.CREATE, create(path, 0));
                            case "multi" -> old.ask(OpCode.MULTI, multi(path));
                            case "sync" -> old.ask(OpCode.SYNC, writer -> writer.writeString("/"));
                            default -> old.ask(OpCode.GET_DATA, path("/"));
                        });
                answers.add("the owner's create: " + owner.ask(OpCode.CREATE, create(path + "-owner", EPHEMERAL)));
                answers.add("the owner's multi: " + owner.ask(OpCode.MULTI, multi(path + "-multi")));
                answers.add("the owner looks for what came late: " + owner.ask(OpCode.EXISTS, path(path)));
                answers.add("the owner's end: " + owner.ask(OpCode.CLOSE_SESSION, writer -> {}));
            }
        }
    }

    private static String isSame(WireClient old, WireClient again) throws IOException {
        return again.awaitGranted().sessionId() == old.granted().sessionId() ? "the same session" : "another session";
    }

    /**
     * ZOOKEEPER-2886: a client gives up a slow server and goes back to another, which the slow one's late question to the leader makes
     * the wrong one. A client that only sends multis has to learn of it: by the end of its connection, not by answers that
     * go on for ever.
     */
    private static void lateRevalidation(ServerProcess one, ServerProcess slow, List<String> answers)
            throws IOException {
        answers.add("---- late revalidation");
        try (WireClient first = WireClient.session(one)) {
            slow.pause();
            try (WireClient givenUp = WireClient.comingBack(slow, first);
                    WireClient back = WireClient.comingBack(one, first)) {
                answers.add("back: " + isSame(first, back));
                answers.add("multi: " + back.ask(OpCode.MULTI, multi("/2886-1")));
                slow.resume();
                answers.add("the slow server: " + isSame(first, givenUp));
                answers.add("multi: " + back.ask(OpCode.MULTI, multi("/2886-2")));
            } finally {
                slow.resume();
            }
            try (WireClient again = WireClient.comingBack(one, first)) {
                answers.add("again: " + isSame(first, again));
                answers.add("multi: " + again.ask(OpCode.MULTI, multi("/2886-3")));
                answers.add("multi: " + again.ask(OpCode.MULTI, multi("/2886-4")));
                answers.add("end: " + again.ask(OpCode.CLOSE_SESSION, writer -> {}));
            }
        }
    }

    private static void lateEnd(ServerProcess one, ServerProcess other, List<String> answers) throws IOException {
        answers.add("---- the end");
        try (WireClient old = WireClient.session(one);
                WireClient owner = WireClient.comingBack(other, old)) {
            answers.add("before: " + isSame(old, owner));
            answers.add("ephemeral: " + owner.ask(OpCode.CREATE, create("/end", EPHEMERAL)));
            answers.add("the old server ends it: " + old.ask(OpCode.CLOSE_SESSION, writer -> {}));
            answers.add("the owner is closed: " + owner.isClosed());
            try (WireClient again = WireClient.comingBack(other, old)) {
                answers.add("again: time-out " + again.awaitGranted().timeOut());
            }
            try (WireClient reader = WireClient.session(other)) {
                answers.add("its ephemeral: " + reader.ask(OpCode.EXISTS, path("/end")));
            }
        }
    }

    // ---- expiry when the leader changes

    /** A new leader gives every session its time again, and forgets none whose client is gone for good. */
    private void expiryGoesOnUnderTheNextLeader(Ensemble ensemble) throws Exception {
        ServerProcess leader = ensemble.leader();
        ServerProcess follower = ensemble.followers().get(0);
        WireClient brief = WireClient.session(follower, 4 * Ensemble.TICK_MS);
        WireClient lasting = WireClient.session(leader, 120_000);
        assertThat(brief.ask(OpCode.CREATE, create("/brief", EPHEMERAL))).isEqualTo("err 0, body");
        assertThat(lasting.ask(OpCode.CREATE, create("/lasting", EPHEMERAL))).isEqualTo("err 0, body");

        brief.close();
        lasting.close();
        leader.kill9();
        ensemble.awaitServing();
        StockClient reader = servers.client(ensemble.leader());
        Await.until("the session without a client to expire", PATIENCE, () -> !reader.exists("/brief"));
        assertThat(reader.exists("/lasting")).isTrue();

        leader.start();
        ensemble.awaitServing();
        try (WireClient again = WireClient.comingBack(leader, lasting)) {
            assertThat(again.awaitGranted().sessionId())
                    .isEqualTo(lasting.granted().sessionId());
            assertThat(again.ask(OpCode.CLOSE_SESSION, writer -> {})).isEqualTo("err 0");
        }
        try (WireClient again = WireClient.comingBack(leader, brief)) {
            assertThat(again.awaitGranted().timeOut())
                    .as("that of an expired session")
                    .isZero();
        }
        reader.sync();
        assertThat(reader.exists("/lasting")).isFalse();
        ensemble.assertEqualTrees();
    }

    // ---- requests

    private static Consumer<JuteWriter> create(String path, int flags) {
        return writer -> new CreateRequest(path, new byte[0], OPEN, flags).write(writer);
    }

    /** One create. */
    private static Consumer<JuteWriter> multi(String path) {
        return writer -> {
            MultiHeader.ofRequest(OpCode.CREATE).write(writer);
            create(path, 0).accept(writer);
            MultiHeader.END.write(writer);
        };
    }

    private static Consumer<JuteWriter> path(String path) {
        return writer -> writer.writeString(path).writeBoolean(false);
    }
}
