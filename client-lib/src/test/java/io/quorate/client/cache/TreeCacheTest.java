package io.quorate.client.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.Events;
import io.quorate.client.Op;
import io.quorate.client.QuorateClient;
import io.quorate.client.SessionKeeper;
import io.quorate.client.apache.ApacheServer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caches of a real server's tree, through lost connections and sessions. */
@Timeout(90)
class TreeCacheTest {
    private static ApacheServer server;
    private static QuorateClient writer;
    private static BlockingQuorate nodes;

    @BeforeAll
    static void start() throws Exception {
        server = new ApacheServer();
        writer = QuorateClient.connect(server.address());
        nodes = writer.blocking();
    }

    @AfterAll
    static void stop() throws Exception {
        writer.close();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static final class Told implements CacheListener {
        private final Events<String> events = new Events<>();

        @Override
        public void changed(CacheChange change) {
            events.add(change.getClass().getSimpleName() + " " + change.path()
                    + change.after().map(node -> "=" + node.text()).orElse(""));
        }

        @Override
        public void stateChanged(CacheState state, String reason) {
            events.add(state.toString());
        }
    }

    @Test
    void aTreeIsFollowedAlsoPastALostConnectionAndALostSession() throws Exception {
        nodes.create("/tree", bytes("root"));
        nodes.create("/tree/a", bytes("1"));
        Told told = new Told();
        try (SessionKeeper sessions = SessionKeeper.start(QuorateClient.builder(server.address()));
                TreeCache cache =
                        TreeCache.builder(sessions, "/tree").listener(told).start()) {
            get(cache.ready());
            assertThat(cache.root().orElseThrow().text()).isEqualTo("root");
            assertThat(cache.children("/tree")).extracting(CachedNode::text).containsExactly("1");
            nodes.create("/tree/a/b", bytes("2"));
            told.events.until("Added /tree/a/b=2");
            nodes.setData("/tree/a/b", bytes("3"));
            told.events.until("Changed /tree/a/b=3");

            server.dropConnections();
            told.events.until("STALE");
            change("/tree/a/b", "4");
            told.events.until("Changed /tree/a/b=4");
            told.events.has("CURRENT");

            long first = sessions.client().sessionId();
            server.expire(first);
            told.events.until("STALE");
            nodes.delete("/tree/a/b");
            told.events.until("Removed /tree/a/b");
            told.events.until("CURRENT");
            assertThat(sessions.client().sessionId()).isNotEqualTo(first);
            nodes.create("/tree/c", bytes("5"));
            told.events.until("Added /tree/c=5");
            assertThat(get(cache.snapshot()).keySet()).containsExactly("/tree", "/tree/a", "/tree/c");
            cache.close();
            told.events.until("CLOSED");
        }
    }

    /** The writer has lost its connection as well. */
    private static void change(String path, String text) throws Exception {
        get(writer.retrying(io.quorate.client.RetryPolicy.DEFAULT).setData(path, bytes(text), 1));
    }

    @Test
    void aSnapshotIsOfOneMomentWhileOthersWrite() throws Exception {
        nodes.create("/pair", null);
        nodes.create("/pair/x", bytes("0"));
        nodes.create("/pair/y", bytes("0"));
        AtomicBoolean stop = new AtomicBoolean();
        Thread busy = new Thread(() -> {
            for (int i = 1; !stop.get(); i++) {
                byte[] value = bytes(Integer.toString(i));
                try {
                    nodes.multi(Op.setData("/pair/x", value), Op.setData("/pair/y", value));
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException e) {
                    // The other test breaks connections of all.
                }
            }
        });
        Set<String> seen = new HashSet<>();
        try (SessionKeeper sessions = SessionKeeper.start(QuorateClient.builder(server.address()));
                TreeCache cache = TreeCache.builder(sessions, "/pair")
                        .scope(CacheScope.CHILDREN)
                        .start()) {
            get(cache.ready());
            busy.start();
            while (seen.size() < 10) {
                NavigableMap<String, CachedNode> snapshot = get(cache.snapshot());
                assertThat(snapshot.get("/pair/x").text())
                        .isEqualTo(snapshot.get("/pair/y").text());
                seen.add(snapshot.get("/pair/x").text());
            }
        } finally {
            stop.set(true);
            busy.join();
        }
    }

    @Test
    void moreNodesThanItMayHoldEndIt() throws Exception {
        nodes.create("/many", null);
        for (int i = 0; i < 3; i++) {
            nodes.create("/many/" + i, null);
        }
        Told told = new Told();
        try (SessionKeeper sessions = SessionKeeper.start(QuorateClient.builder(server.address()));
                TreeCache cache = TreeCache.builder(sessions, "/many")
                        .maxNodes(3)
                        .listener(told)
                        .start()) {
            told.events.until("FAILED");
            assertThat(cache.state()).isEqualTo(CacheState.FAILED);
            assertThat(cache.snapshot())
                    .failsWithin(java.time.Duration.ofSeconds(30))
                    .withThrowableThat()
                    .withMessageContaining("FAILED");
        }
    }
}
