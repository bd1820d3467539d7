package io.quorate.it.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM in a process of its own, that signals can be sent to and that {@code /proc} can be asked about. None outlives the
 * JVM that started it.
 */
public final class ChildJvm {
    /** Small and quick to start: two cores run up to eight of them. */
    static final List<String> FLAGS =
            List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private static final long EXIT_TIMEOUT_S = 20;

    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "kill-child-processes"));
    }

    private final Process process;

    private ChildJvm(Process process) {
        this.process = process;
    }

    /** Starts a process and remembers it while it lives. */
    static ChildJvm start(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            ALIVE.removeIf(earlier -> !earlier.isAlive());
            ALIVE.add(process);
            return new ChildJvm(process);
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + builder.command(), e);
        }
    }

    /** The java launcher of the JVM that the tests run in. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The part of the tests' own class path whose file names are accepted. */
    static String classPath(Predicate<String> acceptsFileName) {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return Arrays.stream(all.split(File.pathSeparator, -1))
                .filter(entry ->
                        acceptsFileName.test(Path.of(entry).getFileName().toString()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    Process process() {
        return process;
    }

    /** SIGKILL: no line of the process's own runs any more. Returns when it is gone. */
    public void kill9() {
        kill9WithoutWaiting();
        awaitExit();
    }

    /** As {@link #kill9}, and returns at once. */
    public void kill9WithoutWaiting() {
        // The handle's, not the process's: that would close the pipe with what the process has said last.
        process.toHandle().destroyForcibly();
    }

    /** SIGTERM, and waits until the process is gone; returns its exit code. */
    public int terminate() {
        process.toHandle().destroy();
        return awaitExit();
    }

    /** SIGSTOP: the process stands still, its sockets stay open. Returns when the last of its threads has stopped. */
    public void pause() {
        signal("STOP");
        Await.until("every thread of process " + pid() + " to stop", Duration.ofSeconds(10), this::isStopped);
    }

    private boolean isStopped() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
            for (Path task : tasks.toList()) {
                String stat = Files.readString(task.resolve("stat"));
                // The state follows the name, which may hold anything but ends with the last parenthesis.
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /**
     * Waits until the process is gone.
     *
     * @return its exit code
     * @throws AssertionError if it is still there after 20 s; it is then killed
     */
    public int awaitExit() {
        try {
            if (!process.waitFor(EXIT_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("process " + pid() + " did not end within " + EXIT_TIMEOUT_S + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while process " + pid() + " was to end", e);
        }
    }

    /** Open file descriptors, from {@code /proc}. */
    public int fileDescriptors() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return Math.toIntExact(descriptors.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Threads of the process, from {@code /proc}. */
    public int threads() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
            return Math.toIntExact(tasks.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .redirectErrorStream(true)
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -" + name + " " + pid() + " failed: "
                        + new String(kill.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
