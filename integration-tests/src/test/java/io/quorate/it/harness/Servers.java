package io.quorate.it.harness;

import static java.util.stream.Collectors.joining;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Makes ensembles for one test, appends the end of every server's log to the message of a failure, and leaves nothing
 * behind: processes, clients, directories.
 */
public final class Servers implements AfterEachCallback, TestExecutionExceptionHandler {
    private final List<Ensemble> ensembles = new ArrayList<>();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** An ensemble that does not run yet. */
    public Ensemble ensemble(UnaryOperator<Ensemble.Builder> what) {
        Ensemble ensemble = Ensemble.of(what);
        ensembles.add(ensemble);
        return ensemble;
    }

    /** An ensemble of voters that does not run yet. */
    public Ensemble ensemble(Kind... voters) {
        return ensemble(builder -> builder.voters(voters));
    }

    /** Three voters of the kind under test, serving. */
    public Ensemble three() {
        Kind[] kinds = new Kind[3];
        Arrays.fill(kinds, Kind.underTest());
        return ensemble(kinds).start().awaitServing();
    }

    /** Closes the resource at the end of the test, before the servers. */
    public <T extends AutoCloseable> T closing(T resource) {
        resources.push(resource);
        return resource;
    }

    /** A connected stock client, closed at the end of the test. */
    public StockClient client(ServerProcess server) {
        return closing(StockClient.connect(server.address()));
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
        String tails = ensembles.stream().map(Ensemble::logTails).collect(joining("\n"));
        AssertionError withLogs = new AssertionError(failure + "\n" + tails, failure);
        withLogs.setStackTrace(failure.getStackTrace());
        throw withLogs;
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Deque<AutoCloseable> open = new ArrayDeque<>(resources);
        ensembles.forEach(open::addLast);
        AssertionError failures = new AssertionError("cleaning up failed");
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception | AssertionError e) {
                failures.addSuppressed(e);
            }
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }
}
