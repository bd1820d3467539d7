package io.quorate.client;

import io.quorate.client.session.SessionConfig;
import io.quorate.client.session.SessionLimits;
import io.quorate.client.transport.Network;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link QuorateClient} needs; every setting but the connect string has a default. */
public final class ClientBuilder {
    private static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

    private final ConnectString connectString;
    private final List<Identity> identities = new ArrayList<>();
    private final List<ListenerAt> listeners = new ArrayList<>();
    private Duration sessionTimeout = DEFAULT_SESSION_TIMEOUT;
    private int maxOutstanding = SessionLimits.DEFAULT_MAX_OUTSTANDING;
    private int maxRequestBytes = SessionLimits.DEFAULT_MAX_REQUEST_BYTES;
    private int maxReplyBytes = SessionLimits.DEFAULT_MAX_REPLY_BYTES;
    private boolean canBeReadOnly;
    private Optional<TlsConfig> tls = Optional.empty();
    private HostResolver resolver = HostResolver.SYSTEM;
    private ClientMetrics metrics = ClientMetrics.NONE;
    private @Nullable Executor executor;

    ClientBuilder(ConnectString connectString) {
        this.connectString = connectString;
    }

    /** Another builder with the same settings. */
    public ClientBuilder copy() {
        ClientBuilder copy = new ClientBuilder(connectString);
        copy.identities.addAll(identities);
        copy.listeners.addAll(listeners);
        copy.sessionTimeout = sessionTimeout;
        copy.maxOutstanding = maxOutstanding;
        copy.maxRequestBytes = maxRequestBytes;
        copy.maxReplyBytes = maxReplyBytes;
        copy.canBeReadOnly = canBeReadOnly;
        copy.tls = tls;
        copy.resolver = resolver;
        copy.metrics = metrics;
        copy.executor = executor;
        return copy;
    }

    /**
     * After how long without a sign of this client the servers end its session and remove its ephemeral nodes. Servers grant it within bounds
     * of their own (by default 2 to 20 ticks): {@link QuorateClient#sessionTimeout()} tells what was granted. Default: 10 s.
     */
    public ClientBuilder sessionTimeout(Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "session time-out " + timeout + " is outside 1 ms.." + Integer.MAX_VALUE + " ms");
        }
        sessionTimeout = timeout;
        return this;
    }

    /** Credentials that each connection of the session shows, such as {@code "digest", "user:password"}. */
    public ClientBuilder auth(String scheme, byte[] auth) {
        identities.add(new Identity(scheme, auth.clone()));
        return this;
    }

    /** As {@link #auth(String, byte[])} with the text in UTF-8. */
    public ClientBuilder auth(String scheme, String auth) {
        return auth(scheme, auth.getBytes(StandardCharsets.UTF_8));
    }

    /** Told of every change of the connection from the first on. */
    public ClientBuilder listener(ConnectionListener listener) {
        listeners.add(new ListenerAt(listener, null));
        return this;
    }

    /** As {@link #listener(ConnectionListener)}, called by this executor. */
    public ClientBuilder listener(ConnectionListener listener, Executor where) {
        listeners.add(new ListenerAt(listener, where));
        return this;
    }

    /**
     * Where futures are completed and listeners and watchers are called. It must run tasks in their order, one at a time, for events and answers
     * to be seen in the servers' order. Default: one thread at a time of a pool that all clients of the process share, so that a callback may
     * block without holding up anything but this client's other callbacks.
     */
    public ClientBuilder callbackExecutor(Executor callbackExecutor) {
        executor = callbackExecutor;
        return this;
    }

    /** How many requests may wait for an answer; the next one fails with THROTTLED. Default: 20,000. */
    public ClientBuilder maxOutstanding(int requests) {
        maxOutstanding = requests;
        return this;
    }

    /** The largest request in bytes; servers close the connection on what is larger than their {@code jute.maxbuffer}. Default: theirs. */
    public ClientBuilder maxRequestBytes(int bytes) {
        maxRequestBytes = bytes;
        return this;
    }

    /** The largest answer in bytes. Default: 8 MiB. */
    public ClientBuilder maxReplyBytes(int bytes) {
        maxReplyBytes = bytes;
        return this;
    }

    /** Speaks TLS with the servers, whose port for that has to be in the connect string. Default: without. */
    public ClientBuilder tls(TlsConfig config) {
        tls = Optional.of(config);
        return this;
    }

    /**
     * Is content with a server that has no quorum, as long as no session with a quorum was had: {@link
     * io.quorate.client.session.ConnectionState#CONNECTED_READ_ONLY} tells it. Recipes do without, whatever is said here: their sessions
     * have to be ones that the ensemble knows. Default: not.
     */
    public ClientBuilder canBeReadOnly(boolean value) {
        canBeReadOnly = value;
        return this;
    }

    /** Where names in the connect string lead. Default: {@link HostResolver#SYSTEM}. */
    public ClientBuilder resolver(HostResolver value) {
        resolver = value;
        return this;
    }

    /** Told what is measured. Default: nobody. */
    public ClientBuilder metrics(ClientMetrics value) {
        metrics = value;
        return this;
    }

    /** Begins to connect and returns at once; what is asked of the client before a server is found waits for one. */
    public QuorateClient connect() {
        ClientCore core = new ClientCore(this, connectString);
        for (Identity each : identities) {
            core.driver().addAuth(each.scheme, each.auth, AuthOutcome.IGNORED);
        }
        core.driver().start();
        return new QuorateClient(core, core.callbacks());
    }

    SessionConfig sessionConfig(ConnectString where) {
        return new SessionConfig(
                where.hosts(), (int) sessionTimeout.toMillis(), maxOutstanding, maxRequestBytes, canBeReadOnly);
    }

    /** @throws IllegalArgumentException if a file of the TLS settings cannot be used */
    Network network() {
        return new Network(maxReplyBytes, tls.map(TlsConfig::load), resolver);
    }

    ClientMetrics metrics() {
        return metrics;
    }

    List<ListenerAt> listeners() {
        return listeners;
    }

    @Nullable
    Executor executor() {
        return executor;
    }

    /** @param executor null for the callback executor */
    record ListenerAt(ConnectionListener listener, @Nullable Executor executor) {}

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Identity(String scheme, byte[] auth) {}
}
