package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.Tool;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A follower whose disk has changed what was written: it says so once, and comes back as the leader's copy. */
@Timeout(180)
class RebuildIT {
    private static final Duration END_TIMEOUT = Duration.ofSeconds(40);

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void aDamagedFollowerTakesItselfOutSaysWhatToDoAndComesBackWithTheSameTree() throws Exception {
        Ensemble ensemble = servers.ensemble(builder ->
                builder.voters(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE).config("snapCount", "100"));
        ensemble.start().awaitServing();
        ServerProcess damaged = ensemble.followers().get(0);
        WriteHistory history = WriteHistory.start(ensemble);
        history.awaitMore(400);
        Await.until(
                "two snapshots", END_TIMEOUT, () -> files(damaged, "snapshot.").size() > 2);
        damaged.kill9();
        history.awaitMore(100);

        Path snapshot = newest(damaged, "snapshot.");
        Path log = newestBefore(damaged, snapshot);
        flipMiddle(snapshot, Files.size(snapshot) / 2);
        flipMiddle(log, 60);
        long offset = damaged.logSize();
        damaged.start();
        assertThat(damaged.process().awaitExit()).isEqualTo(1);
        String said = damaged.log(offset);
        assertThat(Pattern.compile("ERROR").matcher(said).results()).hasSize(1);
        assertThat(said).contains(snapshot.getFileName() + " cannot be loaded");
        String command = "scripts/zkTool.sh rebuild " + damaged.configFile().toAbsolutePath();
        assertThat(said.lines().filter(line -> line.contains("ERROR")))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(log.getFileName() + " is damaged at offset 16: ")
                        .contains(damaged.dataDirectory().toString())
                        .endsWith(command));

        Tool.Run refused = Tool.run("rebuild", ensemble.leader().configFile());
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.said()).contains("stop the server first");
        String promise = Files.readString(damaged.versionDirectory().resolve("acceptedEpoch"));
        Tool.Run run = Tool.run("rebuild", damaged.configFile());
        assertThat(run.exit()).as(run.said()).isZero();
        assertThat(run.said()).contains("version-2.aside-").contains("takes no part in elections");
        assertThat(damaged.versionDirectory().resolve("acceptedEpoch")).hasContent(promise);
        assertThat(files(damaged, "snapshot.")).isEmpty();

        damaged.start();
        damaged.awaitMode("follower");
        assertThat(damaged.versionDirectory().resolve("rebuild")).doesNotExist();
        history.awaitMore(100);
        history.stop();
        TreeDump tree = ensemble.assertEqualTrees();
        damaged.kill9();
        damaged.start();
        damaged.awaitMode("follower", "leader");
        assertThat(ensemble.assertEqualTrees().digest()).isEqualTo(tree.digest());
        assertThat(Tool.run("verify", damaged.dataDirectory()).said()).endsWith("sound\n");
    }

    private static List<Path> files(ServerProcess server, String prefix) {
        try (Stream<Path> files = Files.list(server.versionDirectory())) {
            return files.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
                    .sorted(Comparator.comparingLong(RebuildIT::zxid))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long zxid(Path file) {
        return Long.parseUnsignedLong(String.valueOf(file.getFileName()).split("\\.", 3)[1], 16);
    }

    private static Path newest(ServerProcess server, String prefix) {
        List<Path> files = files(server, prefix);
        return files.get(files.size() - 1);
    }

    /** The log that a start from the snapshot before this one has to read. */
    private static Path newestBefore(ServerProcess server, Path snapshot) {
        return files(server, "log.").stream()
                .filter(log -> zxid(log) <= zxid(snapshot))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private static void flipMiddle(Path file, long position) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            access.seek(position);
            int old = access.read();
            access.seek(position);
            access.write(old ^ 0x10);
        }
    }
}
