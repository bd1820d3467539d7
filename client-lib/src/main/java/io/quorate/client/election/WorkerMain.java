package io.quorate.client.election;

import static java.util.stream.Collectors.joining;

import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Loss;
import io.quorate.client.session.ConnectionState;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A worker that does nothing but take part in a {@link MasterElection} and say on its standard output what it is told, one line a call:
 *
 * <pre>
 *   wall clock ms   worker's id   what       details
 *   1795303232677   worker-1      elected    term=4294967312
 *   1795303236100   worker-1      revoked    term=4294967312 why=CLOSED
 *   …                             master     worker-2 | nobody
 *   …                             servers    worker-1,worker-2
 *   …                             connection CONNECTED
 *   …                             watched    NODE_DATA_CHANGED
 *   …                             read       what the watched node holds
 * </pre>
 *
 * SIGTERM is a clean close: the revocation is told, and the session ended.
 */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        description = "Takes part in a master election and prints what it is told.")
public final class WorkerMain implements Callable<Integer> {
    @Option(
            names = {"-s", "--servers"},
            required = true,
            paramLabel = "HOST:PORT,…",
            description = "the servers, and a chroot after them if wanted")
    private String servers = "";

    @Option(
            names = {"-i", "--id"},
            required = true,
            description = "this worker's name among the others")
    private String id = "";

    @Option(
            names = {"-t", "--session-timeout-ms"},
            defaultValue = "10000",
            description = "as asked of the servers; default: ${DEFAULT-VALUE}")
    private int sessionTimeoutMs;

    @Option(
            names = {"-d", "--data"},
            defaultValue = "",
            description = "what the others may know about this worker")
    private String data = "";

    @Option(
            names = {"-w", "--watch"},
            paramLabel = "PATH",
            description = "a node to watch in the worker's own session")
    private @Nullable String watched;

    private final PrintStream out;
    private final CountDownLatch started = new CountDownLatch(1);
    private @Nullable MasterElection election;
    private @Nullable QuorateClient watching;

    private WorkerMain(PrintStream out) {
        this.out = out;
    }

    /** Ends with exit code 2 on wrong arguments; runs until it is killed otherwise. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new WorkerMain(System.out)).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        MasterElection running = MasterElection.builder(
                        QuorateClient.builder(servers)
                                .sessionTimeout(Duration.ofMillis(sessionTimeoutMs))
                                .listener(this::connectionChanged),
                        id)
                .data(data)
                .listener(new Printer())
                .start();
        election = running;
        started.countDown();
        Runtime.getRuntime().addShutdownHook(new Thread(running::close, "close-election"));
        Thread.currentThread().join(); // for ever: SIGTERM ends it
        return CommandLine.ExitCode.OK;
    }

    private void connectionChanged(ConnectionState state, String reason) {
        say("connection", state.toString());
        String path = watched;
        if (state == ConnectionState.CONNECTED && path != null) {
            watchInPresentSession(path);
        }
    }

    private void watchInPresentSession(String path) {
        MasterElection running = awaitStarted();
        QuorateClient client = running.client();
        if (!client.equals(watching)) {
            watching = client;
            watch(client, path);
        }
    }

    private MasterElection awaitStarted() {
        try {
            started.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        MasterElection running = election;
        if (running == null) {
            throw new IllegalStateException("told of a connection before the election was started");
        }
        return running;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its end, whichever, is printed
    private void watch(QuorateClient client, String path) {
        client.getData(path, event -> {
                    say("watched", event.type().toString());
                    watch(client, path);
                })
                .whenComplete((node, failure) -> say("read", failure == null ? node.text() : failure.getMessage()));
    }

    private synchronized void say(String what, @Nullable String details) {
        out.println(System.currentTimeMillis() + " " + id + " " + what + " " + details);
        out.flush();
    }

    private final class Printer implements MasterListener {
        @Override
        public void elected(long term) {
            say("elected", "term=" + term);
        }

        @Override
        public void revoked(long term, Loss why) {
            say("revoked", "term=" + term + " why=" + why);
        }

        @Override
        public void masterChanged(Optional<Worker> master) {
            say("master", master.map(Worker::id).orElse("nobody"));
        }

        @Override
        public void serversChanged(List<Worker> workers) {
            say("servers", workers.stream().map(Worker::id).collect(joining(",")));
        }
    }
}
