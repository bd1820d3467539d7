package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.apache.ApacheServer;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Stat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Connections that break between a request and its answer, with a real server. */
@Timeout(60)
class RetryingQuorateTest {
    private static ApacheServer server;
    private static ProxiedServer proxy;

    private QuorateClient client;
    private BlockingQuorate nodes;
    private RetryingQuorate retrying;
    private String base;

    @BeforeAll
    static void startServer() throws Exception {
        server = new ApacheServer();
        proxy = new ProxiedServer(server.port());
    }

    @AfterAll
    static void stopServer() throws Exception {
        proxy.close();
        server.close();
    }

    @BeforeEach
    void connect(TestInfo test) throws Exception {
        client = QuorateClient.builder(proxy.address())
                .sessionTimeout(Duration.ofSeconds(20))
                .connect();
        nodes = client.blocking();
        retrying = client.retrying(RetryPolicy.DEFAULT);
        base = "/" + test.getTestMethod().orElseThrow().getName();
        nodes.create(base, null);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void readsAreRepeated() throws Exception {
        proxy.loseNextAnswer(OpCode.GET_DATA);
        assertThat(get(retrying.getData(base)).isNull()).isTrue();
        proxy.loseNextRequest(OpCode.GET_CHILDREN2);
        assertThat(get(retrying.getChildren(base)).names()).isEmpty();
    }

    @Test
    void aProtectedCreateThatHappenedIsFoundAgain() throws Exception {
        proxy.loseNextAnswer(OpCode.CREATE2);
        String path =
                get(retrying.createProtected(base + "/n-", new byte[] {1}, CreateMode.EPHEMERAL_SEQUENTIAL, Acl.OPEN));
        assertThat(RetryingQuorate.withoutProtection(path.substring(base.length() + 1)))
                .isEqualTo("n-0000000000");
        assertThat(nodes.getChildren(base).names()).hasSize(1);
        proxy.loseNextRequest(OpCode.CREATE2);
        get(retrying.createProtected(base + "/n-", new byte[] {1}, CreateMode.EPHEMERAL_SEQUENTIAL, Acl.OPEN));
        assertThat(nodes.getChildren(base).names()).hasSize(2);
    }

    @Test
    void anEphemeralCreateThatHappenedIsFoundByItsOwner() throws Exception {
        proxy.loseNextAnswer(OpCode.CREATE2);
        assertThat(get(retrying.create(base + "/e", null, CreateMode.EPHEMERAL)))
                .isEqualTo(base + "/e");
    }

    @Test
    void aPersistentCreateThatMayBeOursSaysSo() {
        proxy.loseNextAnswer(OpCode.CREATE2);
        assertThatThrownBy(() -> get(retrying.create(base + "/p", null, CreateMode.PERSISTENT)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        QuorateException.NodeExists.class,
                        exists -> assertThat(exists.mayHaveHappened()).isTrue());
        assertThatThrownBy(() -> get(retrying.create(base + "/p", null, CreateMode.PERSISTENT)))
                .cause()
                .isInstanceOfSatisfying(
                        QuorateException.NodeExists.class,
                        exists -> assertThat(exists.mayHaveHappened()).isFalse());
    }

    @Test
    void aWriteWithAVersionHappensOnceAtMost() throws Exception {
        proxy.loseNextRequest(OpCode.SET_DATA);
        Stat stat = get(retrying.setData(base, new byte[] {1}, 0));
        assertThat(stat.version()).isEqualTo(1);
        proxy.loseNextAnswer(OpCode.SET_DATA);
        assertThatThrownBy(() -> get(retrying.setData(base, new byte[] {2}, 1)))
                .cause()
                .isInstanceOfSatisfying(
                        QuorateException.BadVersion.class,
                        failure -> assertThat(failure.mayHaveHappened()).isTrue());
        assertThat(nodes.getData(base).stat().version()).isEqualTo(2);
    }

    @Test
    void aWriteOfAnyVersionIsLeftToItsCaller() throws Exception {
        proxy.loseNextAnswer(OpCode.SET_DATA);
        assertThatThrownBy(() -> get(retrying.setData(base, new byte[] {2}, Op.ANY_VERSION)))
                .cause()
                .isInstanceOfSatisfying(
                        QuorateException.ConnectionLoss.class,
                        loss -> assertThat(loss.mayHaveHappened()).isTrue());
    }

    @Test
    void aDeletionCanBeAskedForAsAState() throws Exception {
        nodes.create(base + "/d", null);
        proxy.loseNextAnswer(OpCode.DELETE);
        get(retrying.deleteIfExists(base + "/d"));
        assertThat(nodes.exists(base + "/d")).isEmpty();
        get(retrying.deleteIfExists(base + "/d"));
    }

    @Test
    void aGuardedMultiHappensExactlyOnce() throws Exception {
        List<Op> ops = List.of(Op.create(base + "/m-", null, CreateMode.PERSISTENT_SEQUENTIAL));
        proxy.loseNextAnswer(OpCode.MULTI);
        assertThat(get(retrying.multi(ops, base))).isEmpty();
        proxy.loseNextRequest(OpCode.MULTI);
        assertThat(get(retrying.multi(ops, base)).orElseThrow()).hasSize(1);
        assertThat(nodes.getChildren(base).names())
                .filteredOn(name -> name.startsWith("m-"))
                .hasSize(2);
    }

    @Test
    void theEndOfTheSessionEndsTheAttempts() throws Exception {
        Events<ConnectionState> states = new Events<>();
        client.addListener((state, reason) -> states.add(state));
        server.expire(client.sessionId());
        states.until(ConnectionState.EXPIRED);
        assertThatThrownBy(() -> get(retrying.getData(base)))
                .cause()
                .isInstanceOf(QuorateException.SessionExpired.class)
                .hasMessageContaining(base);
    }

    @Test
    void aClientThatIsClosedLeavesNobodyWaiting() throws Exception {
        RetryPolicy patient = new RetryPolicy(10, Duration.ofHours(1), Duration.ofMinutes(30), Duration.ofMinutes(30));
        Events<ConnectionState> states = new Events<>();
        client.addListener((state, reason) -> states.add(state));
        proxy.loseNextRequest(OpCode.GET_DATA);
        CompletableFuture<NodeData> read = client.retrying(patient).getData(base);
        states.until(ConnectionState.SUSPENDED);
        client.close();
        assertThatThrownBy(() -> get(read)).cause().isInstanceOf(QuorateException.SessionExpired.class);
    }

    @Test
    void aKeeperBeginsAnotherSessionWhenTheServersEndOne() throws Exception {
        Events<String> told = new Events<>();
        try (SessionKeeper keeper = SessionKeeper.start(QuorateClient.builder(proxy.address()))) {
            keeper.addListener(
                    (session, state, reason) -> told.add(state + " " + session.equals(keeper.client())), Runnable::run);
            told.until("CONNECTED true");
            QuorateClient first = keeper.client();
            Optional<Stat> seen = first.blocking().exists(base);
            assertThat(seen).isPresent();
            server.expire(first.sessionId());
            told.until("EXPIRED true");
            told.until("CONNECTED true");
            assertThat(keeper.client().sessionId()).isNotEqualTo(first.sessionId());
            Events<ConnectionState> late = new Events<>();
            keeper.addListener((session, state, reason) -> late.add(state), keeper.newSerialExecutor());
            assertThat(late.next()).isEqualTo(ConnectionState.CONNECTED);
        }
        told.until(line -> line.startsWith("CLOSED"));
    }
}
