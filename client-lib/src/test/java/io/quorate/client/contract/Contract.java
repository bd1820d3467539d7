package io.quorate.client.contract;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.Events;
import io.quorate.client.ProxiedServer;
import io.quorate.client.QuorateClient;
import io.quorate.client.RetryPolicy;
import io.quorate.client.SessionKeeper;
import io.quorate.client.session.ConnectionState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** One server for all tests of a class, one direct client, and keepers whose connections a test can break. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class Contract {
    protected static final RetryPolicy POLICY = RetryPolicy.DEFAULT;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private ProxiedServer observed;
    private QuorateClient client;

    /** The direct client's operations: no test breaks its connection. */
    protected BlockingQuorate nodes;

    /** Starts the server. */
    protected abstract int startServer() throws Exception;

    protected abstract void stopServer() throws Exception;

    private int port;

    @BeforeAll
    void start() throws Exception {
        port = startServer();
        observed = new ProxiedServer(port);
        client = QuorateClient.connect(observed.address());
        nodes = client.blocking();
    }

    @AfterAll
    void stop() throws Exception {
        client.close();
        observed.close();
        stopServer();
    }

    @AfterEach
    void closeWhatIsOpen() throws Exception {
        for (AutoCloseable each = open.poll(); each != null; each = open.poll()) {
            each.close();
        }
    }

    /** A way to the server that a test may break. */
    protected final ProxiedServer proxy() throws Exception {
        return closing(new ProxiedServer(port));
    }

    protected final SessionKeeper keeper(ProxiedServer proxy) {
        return closing(
                SessionKeeper.start(QuorateClient.builder(proxy.address()).sessionTimeout(Duration.ofSeconds(20))));
    }

    protected final SessionKeeper keeper() throws Exception {
        return keeper(proxy());
    }

    /** Closed at the end of the test, the last one first. */
    protected final <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    /** What a keeper's connection goes through. */
    protected static Events<ConnectionState> states(SessionKeeper keeper) {
        Events<ConnectionState> states = new Events<>();
        keeper.addListener((session, state, reason) -> states.add(state), keeper.newSerialExecutor());
        return states;
    }

    /** The keeper's present session, once there is one. */
    protected static long session(SessionKeeper keeper) throws Exception {
        states(keeper).until(ConnectionState.CONNECTED);
        return keeper.client().sessionId();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    protected static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
