package io.quorate.it.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Somebody else's program that talks to a server, and the lines that it prints. A line {@value #RESTART} asks that the server be
 * killed and started again; a line on the program's standard input says when it serves.
 */
public final class OtherProgram {
    private static final String RESTART = "@restart";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MAX_LINES = 10_000;

    /** As good as a line of the program's own: nothing that a program here prints. */
    private static final String END_OF_OUTPUT = "\0";

    private OtherProgram() {}

    /**
     * Runs the program to its end.
     *
     * @param input what it reads on its standard input; without it, the lines that answer {@value #RESTART}
     * @return what it printed, stdout and stderr in one
     * @throws AssertionError if it says nothing for 90 s, says too much, or ends with another exit code than 0
     */
    public static List<String> run(List<String> command, String input, ServerProcess server) {
        ChildJvm process = ChildJvm.start(new ProcessBuilder(command).redirectErrorStream(true));
        List<String> lines = new ArrayList<>();
        try {
            OutputStream stdin = process.process().getOutputStream();
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
            stdin.flush();
            BlockingQueue<String> said = readInBackground(process.process());
            for (String line = next(said, lines); !line.equals(END_OF_OUTPUT); line = next(said, lines)) {
                lines.add(line);
                if (line.equals(RESTART)) {
                    restart(server);
                    stdin.write('\n');
                    stdin.flush();
                }
            }
            int exitCode = process.awaitExit();
            if (exitCode != 0) {
                throw new AssertionError(command.get(0) + " ended with exit code " + exitCode + after(lines));
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(command + after(lines), e);
        } finally {
            if (process.isAlive()) {
                process.kill9();
            }
        }
    }

    /** Runs a command that tells by its exit code, and says whether that is 0. What it prints is lost. */
    public static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A source below {@code integration-tests/src/test}. */
    public static Path source(String folder, String name) {
        return Repository.root().resolve(Path.of("integration-tests", "src", "test", folder, name));
    }

    private static void restart(ServerProcess server) {
        server.kill9();
        server.start();
        server.awaitMode("standalone");
    }

    private static BlockingQueue<String> readInBackground(Process process) {
        BlockingQueue<String> said = new LinkedBlockingQueue<>();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                        lines.lines().limit(MAX_LINES).forEach(said::add);
                    } catch (IOException | UncheckedIOException e) {
                        said.add("reading ended: " + e);
                    }
                    said.add(END_OF_OUTPUT);
                },
                "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        return said;
    }

    private static String next(BlockingQueue<String> said, List<String> lines) {
        try {
            String line = said.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("the program says nothing for " + PATIENCE.toSeconds() + " s" + after(lines));
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted" + after(lines), e);
        }
    }

    private static String after(List<String> lines) {
        return ", after\n" + String.join("\n", lines);
    }
}
