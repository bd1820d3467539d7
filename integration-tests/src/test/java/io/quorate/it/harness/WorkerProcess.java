package io.quorate.it.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A worker of a master election in a process of its own ({@code io.quorate.client.election.WorkerMain}), and what it said. */
public final class WorkerProcess implements AutoCloseable {
    private static final String MAIN = "io.quorate.client.election.WorkerMain";

    /** One line that a worker printed: what it was told, and when by the wall clock that all processes here share. */
    public record Event(long wallMs, String worker, String what, String details) {
        static Event parse(String line) {
            String[] parts = line.split(" ", 4);
            return new Event(Long.parseLong(parts[0]), parts[1], parts[2], parts.length > 3 ? parts[3] : "");
        }

        public boolean is(String kind) {
            return what.equals(kind);
        }
    }

    private final String id;
    private final ChildJvm jvm;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> noise = new CopyOnWriteArrayList<>();

    private WorkerProcess(String id, ChildJvm jvm) {
        this.id = id;
        this.jvm = jvm;
    }

    /** Starts a worker that competes for the mastership, and returns at once. */
    public static WorkerProcess start(String id, String servers, Duration sessionTimeout, String... more) {
        List<String> command = new ArrayList<>();
        command.add(ChildJvm.java());
        command.addAll(ChildJvm.FLAGS);
        command.addAll(List.of("-cp", ChildJvm.classPath(name -> true), MAIN));
        command.addAll(List.of(
                "--servers", servers, "--id", id, "--session-timeout-ms", Long.toString(sessionTimeout.toMillis())));
        command.addAll(List.of(more));
        WorkerProcess worker =
                new WorkerProcess(id, ChildJvm.start(new ProcessBuilder(command).redirectErrorStream(true)));
        Thread reader = new Thread(worker::readLines, "output-of-" + id);
        reader.setDaemon(true);
        reader.start();
        return worker;
    }

    private void readLines() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(jvm.process().getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.matches("\\d{13} " + id + " .*")) {
                    events.add(Event.parse(line));
                } else {
                    noise.add(line);
                }
            }
        } catch (IOException e) {
            if (jvm.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public String id() {
        return id;
    }

    public ChildJvm process() {
        return jvm;
    }

    /** All that it said so far, in order. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** Where {@link #awaitEvent} is to begin to look for what is said from now on. */
    public int position() {
        return events.size();
    }

    /** Waits until the worker says something, at or after this position, that fits. */
    public Event awaitEvent(String description, int from, Duration timeout, Predicate<Event> fits) {
        return Await.value(this + " to say " + description, timeout, () -> {
            List<Event> now = events();
            Optional<Event> found =
                    now.subList(from, now.size()).stream().filter(fits).findFirst();
            if (found.isEmpty() && !jvm.isAlive()) {
                throw new AssertionError(this + " ended without saying " + description);
            }
            return found;
        });
    }

    /** Whether the last that it was told of its own mastership is that it has it. */
    public boolean saysItIsMaster() {
        List<Event> own = events().stream()
                .filter(event -> event.is("elected") || event.is("revoked"))
                .toList();
        return !own.isEmpty() && own.get(own.size() - 1).is("elected");
    }

    @Override
    public void close() {
        if (jvm.isAlive()) {
            jvm.kill9();
        }
    }

    @Override
    public String toString() {
        return "worker " + id + ", which said\n  "
                + String.join("\n  ", events.stream().map(Event::toString).toList())
                + (noise.isEmpty() ? "" : "\n  and\n  " + String.join("\n  ", noise));
    }
}
