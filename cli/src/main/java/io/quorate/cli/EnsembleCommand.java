package io.quorate.cli;

import io.quorate.embedded.EmbeddedEnsemble;
import io.quorate.embedded.EmbeddedException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quorate ensemble start}. */
@Command(name = "ensemble", description = "Runs servers on this machine, to try things with.")
final class EnsembleCommand implements Runnable {
    /** So that the first server is where clients look by default. */
    private static final String DEFAULT_PORT = "2181";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: start");
    }

    @Command(
            name = "start",
            description = {
                "Starts servers in this program, on the loopback address, prints where they are as soon as they serve, and runs them until it "
                        + "is told to end (Ctrl-C).",
                "For trying things. Servers that are to survive each other's end run in processes of their own: zkServer.sh."
            })
    int start(
            @Option(
                            names = {"-n", "--servers"},
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "How many; 1, 3 and 5 are of use. Default: ${DEFAULT-VALUE}.")
                    int servers,
            @Option(
                            names = {"-d", "--dir"},
                            paramLabel = "DIR",
                            description =
                                    "Where the data is, and stays. Default: a temporary directory, deleted at the end.")
                    @Nullable
                    Path directory,
            @Option(
                            names = {"-p", "--base-port"},
                            paramLabel = "PORT",
                            defaultValue = DEFAULT_PORT,
                            description =
                                    "The first server's port for clients; the others follow, and behind them two ports a server for the "
                                            + "traffic between them. 0: any that are free. Default: ${DEFAULT-VALUE}.")
                    int basePort)
            throws InterruptedException {
        EmbeddedEnsemble.Builder builder = builder(servers, directory, basePort);
        try (EmbeddedEnsemble ensemble = builder.start();
                AtExit atExit = AtExit.run(ensemble::close)) {
            spec.commandLine().getOut().println(ensemble.connectString());
            spec.commandLine().getOut().flush();
            spec.commandLine()
                    .getErr()
                    .println(servers
                            + (servers == 1
                                    ? " server serves"
                                    : " servers serve, server " + ensemble.leader() + " leads")
                            + "; the data is in " + ensemble.directory()
                            + (directory == null ? ", and deleted at the end" : ", and stays there")
                            + ". Ctrl-C ends it. For the other commands:\n  export " + Connection.SERVERS_VARIABLE + "="
                            + ensemble.connectString());
            new CountDownLatch(1).await(); // the hook ends the program
            return ExitCode.DONE;
        } catch (EmbeddedException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private EmbeddedEnsemble.Builder builder(int servers, @Nullable Path directory, int basePort) {
        try {
            EmbeddedEnsemble.Builder builder =
                    EmbeddedEnsemble.builder().servers(servers).basePort(basePort);
            return directory == null ? builder : builder.directory(directory).durable();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
