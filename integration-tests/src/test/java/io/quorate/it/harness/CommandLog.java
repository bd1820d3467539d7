package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What commands have written that only one at a time may run. Each writes its lines to the end of the same file while it lives:
 *
 * <pre>
 *   start RUN NAME TOKEN
 *   beat RUN             every few hundredths of a second
 * </pre>
 *
 * The order of the lines is that of the writes, whichever process they are from, so no clocks are compared.
 */
public final class CommandLog {
    /** Lives until it is killed: SIGTERM does not impress it. What gives its signs of life has a process group of its own, as under {@code timeout}. */
    private static final String STUBBORN = """
            #!/bin/bash
            trap '' TERM
            log=$1 run=$2-$$
            echo "start $run $2 $QUORATE_FENCING_TOKEN" >> "$log"
            set -m
            while :; do echo "beat $run" >> "$log"; sleep 0.03; done &
            set +m
            while :; do wait; done
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path log;
    private final Path command;

    /** One run of a command. */
    public record Start(String run, String name, long token) {}

    private CommandLog(Path log, Path command) {
        this.log = log;
        this.command = command;
    }

    public static CommandLog in(Path directory) {
        try {
            Path command = Files.writeString(directory.resolve("stubborn.sh"), STUBBORN);
            if (!command.toFile().setExecutable(true)) {
                throw new IOException(command + " cannot be made executable");
            }
            return new CommandLog(Files.createFile(directory.resolve("commands.log")), command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command to run, which ignores SIGTERM. */
    public String[] command(String name) {
        return new String[] {command.toString(), log.toString(), name};
    }

    public List<Start> starts() {
        return lines().stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[0].equals("start"))
                .map(fields -> new Start(fields[1], fields[2], Long.parseLong(fields[3])))
                .toList();
    }

    /** Waits until commands have been started so many times in all, and returns the last start. */
    public Start awaitStart(int count) {
        Await.until("start " + count + " of a command, after " + starts(), PATIENCE, () -> starts().size() >= count);
        return starts().get(count - 1);
    }

    /** Waits until the run has gone on for a while from now. */
    public void awaitBeats(Start start, int more) {
        int before = beats(start);
        Await.until(more + " more signs of " + start, PATIENCE, () -> beats(start) >= before + more);
    }

    private int beats(Start start) {
        return (int) lines().stream().filter(("beat " + start.run())::equals).count();
    }

    /** Fails if a run has given a sign of life after another one had begun, or tokens do not grow. */
    public void assertNeverTwoAtATime() {
        Set<String> over = new HashSet<>();
        Map<String, Long> tokens = new HashMap<>();
        String current = "";
        long last = -1;
        for (String line : lines()) {
            String[] fields = line.split(" ", -1);
            String run = fields[1];
            if (over.contains(run)) {
                throw new AssertionError(run + " still ran when " + current + " had begun, of " + starts());
            }
            if (fields[0].equals("start")) {
                if (!current.isEmpty()) {
                    over.add(current);
                }
                current = run;
                long token = Long.parseLong(fields[3]);
                if (token <= last) {
                    throw new AssertionError(
                            "the token " + token + " of " + run + " is not above " + last + ": " + tokens);
                }
                last = token;
                tokens.put(run, token);
            }
        }
    }

    private List<String> lines() {
        try {
            String text = Files.readString(log);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
