package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link HolderMain} in a process of its own, and what it wrote down. */
public final class HolderProcess implements AutoCloseable {
    private final String id;
    private final Path output;
    private final ChildJvm jvm;

    /** A moment in which the process held something, by its own clock. */
    public record Sample(String holder, String sort, long token, long beforeNanos, long afterNanos) {}

    private HolderProcess(String id, Path output, ChildJvm jvm) {
        this.id = id;
        this.output = output;
        this.jvm = jvm;
    }

    public static HolderProcess start(Path folder, String id, String servers, long sessionTimeoutMs) {
        Path output = folder.resolve(id + ".txt");
        List<String> command = new ArrayList<>();
        command.add(ChildJvm.java());
        command.addAll(ChildJvm.FLAGS);
        command.addAll(List.of("-cp", ChildJvm.classPath(name -> true), HolderMain.class.getName()));
        command.addAll(List.of(servers, id, Long.toString(sessionTimeoutMs)));
        return new HolderProcess(
                id,
                output,
                ChildJvm.start(new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))));
    }

    public String id() {
        return id;
    }

    public ChildJvm process() {
        return jvm;
    }

    public List<Sample> samples() {
        try {
            return Files.readAllLines(output).stream()
                    .flatMap(line -> parse(line).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing for what is none, or was cut short by the end of the process. */
    private Optional<Sample> parse(String line) {
        String[] words = line.split(" ", -1);
        return words.length == 5 && words[0].equals("held") && words[4].matches("\\d+") && words[3].matches("\\d+")
                ? Optional.of(new Sample(
                        id, words[1], Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4])))
                : Optional.empty();
    }

    @Override
    public void close() {
        if (jvm.isAlive()) {
            jvm.kill9();
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
