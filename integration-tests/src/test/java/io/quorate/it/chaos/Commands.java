package io.quorate.it.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the operating system. */
final class Commands {
    private static final int TIMEOUT_S = 20;

    private Commands() {}

    /** @throws AssertionError with all that it said, if it fails */
    static void run(String... command) {
        Result result = tryRun(command);
        if (result.exitCode != 0) {
            throw new AssertionError(List.of(command) + " failed with " + result.exitCode + ": " + result.said);
        }
    }

    /** What became of a command; an exit code of -1 if there is no such command. */
    record Result(int exitCode, String said) {}

    static Result tryRun(String... command) {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
        try (var out = process.getInputStream()) {
            String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).trim();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(List.of(command) + " did not end within " + TIMEOUT_S + " s");
            }
            return new Result(process.exitValue(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
