package io.quorate.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Adler32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A follower whose snapshot is whole, by its checksums, and of another tree than its digest says. */
@Timeout(180)
class DivergenceIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String TRUTH = "what was written";
    private static final String LIE = "what was WRITTEN";

    /** Checksum and end mark, behind the body and behind each section. */
    private static final int SEAL_BYTES = 8 + 5;

    private static final int DIGEST_SECTION_BYTES = 20;
    private static final int ZXID_SECTION_BYTES = 8;

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void aWrongTreeIsReplacedByThatOfAQuorateLeaderAndTheOldFilesAreKept() throws Exception {
        Ensemble ensemble = ensemble(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE);
        ServerProcess wrong = startedWithAWitness(ensemble);
        long offset = startedWithAWrongSnapshot(ensemble, wrong);

        wrong.awaitLog(Pattern.compile("It is this server's own snapshot that is wrong"), offset);
        writeUntil(ensemble, wrong, "The old files are kept in the folder version-2\\.aside-", offset);
        wrong.awaitLog(Pattern.compile("asks leader \\d+, with whom a quorum agrees, for the whole tree"), offset);
        wrong.awaitMode("follower");
        assertThat(readFrom(wrong)).isEqualTo(TRUTH);
        Path aside = asideFolders(wrong).get(0);
        assertThat(aside.resolve("why-set-aside")).exists();
        assertThat(newestSnapshot(aside)).content(ISO_8859_1).contains(LIE);
        ensemble.assertEqualTrees();

        ensemble.restart(wrong);
        wrong.awaitMode("follower");
        assertThat(readFrom(wrong)).isEqualTo(TRUTH);
        assertThat(asideFolders(wrong)).as("once is enough").hasSize(1);
        ensemble.assertEqualTrees();
    }

    /** Its files say nothing of their digest: it is the leader's next transaction that shows the difference. */
    @Test
    void aDifferenceThatShowsWhileItRunsEndsWithTheLeadersTree() throws Exception {
        Ensemble ensemble = ensemble(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE);
        ServerProcess wrong = startedWithAWitness(ensemble);
        try (StockClient client = StockClient.connect(ensemble.connectString())) {
            client.create("/truth", TRUTH);
        }
        takeSnapshot(wrong);
        wrong.kill9();
        change(newestSnapshot(wrong.versionDirectory()), false);
        long offset = wrong.logSize();
        wrong.start();
        wrong.awaitMode("follower");
        writeUntil(ensemble, wrong, "The old files are kept in the folder version-2\\.aside-", offset);
        wrong.awaitLog(Pattern.compile("leaves the leader and makes its tree anew of its own files"), offset);
        wrong.awaitLog(Pattern.compile("that has not the leader's digest either"), offset);
        wrong.awaitMode("follower");
        assertThat(readFrom(wrong)).isEqualTo(TRUTH);
        ensemble.assertEqualTrees();
    }

    @Test
    @Tag("full")
    void underAnApacheLeaderItIsAWarning() throws Exception {
        Ensemble ensemble = ensemble(Kind.QUORATE, Kind.APACHE, Kind.APACHE);
        ServerProcess wrong = ensemble.server(1);
        ensemble.server(2).start();
        ensemble.server(3).start();
        ensemble.awaitServing();
        wrong.start();
        wrong.awaitMode("follower");
        long offset = startedWithAWrongSnapshot(ensemble, wrong);

        wrong.awaitLog(Pattern.compile("it is not a Quorate server\\. .*zkTool.sh rebuild"), offset);
        wrong.awaitMode("follower");
        assertThat(readFrom(wrong)).isEqualTo(LIE);
        assertThat(asideFolders(wrong)).isEmpty();
    }

    private Ensemble ensemble(Kind... kinds) {
        return servers.ensemble(
                builder -> builder.voters(kinds).config("snapCount", "100").config("resyncOnDivergence", "true"));
    }

    /** Starts all; one follower has a history of its own, not its leader's snapshot, so that its agreement says something. Returns the other one. */
    private static ServerProcess startedWithAWitness(Ensemble ensemble) throws Exception {
        ensemble.start().awaitServing();
        try (StockClient client = StockClient.connect(ensemble.connectString())) {
            client.create("/history", "");
        }
        ServerProcess witness = ensemble.followers().get(1);
        ensemble.restart(witness);
        witness.awaitMode("follower");
        return ensemble.followers().get(0);
    }

    /** A leader offers its tree only while others compare theirs. */
    private static void writeUntil(Ensemble ensemble, ServerProcess server, String pattern, long offset)
            throws Exception {
        Pattern line = Pattern.compile(pattern);
        try (StockClient client = StockClient.connect(ensemble.leader().address())) {
            int[] written = new int[1];
            Await.until("the log to have " + pattern, PATIENCE, () -> {
                client.set("/history", "" + written[0]++);
                return line.matcher(server.log(offset)).find();
            });
        }
    }

    /** Writes until there is a snapshot with the truth in it, and changes it while the server is down. Returns where its log went on. */
    private static long startedWithAWrongSnapshot(Ensemble ensemble, ServerProcess wrong) throws Exception {
        try (StockClient client = StockClient.connect(ensemble.connectString())) {
            client.create("/truth", TRUTH);
            for (int i = 0; i < 150; i++) {
                client.create("/n" + i, "");
            }
        }
        Await.until("a snapshot", PATIENCE, () -> contains(newestSnapshot(wrong.versionDirectory()), TRUTH));
        wrong.kill9();
        change(newestSnapshot(wrong.versionDirectory()), true);
        long offset = wrong.logSize();
        wrong.start();
        return offset;
    }

    private static String readFrom(ServerProcess server) throws Exception {
        try (StockClient client = StockClient.connect(server.address())) {
            return client.get("/truth");
        }
    }

    /** Has it write one of all that it has applied. */
    private static void takeSnapshot(ServerProcess server) throws Exception {
        long offset = server.logSize();
        Files.createFile(server.versionDirectory().resolve("snapshot-request"));
        server.awaitLog(Pattern.compile("PUBLISHING -> IDLE, snapshot .* is written"), offset);
        assertThat(contains(newestSnapshot(server.versionDirectory()), TRUTH)).isTrue();
    }

    /** @param saysDigest whether the digest of what was written stays; else there is none */
    private static void change(Path snapshot, boolean saysDigest) throws IOException {
        byte[] bytes = Files.readAllBytes(snapshot);
        int at = indexOf(bytes, TRUTH);
        System.arraycopy(LIE.getBytes(UTF_8), 0, bytes, at, LIE.length());
        int sealOfZxid = bytes.length - SEAL_BYTES;
        int sealOfDigest = sealOfZxid - ZXID_SECTION_BYTES - SEAL_BYTES;
        int sealOfBody = sealOfDigest - DIGEST_SECTION_BYTES - SEAL_BYTES;
        if (!saysDigest) {
            int section = sealOfDigest - DIGEST_SECTION_BYTES;
            ByteBuffer.wrap(bytes).putLong(section, 0).putLong(sealOfDigest - Long.BYTES, 0);
        }
        Adler32 checksum = new Adler32();
        int done = 0;
        for (int seal : List.of(sealOfBody, sealOfDigest, sealOfZxid)) {
            checksum.update(bytes, done, seal - done);
            ByteBuffer.wrap(bytes).putLong(seal, checksum.getValue());
            done = seal;
        }
        Files.write(snapshot, bytes);
    }

    private static boolean contains(Path file, String text) {
        try {
            return indexOf(Files.readAllBytes(file), text) >= 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, ISO_8859_1).indexOf(text);
    }

    private static Path newestSnapshot(Path directory) {
        return list(directory, "snapshot.").stream()
                .max(Comparator.comparingLong(file -> Long.parseUnsignedLong(
                        String.valueOf(file.getFileName()).substring("snapshot.".length()), 16)))
                .orElseThrow();
    }

    private static List<Path> asideFolders(ServerProcess server) {
        return list(server.dataDirectory(), "version-2.aside-");
    }

    private static List<Path> list(Path directory, String prefix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
