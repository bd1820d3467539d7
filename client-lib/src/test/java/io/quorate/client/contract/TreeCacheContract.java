package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.Events;
import io.quorate.client.Op;
import io.quorate.client.ProxiedServer;
import io.quorate.client.SessionKeeper;
import io.quorate.client.cache.CacheChange;
import io.quorate.client.cache.CacheListener;
import io.quorate.client.cache.CacheScope;
import io.quorate.client.cache.CacheState;
import io.quorate.client.cache.CachedNode;
import io.quorate.client.cache.TreeCache;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caches of a real server's tree, through lost connections and sessions. */
@Timeout(90)
public abstract class TreeCacheContract extends Contract {
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
        ProxiedServer proxy = proxy();
        SessionKeeper sessions = keeper(proxy);
        try (TreeCache cache =
                TreeCache.builder(sessions, "/tree").listener(told).start()) {
            get(cache.ready());
            assertThat(cache.root().orElseThrow().text()).isEqualTo("root");
            assertThat(cache.children("/tree")).extracting(CachedNode::text).containsExactly("1");
            nodes.create("/tree/a/b", bytes("2"));
            told.events.until("Added /tree/a/b=2");
            nodes.setData("/tree/a/b", bytes("3"));
            told.events.until("Changed /tree/a/b=3");

            proxy.cut();
            told.events.until("STALE");
            nodes.setData("/tree/a/b", bytes("4"));
            proxy.heal();
            told.events.until("Changed /tree/a/b=4");
            told.events.has("CURRENT");

            long first = sessions.client().sessionId();
            proxy.expire(first);
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
                }
            }
        });
        Set<String> seen = new HashSet<>();
        try (SessionKeeper sessions = keeper();
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
        try (SessionKeeper sessions = keeper();
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
