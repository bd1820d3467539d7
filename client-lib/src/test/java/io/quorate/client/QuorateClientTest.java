package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.apache.ApacheServer;
import io.quorate.client.session.ConnectionState;
import io.quorate.jute.Id;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Perms;
import io.quorate.protocol.Stat;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherType;
import io.quorate.protocol.WhoAmIResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Every operation against a real Apache ZooKeeper server. */
@Timeout(60)
class QuorateClientTest {
    private static ApacheServer server;

    private final Events<ConnectionState> states = new Events<>();
    private QuorateClient client;
    private BlockingQuorate nodes;
    private String base;

    @BeforeAll
    static void startServer() throws Exception {
        System.setProperty("zookeeper.extendedTypesEnabled", "true");
        System.setProperty("zookeeper.admin.enableServer", "false");
        server = new ApacheServer();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect(TestInfo test) throws Exception {
        client = builder("").listener((state, reason) -> states.add(state)).connect();
        nodes = client.blocking();
        base = "/" + test.getTestMethod().orElseThrow().getName();
        nodes.create(base, bytes("base"));
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static ClientBuilder builder(String chroot) {
        return QuorateClient.builder(server.address() + chroot).sessionTimeout(Duration.ofSeconds(10));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void dataIsReadBackWithItsStat() throws Exception {
        CreatedNode created = nodes.createWithStat(base + "/n", bytes("one"), CreateMode.PERSISTENT, Acl.OPEN);
        assertThat(created.path()).isEqualTo(base + "/n");
        NodeData read = nodes.getData(base + "/n");
        assertThat(read.text()).isEqualTo("one");
        assertThat(read.stat()).isEqualTo(created.stat());
        Stat changed = nodes.setData(base + "/n", bytes("two"), 0);
        assertThat(changed.version()).isEqualTo(1);
        assertThat(nodes.exists(base + "/n")).contains(changed);
        assertThat(nodes.getChildren(base).names()).containsExactly("n");
        nodes.delete(base + "/n", 1);
        assertThat(nodes.exists(base + "/n")).isEmpty();
    }

    @Test
    void noDataIsNotEmptyData() throws Exception {
        nodes.create(base + "/null", null);
        nodes.create(base + "/empty", new byte[0]);
        assertThat(nodes.getData(base + "/null").isNull()).isTrue();
        assertThat(nodes.getData(base + "/null").data()).isEmpty();
        assertThat(nodes.getData(base + "/empty").isNull()).isFalse();
    }

    @Test
    void everyKindOfNode() throws Exception {
        assertThat(nodes.create(base + "/s-", null, CreateMode.PERSISTENT_SEQUENTIAL))
                .isEqualTo(base + "/s-0000000000");
        assertThat(nodes.create(base + "/", null, CreateMode.EPHEMERAL_SEQUENTIAL))
                .isEqualTo(base + "/0000000001");
        assertThat(nodes.create(base + "/c", null, CreateMode.CONTAINER)).isEqualTo(base + "/c");
        CreatedNode timed =
                nodes.createWithTtl(base + "/t", null, CreateMode.PERSISTENT_WITH_TTL, Acl.OPEN, Duration.ofHours(1));
        assertThat(timed.stat().ephemeralOwner()).isZero();
        CreatedNode ephemeral = nodes.createWithStat(base + "/e", bytes("e"), CreateMode.EPHEMERAL, Acl.OPEN);
        assertThat(client.owns(ephemeral.stat())).isTrue();
        assertThat(client.owns(timed.stat())).isFalse();
    }

    @Test
    void errorsSayWhatWasTriedAndOnWhich() {
        assertThatThrownBy(() -> nodes.getData("/nowhere"))
                .isInstanceOf(QuorateException.NoNode.class)
                .hasMessage("getData /nowhere: no node")
                .extracting("code", "path", "operation")
                .containsExactly(ErrorCode.NO_NODE, "/nowhere", "getData");
        assertThatThrownBy(() -> nodes.create(base, null)).isInstanceOf(QuorateException.NodeExists.class);
        assertThatThrownBy(() -> nodes.setData(base, null, 7)).isInstanceOf(QuorateException.BadVersion.class);
        assertThatThrownBy(() -> {
                    nodes.create(base + "/child", null);
                    nodes.delete(base);
                })
                .isInstanceOf(QuorateException.NotEmpty.class);
        assertThatThrownBy(() -> nodes.create(base + "//x", null))
                .isInstanceOf(QuorateException.class)
                .hasMessageContaining("empty component");
        assertThatThrownBy(() -> client.getData("/nowhere").get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(QuorateException.NoNode.class);
    }

    @Test
    void aTimeToLiveThatServersCouldNotBearIsRefusedHere() {
        assertThatThrownBy(() -> nodes.createWithTtl(
                        base + "/t", null, CreateMode.PERSISTENT_WITH_TTL, Acl.OPEN, Duration.ofMillis(1L << 40)))
                .hasMessageContaining("time to live");
        assertThatThrownBy(() -> nodes.create(base + "/t", null, CreateMode.PERSISTENT_WITH_TTL))
                .hasMessageContaining("time to live");
    }

    @Test
    void aRequestThatServersWouldHangUpOnIsRefusedHere() throws Exception {
        assertThatThrownBy(() -> nodes.setData(base, new byte[0x100000])).hasMessageContaining("jute.maxbuffer");
        assertThat(nodes.getData(base).text()).isEqualTo("base");
        assertThat(client.state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aMultiIsDoneWholeOrNotAtAll() throws Exception {
        List<OpResult> results = nodes.multi(
                Op.check(base, 0),
                Op.create(base + "/a", bytes("a")),
                Op.create(base + "/s-", bytes("s"), CreateMode.PERSISTENT_SEQUENTIAL),
                Op.setData(base + "/a", bytes("b"), 0),
                Op.create(base + "/gone", bytes("")),
                Op.delete(base + "/gone"));
        assertThat(results).hasSize(6);
        assertThat(((OpResult.Created) results.get(2)).path()).isEqualTo(base + "/s-0000000001");
        assertThat(((OpResult.DataSet) results.get(3)).stat().version()).isEqualTo(1);
        assertThat(nodes.multi()).isEmpty();
        assertThatThrownBy(() -> nodes.multi(
                        Op.create(base + "/b", null), Op.setData(base + "/a", null, 9), Op.delete(base + "/a")))
                .isInstanceOfSatisfying(QuorateException.MultiFailed.class, failed -> {
                    assertThat(failed.code()).isEqualTo(ErrorCode.BAD_VERSION);
                    assertThat(failed.failedIndex()).isEqualTo(1);
                    assertThat(failed.path()).isEqualTo(base + "/a");
                    assertThat(failed.codes())
                            .containsExactly(ErrorCode.OK, ErrorCode.BAD_VERSION, ErrorCode.RUNTIME_INCONSISTENCY);
                });
        assertThat(nodes.exists(base + "/b")).isEmpty();
    }

    @Test
    void watchesTellOnce() throws Exception {
        Events<WatchEvent> events = new Events<>();
        assertThat(nodes.exists(base + "/w", events::add)).isEmpty();
        nodes.getChildren(base, events::add);
        nodes.create(base + "/w", bytes("1"));
        assertThat(List.of(events.next().type(), events.next().type()))
                .containsExactly(EventType.NODE_CREATED, EventType.NODE_CHILDREN_CHANGED);
        nodes.getData(base + "/w", events::add);
        nodes.setData(base + "/w", bytes("2"));
        WatchEvent changed = events.next();
        assertThat(changed.type()).isEqualTo(EventType.NODE_DATA_CHANGED);
        assertThat(changed.zxid()).isEqualTo(nodes.getData(base + "/w").stat().mzxid());
        nodes.setData(base + "/w", bytes("3"));
        nodes.getChildren(base + "/w", events::add);
        nodes.delete(base + "/w");
        assertThat(events.next()).satisfies(event -> assertThat(event.type()).isEqualTo(EventType.NODE_DELETED));
        assertThat(events.isEmpty()).isTrue();
    }

    @Test
    void anEventIsToldBeforeTheAnswerThatShowsTheChange() throws Exception {
        List<String> order = new ArrayList<>();
        nodes.getData(base, event -> order.add("event"));
        CompletableFuture<?> write = client.setData(base, bytes("x")).thenAccept(stat -> order.add("written"));
        CompletableFuture<?> read = client.getData(base).thenAccept(data -> order.add(data.text()));
        write.get(30, TimeUnit.SECONDS);
        read.get(30, TimeUnit.SECONDS);
        assertThat(order).containsExactly("event", "written", "x");
    }

    @Test
    void manyRequestsInFlightAreAnsweredInOrder() throws Exception {
        List<CompletableFuture<Stat>> writes = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            writes.add(client.setData(base, bytes("v" + i)));
        }
        CompletableFuture<NodeData> last = client.getData(base);
        for (int i = 0; i < writes.size(); i++) {
            assertThat(writes.get(i).get(30, TimeUnit.SECONDS).version()).isEqualTo(i + 1);
        }
        assertThat(last.get(30, TimeUnit.SECONDS).text()).isEqualTo("v1999");
    }

    @Test
    void aclsAndCredentials() throws Exception {
        List<Acl> mine = List.of(new Acl(Perms.ALL, new Id("digest", "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=")));
        nodes.create(base + "/secret", bytes("s"), CreateMode.PERSISTENT, mine);
        assertThatThrownBy(() -> nodes.getData(base + "/secret")).isInstanceOf(QuorateException.NoAuth.class);
        nodes.addAuth("digest", bytes("u:p"));
        assertThat(nodes.getData(base + "/secret").text()).isEqualTo("s");
        assertThat(nodes.getAcl(base + "/secret").acl()).isEqualTo(mine);
        assertThat(nodes.setAcl(base + "/secret", Acl.CREATOR_ALL, 0).aversion())
                .isEqualTo(1);
        assertThat(nodes.getAcl(base + "/secret").acl()).isEqualTo(mine);
        states.until(ConnectionState.CONNECTED);
        server.dropConnections();
        states.until(ConnectionState.CONNECTED);
        assertThat(nodes.getData(base + "/secret").text())
                .describedAs("credentials are shown again")
                .isEqualTo("s");
    }

    @Test
    void credentialsThatAreRefusedEndTheSession() throws Exception {
        assertThatThrownBy(() -> nodes.addAuth("nonsense", bytes("x"))).hasMessageContaining("auth failed");
        states.until(ConnectionState.AUTH_FAILED);
        assertThatThrownBy(() -> nodes.getData(base)).hasMessageContaining("auth failed");
    }

    @Test
    void belowAChrootPathsAreTheUsersOwn() throws Exception {
        try (QuorateClient inside = builder(base).connect()) {
            Events<WatchEvent> events = new Events<>();
            inside.blocking().getChildren("/", events::add);
            assertThat(inside.blocking().create("/n-", bytes("in"), CreateMode.PERSISTENT_SEQUENTIAL))
                    .isEqualTo("/n-0000000000");
            assertThat(events.next().path()).isEqualTo("/");
            assertThat(nodes.getData(base + "/n-0000000000").text()).isEqualTo("in");
            assertThat(inside.blocking().getData("/").text()).isEqualTo("base");
            inside.blocking().exists("/x", events::add);
            OpResult created = inside.blocking().multi(Op.create("/x", null)).get(0);
            assertThat(((OpResult.Created) created).path()).isEqualTo("/x");
            assertThat(events.next().path()).isEqualTo("/x");
            inside.blocking().sync("/");
        }
    }

    @Test
    void theStockClientSeesWhatWeWriteAndTheOtherWayRound() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        try (ZooKeeper stock = new ZooKeeper(server.address(), 10_000, event -> connected.countDown())) {
            assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();
            stock.create(
                    base + "/theirs",
                    bytes("t"),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    org.apache.zookeeper.CreateMode.EPHEMERAL);
            assertThat(nodes.getData(base + "/theirs").text()).isEqualTo("t");
            assertThat(nodes.getData(base + "/theirs").stat().ephemeralOwner()).isEqualTo(stock.getSessionId());
            Events<WatchEvent> events = new Events<>();
            nodes.getData(base + "/theirs", events::add);
            stock.setData(base + "/theirs", bytes("u"), 0);
            assertThat(events.next().type()).isEqualTo(EventType.NODE_DATA_CHANGED);
            CompletableFuture<String> seen = new CompletableFuture<>();
            stock.exists(base + "/ours", event -> seen.complete(event.getType() + " " + event.getPath()));
            nodes.create(base + "/ours", bytes("o"), CreateMode.EPHEMERAL);
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("NodeCreated " + base + "/ours");
            assertThat(stock.getData(base + "/ours", false, null)).isEqualTo(bytes("o"));
        }
    }

    @Test
    void closingRemovesEphemeralNodesAtOnce() throws Exception {
        Events<WatchEvent> events = new Events<>();
        QuorateClient other = builder("").connect();
        other.blocking().create(base + "/e", null, CreateMode.EPHEMERAL);
        nodes.exists(base + "/e", events::add);
        other.close();
        assertThat(events.next().type()).isEqualTo(EventType.NODE_DELETED);
        assertThat(other.state()).isEqualTo(ConnectionState.CLOSED);
        assertThatThrownBy(() -> other.blocking().getData(base)).isInstanceOf(QuorateException.SessionExpired.class);
        other.close();
    }

    @Test
    void aSessionThatTheServersEndedIsToldAsExpired() throws Exception {
        server.expire(client.sessionId());
        states.until(ConnectionState.SUSPENDED);
        assertThat(states.next()).isEqualTo(ConnectionState.EXPIRED);
        assertThatThrownBy(() -> nodes.getData(base)).isInstanceOf(QuorateException.SessionExpired.class);
    }

    @Test
    void watchesComeBackAfterAReconnect() throws Exception {
        Events<WatchEvent> events = new Events<>();
        nodes.create(base + "/changed", null);
        nodes.create(base + "/deleted", null);
        nodes.getData(base + "/changed", events::add);
        nodes.exists(base + "/created", events::add);
        nodes.getChildren(base + "/changed", events::add);
        nodes.exists(base + "/deleted", events::add);
        states.until(ConnectionState.CONNECTED);
        server.dropConnections();
        states.until(ConnectionState.CONNECTED);
        nodes.setData(base + "/changed", bytes("x"));
        nodes.create(base + "/created", null);
        nodes.create(base + "/changed/child", null);
        nodes.delete(base + "/deleted");
        assertThat(List.of(events.next(), events.next(), events.next(), events.next()))
                .extracting(WatchEvent::type, WatchEvent::path)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(EventType.NODE_DATA_CHANGED, base + "/changed"),
                        org.assertj.core.groups.Tuple.tuple(EventType.NODE_CREATED, base + "/created"),
                        org.assertj.core.groups.Tuple.tuple(EventType.NODE_CHILDREN_CHANGED, base + "/changed"),
                        org.assertj.core.groups.Tuple.tuple(EventType.NODE_DELETED, base + "/deleted"));
    }

    @Test
    void watchesThatStayTellOfEveryChangeUntilTheyAreRemoved() throws Exception {
        Events<WatchEvent> recursive = new Events<>();
        Events<WatchEvent> persistent = new Events<>();
        Watcher whole = recursive::add;
        Watcher node = persistent::add;
        nodes.addWatch(base, WatchMode.PERSISTENT_RECURSIVE, whole);
        nodes.addWatch(base, WatchMode.PERSISTENT, node);
        nodes.create(base + "/a", bytes("1"));
        nodes.setData(base + "/a", bytes("2"));
        nodes.setData(base + "/a", bytes("3"));
        nodes.delete(base + "/a");
        for (EventType type : List.of(
                EventType.NODE_CREATED,
                EventType.NODE_DATA_CHANGED,
                EventType.NODE_DATA_CHANGED,
                EventType.NODE_DELETED)) {
            assertThat(recursive.next())
                    .extracting(WatchEvent::type, WatchEvent::path)
                    .containsExactly(type, base + "/a");
        }
        assertThat(persistent.next().type()).isEqualTo(EventType.NODE_CHILDREN_CHANGED);
        assertThat(persistent.next().type()).isEqualTo(EventType.NODE_CHILDREN_CHANGED);
        assertThat(nodes.checkWatches(base, WatcherType.PERSISTENT)).isTrue();
        nodes.removeWatch(base, WatcherType.PERSISTENT, node);
        assertThat(nodes.checkWatches(base, WatcherType.PERSISTENT)).isFalse();
        assertThatThrownBy(() -> nodes.removeWatch(base, WatcherType.PERSISTENT, node))
                .hasMessageContaining("no watcher");
        nodes.setData(base, bytes("changed"));
        assertThat(recursive.next().path()).isEqualTo(base);
        nodes.removeWatches(base, WatcherType.ANY);
        nodes.setData(base, bytes("unseen"));
        nodes.sync(base);
        assertThat(recursive.isEmpty()).isTrue();
        assertThat(persistent.isEmpty()).isTrue();
    }

    @Test
    void watchesThatStayAreThereAgainAfterAReconnect() throws Exception {
        Events<WatchEvent> events = new Events<>();
        nodes.addWatch(base, WatchMode.PERSISTENT_RECURSIVE, events::add);
        states.until(ConnectionState.CONNECTED);
        for (int i = 0; i < 3; i++) {
            server.dropConnections();
            states.until(ConnectionState.CONNECTED);
            nodes.create(base + "/n" + i, null);
            assertThat(events.next().path()).isEqualTo(base + "/n" + i);
        }
    }

    @Test
    void theOtherReads() throws Exception {
        nodes.create(base + "/e", null, CreateMode.EPHEMERAL);
        nodes.create(base + "/p", bytes("p"));
        nodes.create(base + "/p/q", null);
        assertThat(nodes.getAllChildrenNumber(base)).isEqualTo(3);
        assertThat(nodes.getEphemerals("/")).containsExactly(base + "/e");
        assertThat(nodes.getEphemerals("/nothing")).isEmpty();
        assertThat(nodes.whoAmI()).contains(new WhoAmIResponse.Identity("ip", "127.0.0.1"));
        List<ReadResult> results = nodes.multiRead(
                List.of(ReadOp.getData(base + "/p"), ReadOp.getData(base + "/none"), ReadOp.getChildren(base + "/p")));
        assertThat(((ReadResult.Data) results.get(0)).node().text()).isEqualTo("p");
        assertThat(((ReadResult.Failed) results.get(1)).why())
                .isInstanceOf(QuorateException.NoNode.class)
                .hasMessageContaining(base + "/none");
        assertThat(((ReadResult.Children) results.get(2)).names()).containsExactly("q");
        try (QuorateClient inside = builder(base).connect()) {
            inside.blocking().create("/mine", null, CreateMode.EPHEMERAL);
            assertThat(inside.blocking().getEphemerals("/")).containsExactly("/mine");
            assertThat(inside.blocking().multiRead(List.of(ReadOp.getChildren("/"))))
                    .hasSize(1);
        }
    }

    @Test
    void aCallbackMayBlockOnTheBlockingFace() throws Exception {
        CompletableFuture<String> read = new CompletableFuture<>();
        nodes.getData(base, event -> {
            try {
                read.complete(nodes.getData(base).text());
            } catch (InterruptedException e) {
                read.completeExceptionally(e);
            }
        });
        nodes.setData(base, bytes("later"));
        assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo("later");
    }

    @Test
    void aClientWithoutAServerSaysSoInTime() throws Exception {
        int nobody;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        try (QuorateClient lost = QuorateClient.builder("127.0.0.1:" + nobody)
                .sessionTimeout(Duration.ofMillis(400))
                .connect()) {
            assertThat(lost.blocking().awaitConnected(Duration.ofMillis(1))).isFalse();
            assertThatThrownBy(() -> lost.blocking().create("/x", null))
                    .isInstanceOfSatisfying(
                            QuorateException.ConnectionLoss.class,
                            loss -> assertThat(loss.mayHaveHappened()).isFalse())
                    .hasMessageContaining("no server could be reached");
        }
    }
}
