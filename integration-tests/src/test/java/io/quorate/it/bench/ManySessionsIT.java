package io.quorate.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Servers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand sessions of one process at three servers; shows what {@link ManySessions} says. */
@Tag("full")
class ManySessionsIT {
    private static final String SESSIONS = System.getProperty("quorate.bench.sessions", "10000");
    private static final int TIMEOUT_MIN = 10;

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    private Path root;

    @Test
    void oneThreadForInputAndOutputHoldsThemAll() throws Exception {
        Ensemble ensemble = servers.ensemble(builder ->
                        builder.voters(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE).config("maxSessionTimeout", "60000"))
                .start()
                .awaitServing();
        Path output = root.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManySessions.class.getName(),
                        ensemble.connectString(),
                        SESSIONS))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(TIMEOUT_MIN, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains("at rest 1 for I/O and 0 for callbacks").contains("sessions lost 0");
        said.lines().filter(line -> line.contains("sessions:")).forEach(System.out::println);
    }
}
