package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.protocol.OpCode;
import io.quorate.tree.TxnBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DumpTest {
    @TempDir
    private Path root;

    private WrittenDirectory written;
    private Path version;
    private Path log;

    @BeforeEach
    void write() {
        written = new WrittenDirectory(root, root);
        version = root.resolve("version-2");
        log = version.resolve("log.100000001");
        written.create("/a", "one");
        written.set("/a", "two\n", 1);
    }

    private static JsonNode json(String line) throws Exception {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void aLogIsWrittenOneLineATransaction() {
        ToolRun run = ToolRun.of("log", "dump", root, "--data");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(0))
                .startsWith(
                        "0x100000001 2023-11-14T22:13:20Z createSession session=0x7 cxid=1 timeoutMs=30000 digest=0x");
        assertThat(run.lines().get(1))
                .startsWith("0x100000002 2023-11-14T22:13:21Z create2 /a session=0x7 cxid=2 dataBytes=3 data=\"one\" "
                        + "acl=world:anyone:cdrwa ephemeral=false");
        assertThat(run.lines().get(2)).contains("setData /a session=0x7 cxid=3 dataBytes=4 data=0x74776f0a version=1");
    }

    @Test
    void asJsonEachLineIsAnObjectWithAllFields() throws Exception {
        ToolRun run = ToolRun.of("log", "dump", log, "--format", "json", "--data");
        JsonNode set = json(run.lines().get(2));
        assertThat(set.get("file").asText()).isEqualTo("log.100000001");
        assertThat(set.get("zxid").asText()).isEqualTo("0x100000003");
        assertThat(set.get("timeMs").asLong()).isEqualTo(WrittenDirectory.FIRST_TIME_MS + 2000);
        assertThat(set.get("type").asText()).isEqualTo("setData");
        assertThat(set.get("data").binaryValue()).isEqualTo("two\n".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "--from 0x100000002, 2",
        "--to 0x100000002, 2",
        "--from 0x100000002 --to 0x100000002, 1",
        "--since 2023-11-14T22:13:22Z, 1",
        "--until 1700000001000, 2",
        "--since 2023-11-14T23:13:21+01:00 --until 2023-11-14T22:13:21Z, 1"
    })
    void rangesAreByZxidAndByTime(String options, int expected) {
        String[] words = ("log dump " + root + " " + options).split(" ");
        assertThat(ToolRun.of((Object[]) words).lines()).hasSize(expected);
    }

    @Test
    void aMultiIsOneLineAndAPathCannotBreakIt() {
        written.append(
                OpCode.MULTI,
                new TxnBody.Multi(List.of(new TxnBody.Delete("/a"), new TxnBody.Check("/x\u001b[2J\ny", 3))));
        assertThat(ToolRun.of("log", "dump", root, "--from", "0x100000004").lines())
                .singleElement()
                .asString()
                .contains(
                        "multi session=0x7 cxid=4 failed=false parts=[delete /a; check /x\\u001b[2J\\u000ay version=3]");
    }

    @Test
    void aTornTailIsSaidWithFileAndOffset() throws Exception {
        long end = entriesEnd();
        byte[] torn = {0, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 60, 1, 2, 3};
        byte[] bytes = Files.readAllBytes(log);
        System.arraycopy(torn, 0, bytes, (int) end, torn.length);
        Files.write(log, bytes);
        ToolRun run = ToolRun.of("log", "dump", root);
        assertThat(run.exit()).isZero();
        assertThat(run.lines()).hasSize(3);
        assertThat(run.err())
                .contains(log + ": unfinished at offset " + end)
                .contains("15 bytes of an unfinished write");
    }

    @Test
    void aWrongChecksumIsSaidWithFileAndOffset() throws Exception {
        ToolRun.flip(log, 16 + 12 + 20);
        ToolRun run = ToolRun.of("log", "dump", root, "--format", "json");
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains(log + ": damaged at offset 16: ").contains("checksum");
        assertThat(json(run.lines().get(0)).get("damaged").asText()).contains("checksum");
    }

    private long entriesEnd() throws Exception {
        JsonNode last =
                json(ToolRun.of("log", "dump", log, "--format", "json").lines().get(2));
        return last.get("offset").asLong() + 12 + last.get("bytes").asLong() + 1;
    }

    @Test
    void logsOfApacheAreDumpedInTheirOrder() {
        ToolRun run = ToolRun.of("log", "dump", ToolRun.apache("plain"));
        assertThat(run.exit()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.lines().get(0)).startsWith("0x1 ").contains("createSession");
        assertThat(run.lines()).anyMatch(line -> line.startsWith("0x23 ")).anyMatch(line -> line.startsWith("0x24 "));
        assertThat(run.lines()).anyMatch(line -> line.contains("error=-110 errorText=node exists"));
    }

    @Test
    void argumentsThatMakeNoSenseAreRefusedWithWhatWouldMakeSense() {
        ToolRun number = ToolRun.of("log", "dump", root, "--from", "12");
        assertThat(number.exit()).isEqualTo(ToolExit.USAGE);
        assertThat(number.err()).contains("'12' is no zxid").contains("0x100000003");
        assertThat(ToolRun.of("log", "dump", root, "--since", "yesterday").err())
                .contains("2026-01-31T12:00:00Z");
        ToolRun missing = ToolRun.of("log", "dump", root.resolve("nowhere"));
        assertThat(missing.exit()).isEqualTo(ToolExit.USAGE);
        assertThat(missing.err()).contains("nowhere does not exist");
        assertThat(ToolRun.of("log").exit()).isEqualTo(ToolExit.USAGE);
    }

    // --- snapshots

    @Test
    void aSnapshotIsWrittenWithSessionsAclsNodesAndItsEnd() throws Exception {
        written.snapshot();
        ToolRun run =
                ToolRun.of("snapshot", "dump", version.resolve("snapshot.100000003"), "--format", "json", "--data");
        assertThat(run.exit()).isZero();
        assertThat(json(run.lines().get(0)).get("kind").asText()).isEqualTo("session");
        assertThat(json(run.lines().get(0)).get("id").asText()).isEqualTo("0x7");
        JsonNode node = json(run.lines().stream()
                .filter(line -> line.contains("\"/a\""))
                .findFirst()
                .orElseThrow());
        assertThat(node.get("data").binaryValue()).isEqualTo("two\n".getBytes(StandardCharsets.UTF_8));
        assertThat(node.get("mzxid").asText()).isEqualTo("0x100000003");
        assertThat(node.get("version").asInt()).isEqualTo(1);
        JsonNode end = json(run.lines().get(run.lines().size() - 1));
        assertThat(end.get("nodes").asInt()).isEqualTo(written.tree().nodeCount());
        assertThat(end.get("digest").asText())
                .isEqualTo("0x" + Long.toHexString(written.tree().digest()));
        assertThat(end.get("lastProcessedZxid").asText()).isEqualTo("0x100000003");
    }

    @ParameterizedTest
    @CsvSource({"plain, snapshot.22", "gz, snapshot.16.gz", "snappy, snapshot.1d.snappy", "sealed-once, snapshot.0"})
    void snapshotsOfApacheAreReadHoweverTheyAreCompressed(String folder, String name) {
        ToolRun run = ToolRun.of("snapshot", "dump", ToolRun.apache(folder).resolve(name));
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        assertThat(run.lines()).anyMatch(line -> line.startsWith("node /zookeeper/config "));
        assertThat(run.lines().get(run.lines().size() - 1)).startsWith("end nodes=");
    }

    @Test
    void aChangedByteOfASnapshotIsNoticed() {
        Path snapshot = version.resolve("snapshot.0");
        ToolRun.flip(snapshot, 40);
        ToolRun run = ToolRun.of("snapshot", "dump", snapshot);
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains(snapshot.toString());
    }

    @Test
    void comparingSaysWhatDiffersAndTheExitCodeSaysWhether() throws Exception {
        written.snapshot();
        Path before = version.resolve("snapshot.100000003");
        written.set("/a", "three", 2);
        written.create("/b", "");
        written.snapshot();
        Path after = version.resolve("snapshot.100000005");
        ToolRun run = ToolRun.of("snapshot", "compare", before, after);
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.lines())
                .contains("+ /b")
                .anyMatch(line ->
                        line.startsWith("~ /a: data 0x74776f0a -> \"three\", mzxid 0x100000003 -> 0x100000004, ")
                                && line.endsWith("version 1 -> 2"))
                .anyMatch(line -> line.startsWith("~ digest: "));
        assertThat(ToolRun.of("snapshot", "compare", after, before).lines()).contains("- /b");
        assertThat(ToolRun.of("snapshot", "compare", after, after).exit()).isZero();
    }

    @Test
    void whatIsBehindTheLastSealIsNoticed() throws Exception {
        Path snapshot = version.resolve("snapshot.0");
        Files.write(snapshot, new byte[] {0}, StandardOpenOption.APPEND);
        ToolRun run = ToolRun.of("snapshot", "dump", snapshot);
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("behind its last seal");
    }
}
