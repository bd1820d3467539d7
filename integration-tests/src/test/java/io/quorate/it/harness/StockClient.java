package io.quorate.it.harness;

import io.quorate.server.config.TlsSettings.StoreFile;
import io.quorate.server.tls.TestKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ClientCnxnSocketNetty;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Apache ZooKeeper's own Java client, connected, with its session's events kept in order. */
public final class StockClient implements AutoCloseable {
    /** 20 ticks, the most that a server of the tests grants. */
    public static final Duration SESSION_TIMEOUT = Duration.ofMillis(20L * Ensemble.TICK_MS);

    /** The stock client, and which server it talks to. */
    static final class Stock extends ZooKeeper {
        Stock(String connectString, int sessionTimeoutMs, Watcher watcher, ZKClientConfig config) throws IOException {
            super(connectString, sessionTimeoutMs, watcher, config);
        }

        Optional<InetSocketAddress> remote() {
            return testableRemoteSocketAddress() instanceof InetSocketAddress remote
                    ? Optional.of(remote)
                    : Optional.empty();
        }
    }

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);
    private static final int CLOSE_TIMEOUT_MS = 2000;

    private final Stock zooKeeper;
    private final BlockingQueue<WatchedEvent> sessionEvents;

    private StockClient(Stock zooKeeper, BlockingQueue<WatchedEvent> sessionEvents) {
        this.zooKeeper = zooKeeper;
        this.sessionEvents = sessionEvents;
    }

    /** A session with {@link #SESSION_TIMEOUT}, connected. */
    public static StockClient connect(String connectString) {
        return connect(connectString, SESSION_TIMEOUT);
    }

    /** A connected session. */
    public static StockClient connect(String connectString, Duration sessionTimeout) {
        BlockingQueue<WatchedEvent> events = new LinkedBlockingQueue<>();
        StockClient client = new StockClient(open(connectString, sessionTimeout, events::add), events);
        try {
            client.awaitState(KeeperState.SyncConnected, CONNECT_TIMEOUT);
            return client;
        } catch (AssertionError e) {
            client.close();
            throw e;
        }
    }

    /** A client that has not connected yet, configured otherwise than the others. */
    public static StockClient open(String connectString, ZKClientConfig config) {
        BlockingQueue<WatchedEvent> events = new LinkedBlockingQueue<>();
        return new StockClient(open(connectString, SESSION_TIMEOUT, events::add, config), events);
    }

    /** A connected session over TLS with this key, at a server that {@code trust} trusts; both are of {@link TestKeys}. */
    public static StockClient secure(int port, StoreFile key, StoreFile trust) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, ClientCnxnSocketNetty.class.getName());
        config.setProperty("zookeeper.ssl.keyStore.location", key.path().toString());
        config.setProperty("zookeeper.ssl.keyStore.password", TestKeys.PASSWORD);
        config.setProperty("zookeeper.ssl.trustStore.location", trust.path().toString());
        config.setProperty("zookeeper.ssl.trustStore.password", TestKeys.PASSWORD);
        StockClient client = open("127.0.0.1:" + port, config);
        client.awaitState(KeeperState.SyncConnected, CONNECT_TIMEOUT);
        return client;
    }

    static Stock open(String connectString, Duration sessionTimeout, Watcher watcher) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        return open(connectString, sessionTimeout, watcher, config);
    }

    private static Stock open(String connectString, Duration sessionTimeout, Watcher watcher, ZKClientConfig config) {
        try {
            return new Stock(connectString, Math.toIntExact(sessionTimeout.toMillis()), watcher, config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The client itself, for whatever the short forms here do not have. */
    public ZooKeeper zooKeeper() {
        return zooKeeper;
    }

    /** The port of the server that the session is on now; empty while it is on none. */
    public Optional<Integer> connectedPort() {
        return zooKeeper.remote().map(InetSocketAddress::getPort);
    }

    /** Waits for the next session event of this state; those before it are dropped. */
    public void awaitState(KeeperState state, Duration timeout) {
        awaitAnyState(timeout, state);
    }

    /** Waits for the next session event of one of these states, and tells which; those before it are dropped. */
    public KeeperState awaitAnyState(Duration timeout, KeeperState... states) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (true) {
                WatchedEvent event = sessionEvents.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new AssertionError("session did not become " + List.of(states) + " within " + timeout
                            + "; it is " + zooKeeper);
                }
                if (List.of(states).contains(event.getState())) {
                    return event.getState();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Creates an open node; returns its path. */
    public String create(String path, String data, CreateMode mode) throws KeeperException, InterruptedException {
        return zooKeeper.create(path, bytes(data), ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
    }

    /** Creates an open persistent node; returns its path. */
    public String create(String path, String data) throws KeeperException, InterruptedException {
        return create(path, data, CreateMode.PERSISTENT);
    }

    public void set(String path, String data) throws KeeperException, InterruptedException {
        zooKeeper.setData(path, bytes(data), -1);
    }

    public String get(String path) throws KeeperException, InterruptedException {
        return new String(zooKeeper.getData(path, false, null), StandardCharsets.UTF_8);
    }

    public boolean exists(String path) throws KeeperException, InterruptedException {
        return zooKeeper.exists(path, false) != null;
    }

    /** Sorted. */
    public List<String> children(String path) throws KeeperException, InterruptedException {
        return zooKeeper.getChildren(path, false).stream().sorted().toList();
    }

    /** What this client reads next is at least as new as anything committed before this call. */
    public void sync() throws InterruptedException {
        BlockingQueue<Integer> result = new LinkedBlockingQueue<>();
        zooKeeper.sync("/", (rc, path, context) -> result.add(rc), null);
        Integer code = result.poll(CONNECT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (code == null || code != KeeperException.Code.OK.intValue()) {
            throw new AssertionError("sync answered " + code + " on " + zooKeeper);
        }
    }

    /** Ends the session cleanly when there is a server to say so to. */
    @Override
    public void close() {
        try {
            zooKeeper.close(CLOSE_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
