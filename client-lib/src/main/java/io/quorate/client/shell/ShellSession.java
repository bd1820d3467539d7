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
import java.util.List;
import java.util.function.Consumer;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** One use of the shell: with history and completion on a terminal, plainly from a pipe, or for one command. */
public final class ShellSession {
    private final ClientBuilder clients;
    private final String servers;
    private final Duration patience;

    /**
     * @param servers as the user has named them, for the prompt
     * @param patience for how long to wait for a server
     */
    public ShellSession(ClientBuilder clients, String servers, Duration patience) {
        this.clients = clients;
        this.servers = servers;
        this.patience = patience;
    }

    int once(List<String> words) throws InterruptedException {
        try (QuorateClient client = clients.connect()) {
            return isConnected(client)
                    ? new Shell(client, System.out::println, System.err::println).run(words)
                    : Shell.FAILED;
        }
    }

    private boolean isConnected(QuorateClient client) throws InterruptedException {
        try {
            if (client.blocking().awaitConnected(patience)) {
                return true;
            }
            System.err.println("None of the servers " + servers + " granted a session within " + patience.toMillis()
                    + " ms (last tried " + client.server() + "): is one of them running and part of a quorum?");
        } catch (QuorateException e) {
            System.err.println(e.getMessage());
        }
        return false;
    }

    /** Reads commands until the end. @return the exit code of the last one */
    public int interact() throws IOException, InterruptedException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
                return readPlainly(); // input or output is a pipe or a file
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
            out.accept("Connecting to " + servers);
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
                        reader.readLine("[zk: " + servers + "(" + client.state() + ") " + shell.lines() + "] "));
            } catch (UserInterruptException e) {
                code = Shell.OK; // the line is given up, not the shell
            } catch (EndOfFileException e) {
                return code;
            }
        }
        return code;
    }

    private int readPlainly() throws IOException, InterruptedException {
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
