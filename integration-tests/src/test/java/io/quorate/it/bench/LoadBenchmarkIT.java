package io.quorate.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link LoadBenchmark} in a process with the memory that it needs, and shows what it says. */
@Tag("full")
class LoadBenchmarkIT {
    private static final String NODES = System.getProperty("quorate.bench.nodes", "1000000");
    private static final int TIMEOUT_MIN = 15;

    @TempDir
    private Path root;

    @Test
    void aMillionNodesAreLoadedByBoth() throws Exception {
        Path output = root.resolve("output.txt");
        Path data = Files.createDirectory(root.resolve("data"));
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx3g",
                        "-XX:+UseParallelGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadBenchmark.class.getName(),
                        data.toString(),
                        NODES))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(TIMEOUT_MIN, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        said.lines().filter(line -> line.contains("ratio")).forEach(System.out::println);
    }
}
