package io.quorate.client.shell;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.Watcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Carries out lines of words for one session. */
final class Shell {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int UNKNOWN_COMMAND = 127;
    private static final int HISTORY_LINES = 11;

    private static final Map<String, Supplier<Commands.ShellCommand>> COMMANDS = new TreeMap<>(Map.ofEntries(
            Map.entry("create", Commands.Create::new),
            Map.entry("get", Commands.Get::new),
            Map.entry("set", Commands.Set::new),
            Map.entry("ls", Commands.Ls::new),
            Map.entry("stat", Commands.StatOf::new),
            Map.entry("delete", Commands.Delete::new),
            Map.entry("deleteall", Commands.DeleteAll::new),
            Map.entry("sync", Commands.Sync::new),
            Map.entry("getAcl", Commands.GetAcl::new),
            Map.entry("setAcl", Commands.SetAcl::new),
            Map.entry("addauth", Commands.AddAuth::new),
            Map.entry("history", Commands.History::new),
            Map.entry("help", Commands.Help::new),
            Map.entry("quit", Commands.Quit::new)));

    private final QuorateClient client;
    private final Consumer<String> out;
    private final Consumer<String> err;
    private final Watcher watcher;
    private final Deque<String> recent = new ArrayDeque<>();
    private int lines;
    private boolean ended;

    /**
     * @param out takes what a command has to say
     * @param err takes what went wrong
     */
    Shell(QuorateClient client, Consumer<String> out, Consumer<String> err) {
        this(client, out, err, out);
    }

    /** @param events takes what watches have to say, at any time and from another thread */
    Shell(QuorateClient client, Consumer<String> out, Consumer<String> err, Consumer<String> events) {
        this.client = client;
        this.out = out;
        this.err = err;
        this.watcher = new WatchPrinter(events);
    }

    /** @return the exit code that the line alone would have */
    int run(String line) throws InterruptedException {
        if (line.isBlank()) {
            return OK;
        }
        remember(line.strip());
        try {
            return run(Words.of(line));
        } catch (IllegalArgumentException e) {
            err.accept(String.valueOf(e.getMessage()));
            return FAILED;
        }
    }

    int run(List<String> words) throws InterruptedException {
        Supplier<Commands.ShellCommand> maker = COMMANDS.get(words.get(0));
        if (maker == null) {
            usage().forEach(err);
            err.accept("Command not found: " + words.get(0));
            return UNKNOWN_COMMAND;
        }
        Commands.ShellCommand command = maker.get();
        CommandLine parser = new CommandLine(command);
        try {
            parser.parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        } catch (CommandLine.ParameterException e) {
            err.accept(usage(parser) + "\n" + e.getMessage());
            return FAILED;
        }
        try {
            command.run(this);
            return OK;
        } catch (QuorateException e) {
            err.accept(ErrorText.show(e));
        } catch (IllegalArgumentException e) {
            err.accept(String.valueOf(e.getMessage()));
        }
        return FAILED;
    }

    // ---- For the commands

    QuorateClient client() {
        return client;
    }

    BlockingQuorate nodes() {
        return client.blocking();
    }

    Watcher watcher() {
        return watcher;
    }

    void print(String text) {
        out.accept(text);
    }

    void quit() {
        ended = true;
    }

    boolean isEnded() {
        return ended;
    }

    /** Number of the next line. */
    int lines() {
        return lines;
    }

    List<String> recentLines() {
        List<String> result = new ArrayList<>();
        int number = lines - recent.size();
        for (String each : recent) {
            result.add(number++ + " - " + each);
        }
        return result;
    }

    List<String> usage() {
        List<String> result = new ArrayList<>();
        result.add("zkCli.sh -server host:port[,host:port...][/chroot] [-timeout ms] [command args]");
        COMMANDS.values().forEach(maker -> result.add("\t" + usage(new CommandLine(maker.get()))));
        return result;
    }

    static List<String> names() {
        return List.copyOf(COMMANDS.keySet());
    }

    private static String usage(CommandLine parser) {
        CommandSpec spec = parser.getCommandSpec();
        return String.join(" ", spec.usageMessage().description());
    }

    private void remember(String line) {
        lines++;
        recent.add(line);
        if (recent.size() > HISTORY_LINES) {
            recent.remove();
        }
    }
}
