package io.quorate.client.shell;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
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
        return words.isEmpty() ? interact(clients) : once(clients);
    }

    private int once(ClientBuilder clients) throws InterruptedException {
        try (QuorateClient client = clients.connect()) {
            return isConnected(client)
                    ? new Shell(client, System.out::println, System.err::println).run(words)
                    : Shell.FAILED;
        }
    }

    private boolean isConnected(QuorateClient client) throws InterruptedException {
        try {
            if (client.blocking().awaitConnected(Duration.ofMillis(timeoutMs))) {
                return true;
            }
            System.err.println("None of the servers " + server + " granted a session within " + timeoutMs
                    + " ms (last tried " + client.server() + "): is one of them running and part of a quorum?");
        } catch (QuorateException e) {
            System.err.println(e.getMessage());
        }
        return false;
    }

    private int interact(ClientBuilder clients) throws IOException, InterruptedException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                return readPlainly(clients); // input or output is a pipe or a file
            }
            PathCompleter completer = new PathCompleter();
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .completer(completer)
                    .build();
            Consumer<String> out = text -> {
                terminal.writer().println(text);
                terminal.flush();
            };
            // Events come while a line is being typed: they stand above it.
            Consumer<String> above = text -> reader.printAbove(text + "\n");
            out.accept("Connecting to " + server);
            try (QuorateClient client =
                    clients.listener(new WatchPrinter(above)).connect()) {
                completer.use(client);
                return readLines(client, reader, new Shell(client, out, out, above));
            }
        }
    }

    private int readLines(QuorateClient client, LineReader reader, Shell shell) throws InterruptedException {
        int code = Shell.OK;
        while (!shell.isEnded()) {
            try {
                code = shell.run(
                        reader.readLine("[zk: " + server + "(" + client.state() + ") " + shell.lines() + "] "));
            } catch (UserInterruptException e) {
                code = Shell.OK; // the line is given up, not the shell
            } catch (EndOfFileException e) {
                return code;
            }
        }
        return code;
    }

    private int readPlainly(ClientBuilder clients) throws IOException, InterruptedException {
        PrintStream out = System.out;
        try (QuorateClient client =
                clients.listener(new WatchPrinter(out::println)).connect()) {
            if (!isConnected(client)) {
                return Shell.FAILED;
            }
            Shell shell = new Shell(client, out::println, System.err::println);
            int code = Shell.OK;
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                code = shell.run(line);
                if (shell.isEnded()) {
                    return code;
                }
            }
            return code;
        }
    }
}
