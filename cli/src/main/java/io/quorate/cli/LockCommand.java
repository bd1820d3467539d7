package io.quorate.cli;

import io.quorate.client.lease.Failures;
import io.quorate.client.lease.Hold;
import io.quorate.client.lock.DistributedLock;
import io.quorate.client.lock.Locks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quorate lock PATH -- COMMAND…}. */
@Command(
        name = "lock",
        description = {
            "Runs a command while this program holds a lock, or a permit of a semaphore, and ends with its exit code.",
            "When the lock can no longer be relied on, the command gets SIGTERM, and SIGKILL if it does not end in time; the program ends with 4.",
            "The command finds " + Guarded.TOKEN_VARIABLE + ", " + Guarded.PATH_VARIABLE + " and "
                    + Connection.SERVERS_VARIABLE
                    + " in its environment. A lock is Curator's InterProcessMutex, a semaphore its InterProcessSemaphoreV2."
        })
final class LockCommand implements Callable<Integer> {
    private static final Duration FOREVER = Duration.ofDays(365);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private KillAfter killAfter = new KillAfter();

    @Parameters(index = "0", paramLabel = "PATH", description = "The lock, such as /app/lock.")
    private String path = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "What to run, with its arguments, behind a '--'.")
    private List<String> command = List.of();

    @Option(
            names = {"-n", "--permits"},
            paramLabel = "N",
            defaultValue = "1",
            description = "More than 1: a semaphore, held by so many at a time; all have to say the same number.")
    private int permits;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "SECONDS",
            defaultValue = "-1",
            description = "Ends with 3 if it is not to be had in so much time; 0 tries once. Default: waits for ever.")
    private double timeoutSeconds;

    private record Result(Optional<Hold> hold, Optional<Throwable> failure) {}

    @Override
    public Integer call() throws InterruptedException {
        NodeCommand.checkPath(spec, path);
        if (permits < 1) {
            throw new ParameterException(spec.commandLine(), "--permits " + permits + ": at least 1 is needed");
        }
        killAfter.check(connection.sessionTimeout());
        Guarded guarded = new Guarded(
                command, Map.of(Guarded.PATH_VARIABLE, path, Connection.SERVERS_VARIABLE, connection.servers()));
        try (Locks locks = Locks.start(connection.clients());
                AtExit atExit = AtExit.run(guarded::end, locks::close)) {
            Optional<Hold> got = acquire(locks);
            if (got.isEmpty()) {
                say("was not to be had within " + timeoutSeconds + " s");
                return ExitCode.NOT_IN_TIME;
            }
            Duration granted = locks.client().sessionTimeout();
            Optional<Integer> code = guarded.run(got.get(), killAfter.within(granted), granted);
            return code.orElse(ExitCode.LOST);
        }
    }

    private Optional<Hold> acquire(Locks locks) throws InterruptedException {
        Duration timeout = timeoutSeconds < 0 ? FOREVER : Duration.ofMillis(Math.round(timeoutSeconds * 1000));
        DistributedLock lock = permits == 1 ? locks.lock(path) : locks.semaphore(path, permits);
        BlockingQueue<Result> results = new LinkedBlockingQueue<>();
        CompletableFuture<Boolean> told = lock.acquireAsync(timeout)
                .handle((hold, failure) -> failure == null
                        ? results.add(new Result(hold, Optional.empty()))
                        : results.add(new Result(Optional.empty(), Optional.of(failure))));
        Result result = new Patience(connection, this::say).await(locks::client, results::poll);
        told.join();
        if (result.failure().isPresent()) {
            throw Failures.of(result.failure().get());
        }
        return result.hold();
    }

    private void say(String what) {
        spec.commandLine().getErr().println("quorate lock " + path + ": " + what);
    }
}
