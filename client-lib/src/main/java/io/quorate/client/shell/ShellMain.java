package io.quorate.client.shell;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The shell's main program. With a command it carries that out and ends with its exit code: 0, 1 for a failure, 127 for an unknown command.
 * Without one it reads lines, with history and completion on a terminal, plainly from a pipe.
 */
@Command(
        name = "zkCli.sh",
        mixinStandardHelpOptions = false,
        sortOptions = false,
        description =
                "Reads and changes nodes. Without a command it reads commands from its input; \"help\" lists them.")
public final class ShellMain implements Callable<Integer> {
    private static final String LOG_PROPERTY = "logback.configurationFile";

    @Option(
            names = {"-server", "--server"},
            paramLabel = "host:port[,host:port...][/chroot]",
            description = "Default: ${DEFAULT-VALUE}")
    private String server = "localhost:2181";

    @Option(
            names = {"-timeout", "--timeout"},
            paramLabel = "ms",
            description = "Session time-out, and how long to wait for a server. Default: ${DEFAULT-VALUE}")
    private int timeoutMs = 30_000;

    @Option(
            names = {"-waitforconnection"},
            hidden = true,
            description = "Is always done.")
    private boolean unusedWaitForConnection; // known so that it is not refused

    @Option(
            names = {"-help", "--help", "-h"},
            usageHelp = true,
            description = "Shows this.")
    private boolean unusedHelp; // picocli looks at it

    @Parameters(paramLabel = "command", arity = "0..*", description = "A command with its arguments.")
    private List<String> words = new ArrayList<>();

    public static void main(String[] args) {
        if (System.getProperty(LOG_PROPERTY) == null) {
            // Quiet unless asked otherwise: what there is to say, the commands say.
            System.setProperty(LOG_PROPERTY, "io/quorate/client/shell/logback-shell.xml");
        }
        System.exit(run(args));
    }

    static int run(String... args) {
        return new CommandLine(new ShellMain()).setStopAtPositional(true).execute(args);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClientBuilder clients;
        try {
            clients = QuorateClient.builder(server).sessionTimeout(Duration.ofMillis(timeoutMs));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return Shell.FAILED;
        }
        ShellSession session = new ShellSession(clients, server, Duration.ofMillis(timeoutMs));
        return words.isEmpty() ? session.interact() : session.once(words);
    }
}
