package io.quorate.embedded;

import io.quorate.client.QuorateClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Servers for the tests of a class, and what tests want of them as parameters:
 *
 * <pre>{@code
 * @ExtendWith(QuorateExtension.class)         // one server; for more:  @RegisterExtension static QuorateExtension servers = QuorateExtension.of(3);
 * class JobsTest {
 *     @Test
 *     void aJobRunsOnce(QuorateClient client, @ConnectString String servers, EmbeddedEnsemble ensemble) { … }
 * }
 * }</pre>
 *
 * The tests of a class share the servers. Each test begins with all of them serving, and with no node but those below {@code /zookeeper}; so tests of one
 * class must not run at the same time. Registered by a field that is not static, it gives each test servers of its own. A client is a new session,
 * closed after the test.
 */
public final class QuorateExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private static final String SYSTEM = "/zookeeper";

    private final ExtensionContext.Namespace namespace =
            ExtensionContext.Namespace.create(QuorateExtension.class, this);
    private final Consumer<EmbeddedEnsemble.Builder> settings;

    /** One server. */
    public QuorateExtension() {
        this(builder -> builder.servers(1));
    }

    private QuorateExtension(Consumer<EmbeddedEnsemble.Builder> settings) {
        this.settings = settings;
    }

    /** So many servers. */
    public static QuorateExtension of(int servers) {
        return new QuorateExtension(builder -> builder.servers(servers));
    }

    /** Servers with these settings. */
    public static QuorateExtension with(Consumer<EmbeddedEnsemble.Builder> settings) {
        return new QuorateExtension(settings);
    }

    /** The clients that a test was given. */
    private static final class Clients {
        private final List<QuorateClient> given = new ArrayList<>();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ensemble(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws InterruptedException {
        EmbeddedEnsemble ensemble = ensemble(context);
        ensemble.heal();
        try (QuorateClient client = ensemble.connect()) {
            client.blocking().sync("/");
            removeBelow(client, "/");
        }
    }

    private static void removeBelow(QuorateClient client, String path) throws InterruptedException {
        for (String name : client.blocking().getChildren(path).names()) {
            String child = (path.equals("/") ? "" : path) + "/" + name;
            if (!child.equals(SYSTEM)) {
                removeBelow(client, child);
                client.blocking().delete(child);
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Clients clients = store(context).remove(Clients.class, Clients.class);
        if (clients != null) {
            ensemble(context).heal(); // a client whose server is gone takes its time to say good-bye
            clients.given.forEach(QuorateClient::close);
        }
        closeOwn(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeOwn(context);
    }

    /** Those that were begun for this context, not those of a context around it. */
    private void closeOwn(ExtensionContext context) {
        EmbeddedEnsemble own = store(context).remove(EmbeddedEnsemble.class, EmbeddedEnsemble.class);
        if (own != null) {
            own.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == EmbeddedEnsemble.class
                || type == QuorateClient.class
                || (type == String.class && parameter.isAnnotated(ConnectString.class));
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        EmbeddedEnsemble ensemble = ensemble(context);
        if (type == EmbeddedEnsemble.class) {
            return ensemble;
        }
        if (type == String.class) {
            return ensemble.connectString();
        }
        QuorateClient client = ensemble.connect();
        clients(context).given.add(client);
        return client;
    }

    private synchronized Clients clients(ExtensionContext context) {
        Clients known = store(context).get(Clients.class, Clients.class);
        if (known != null) {
            return known;
        }
        Clients clients = new Clients();
        store(context).put(Clients.class, clients);
        return clients;
    }

    /** That of this context or of one around it; begun if there is none. By means that JUnit 5 and 6 both have. */
    private synchronized EmbeddedEnsemble ensemble(ExtensionContext context) {
        EmbeddedEnsemble known = store(context).get(EmbeddedEnsemble.class, EmbeddedEnsemble.class);
        if (known != null) {
            return known;
        }
        EmbeddedEnsemble ensemble = startEnsemble();
        store(context).put(EmbeddedEnsemble.class, ensemble);
        return ensemble;
    }

    private EmbeddedEnsemble startEnsemble() {
        EmbeddedEnsemble.Builder builder = EmbeddedEnsemble.builder();
        settings.accept(builder);
        return builder.start();
    }

    private ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(namespace);
    }
}
