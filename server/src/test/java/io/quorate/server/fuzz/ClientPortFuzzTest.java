package io.quorate.server.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sessions that are broken on purpose against a whole server. A failure names the seed that plays it again:
 * {@code -Dtest=ClientPortFuzzTest -Dfuzz.seed=…}; {@code -Dfuzz.minutes=…} with the tag "full" goes on for so long.
 */
class ClientPortFuzzTest {
    private static final int SESSIONS = 400;
    private static final int SESSIONS_OF_A_LONG_ROUND = 20_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    @TempDir
    private Path dir;

    /** The seeds that are kept: those that once found something, each with a line that says what, and some that did not. */
    static LongStream seeds() throws IOException {
        Long only = Long.getLong("fuzz.seed");
        if (only != null) {
            return LongStream.of(only);
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                ClientPortFuzzTest.class.getResourceAsStream("seeds.txt"), StandardCharsets.UTF_8))) {
            return LongStream.of(lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .mapToLong(Long::parseLong)
                    .toArray());
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Timeout(180)
    void aServerOutlivesEverySession(long seed) throws Exception {
        round(dir, seed, Integer.getInteger("fuzz.sessions", SESSIONS));
    }

    @Test
    @Tag("full")
    void aServerOutlivesSessionsForMinutes() throws Exception {
        long end = System.nanoTime() + Long.getLong("fuzz.minutes", 10) * MINUTE_NANOS;
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        long frames = 0;
        int rounds = 0;
        for (; System.nanoTime() < end; seed++, rounds++) {
            Path round = Files.createDirectories(dir.resolve("round-" + seed));
            frames += round(round, seed, SESSIONS_OF_A_LONG_ROUND);
            delete(round);
        }
        System.out.println("fuzzed: " + rounds + " rounds of " + SESSIONS_OF_A_LONG_ROUND + " sessions, " + frames
                + " frames, last seed " + (seed - 1));
        assertThat(rounds).isPositive();
    }

    /** @return how many frames were sent */
    private static long round(Path dir, long seed, int sessions) throws Exception {
        int ioThreads = (seed & 1) == 0 ? 0 : 2;
        try (FuzzedServer server = new FuzzedServer(dir, ioThreads);
                Witness witness = new Witness(server.port());
                HostileClients clients = new HostileClients(server.port(), seed)) {
            clients.play(sessions);
            assertThat(witness.finish()).isPositive();
            server.assertUnharmed();
            return clients.frames();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + sessions + " sessions: " + e.getMessage(), e);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
