package io.quorate.cli;

import io.quorate.client.ConnectionListener;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WatchEvent;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.WatchMode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quorate watch PATH [-- COMMAND…]}. */
@Command(
        name = "watch",
        description = {
            "Prints each change of a node, a line each: what happened and the path, with a tab between. With a command, runs it for each, one "
                    + "after the other, with QUORATE_EVENT and QUORATE_PATH in its environment.",
            "The line \"reconnected\" says that there was no connection for a while, and that what happened then was not told."
        })
final class WatchCommand implements Callable<Integer> {
    private static final int MAX_WAITING = 100_000;
    private static final String RECONNECTED = "reconnected";

    /** Told to nobody. */
    private static final String SESSION_ENDED = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "PATH", description = "The node; it need not exist.")
    private String path = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "COMMAND",
            description = "What to run, with its arguments, behind a '--'.")
    private List<String> command = List.of();

    @Option(
            names = {"-r", "--recursive"},
            description = "All below it as well.")
    private boolean recursive;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = "0",
            description = "Ends after so many. Default: never.")
    private long count;

    @Option(
            names = {"-e", "--exit-on-failure"},
            description = "Ends when the command fails, with its exit code. Default: says so, and goes on.")
    private boolean exitOnFailure;

    private record Change(String what, String path) {}

    private final BlockingQueue<Change> changes = new ArrayBlockingQueue<>(MAX_WAITING);
    private volatile boolean overflown;
    private long told;

    @Override
    public Integer call() throws InterruptedException {
        NodeCommand.checkPath(spec, path);
        while (true) {
            try (QuorateClient client = connection.connectAtLast(this::say);
                    AtExit atExit = AtExit.run(client::close)) {
                OptionalInt code = watch(client);
                if (code.isPresent()) {
                    return code.getAsInt();
                }
            }
        }
    }

    /** @return empty when the session is over */
    private OptionalInt watch(QuorateClient client) throws InterruptedException {
        client.addListener(new OnState());
        try {
            client.blocking()
                    .addWatch(path, recursive ? WatchMode.PERSISTENT_RECURSIVE : WatchMode.PERSISTENT, this::onEvent);
        } catch (QuorateException.ConnectionLoss | QuorateException.SessionExpired again) {
            return OptionalInt.empty();
        }
        say(told == 0 ? "watches" : "watches again");
        while (count == 0 || told < count) {
            Change change = changes.take();
            if (change.what().equals(SESSION_ENDED)) {
                add(new Change(RECONNECTED, path)); // told in the next session
                return OptionalInt.empty();
            }
            int code = tell(change);
            told++;
            if (code != ExitCode.DONE && exitOnFailure) {
                return OptionalInt.of(code);
            }
        }
        return OptionalInt.of(ExitCode.DONE);
    }

    private void onEvent(WatchEvent event) {
        add(new Change(event.type().name().toLowerCase(Locale.ROOT), event.path()));
    }

    private void add(Change change) {
        if (!changes.offer(change)) {
            overflown = true;
        }
    }

    private int tell(Change change) throws InterruptedException {
        if (overflown) {
            throw new FailedException("More than " + MAX_WAITING
                    + " changes wait for the command, which is too slow for them: some are lost. Start again.");
        }
        if (command.isEmpty()) {
            spec.commandLine().getOut().println(change.what() + "\t" + change.path());
            spec.commandLine().getOut().flush();
            return ExitCode.DONE;
        }
        int code = run(change);
        if (code != ExitCode.DONE) {
            say("the command ended with " + code + " for " + change.what() + " " + change.path());
        }
        return code;
    }

    private int run(Change change) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("QUORATE_EVENT", change.what());
        builder.environment().put(Guarded.PATH_VARIABLE, change.path());
        builder.environment().put(Connection.SERVERS_VARIABLE, connection.servers());
        try {
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new FailedException(command.get(0) + " cannot be run: " + e.getMessage(), e);
        }
    }

    private void say(String what) {
        spec.commandLine().getErr().println("quorate watch " + path + ": " + what);
    }

    private final class OnState implements ConnectionListener {
        private boolean away;

        @Override
        public void stateChanged(ConnectionState state, String reason) {
            if (state.isLast()) {
                add(new Change(SESSION_ENDED, path));
            } else if (state == ConnectionState.SUSPENDED) {
                away = true;
            } else if (state == ConnectionState.CONNECTED && away) {
                away = false;
                add(new Change(RECONNECTED, path));
            }
        }
    }
}
