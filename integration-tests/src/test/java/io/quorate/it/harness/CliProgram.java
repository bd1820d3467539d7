package io.quorate.it.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code scripts/quorate} as people run it, in a process of its own, with its output in files. */
public final class CliProgram implements AutoCloseable {
    private final List<String> command;
    private final Path out;
    private final Path err;
    private final ChildJvm process;

    /** How it ended. */
    public record Run(int exitCode, String out, String err) {}

    private CliProgram(List<String> command, Path out, Path err, ChildJvm process) {
        this.command = command;
        this.out = out;
        this.err = err;
        this.process = process;
    }

    /** Starts it, and returns at once. */
    public static CliProgram start(Path directory, String servers, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Repository.script("quorate").toString()));
        command.addAll(List.of(arguments));
        return start(directory, servers, command);
    }

    /**
     * As {@link #start(Path, String, String...)}, in a terminal, whose keys {@link #write} presses. Both of its outputs are in {@link #out()} then.
     *
     * @param line for a shell, with {@code quorate} as a word
     */
    public static CliProgram startInTerminal(Path directory, String servers, String line) {
        String named = line.replace("quorate ", Repository.script("quorate") + " ");
        // Who runs these tests in the background may have SIGINT ignored, which every process below would inherit; a
        // terminal's user has not.
        String atTerminal = "exec env --default-signal=INT " + named;
        return start(directory, servers, List.of("script", "-qefc", atTerminal, "/dev/null"));
    }

    /** Runs a shell's line to its end, with {@code quorate} as a word. */
    public static Run runInShell(Path directory, String servers, String line) {
        String named = line.replace("quorate ", Repository.script("quorate") + " ");
        return start(directory, servers, List.of("bash", "-c", named)).awaitEnd();
    }

    private static CliProgram start(Path directory, String servers, List<String> command) {
        try {
            Path out = Files.createTempFile(directory, "cli-", ".out");
            Path err = Files.createTempFile(directory, "cli-", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("QUORATE_SERVERS", servers);
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            return new CliProgram(command, out, err, ChildJvm.start(builder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end. */
    public static Run run(Path directory, String servers, String... arguments) {
        return start(directory, servers, arguments).awaitEnd();
    }

    /** Runs it to its end, with this on its standard input. */
    public static Run runWith(byte[] input, Path directory, String servers, String... arguments) {
        CliProgram program = start(directory, servers, arguments);
        program.write(input);
        program.endInput();
        return program.awaitEnd();
    }

    /** Bytes for its standard input, or keys for its terminal. */
    public void write(byte[] bytes) {
        try {
            OutputStream in = process.process().getOutputStream();
            in.write(bytes);
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void endInput() {
        try {
            process.process().getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Run awaitEnd() {
        return new Run(process.awaitExit(), out(), err());
    }

    /** What it has printed so far. */
    public String out() {
        return read(out);
    }

    /** What it has complained of so far. */
    public String err() {
        return read(err);
    }

    /** Waits until it has complained of this, or told of it on standard error. */
    public void awaitErr(String text) {
        Await.until(this + " to say \"" + text + "\"", Duration.ofSeconds(40), () -> err().contains(text));
    }

    /** Waits until it has printed this. */
    public void awaitOut(String text) {
        Await.until(this + " to print \"" + text + "\"", Duration.ofSeconds(40), () -> out().contains(text));
    }

    /** Its JVM: the launcher becomes it. */
    public ChildJvm process() {
        return process;
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.kill9();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\n" + out() + err();
    }
}
