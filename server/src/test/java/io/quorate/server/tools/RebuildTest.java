package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replica.storage.Rebuild;
import io.quorate.server.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebuildTest {
    @TempDir
    private Path root;

    private Path data;
    private Path log;
    private Path config;
    private ServerSocket port;

    @BeforeEach
    void write() throws IOException {
        data = root.resolve("data/version-2");
        log = root.resolve("log/version-2");
        WrittenDirectory written = new WrittenDirectory(root.resolve("data"), root.resolve("log"));
        written.createMany("/a", 3);
        port = new ServerSocket();
        port.bind(new InetSocketAddress(FreePorts.next()));
        int other = FreePorts.next();
        config = Files.writeString(
                root.resolve("zoo.cfg"),
                "dataDir=" + root.resolve("data") + "\ndataLogDir=" + root.resolve("log")
                        + "\nclientPort=2181\ninitLimit=5\nsyncLimit=5\nserver.1=127.0.0.1:" + other + ":"
                        + port.getLocalPort() + "\nserver.2=b:2888:3888\nserver.3=c:2888:3888\n");
        Files.writeString(root.resolve("data/myid"), "1");
    }

    private List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private Path aside(String directory) throws IOException {
        String name = names(root.resolve(directory)).stream()
                .filter(each -> each.startsWith("version-2.aside-"))
                .reduce((first, second) -> second)
                .orElseThrow();
        return root.resolve(directory).resolve(name);
    }

    @Test
    void aServerThatRunsIsLeftAlone() throws IOException {
        List<String> before = names(data);
        ToolRun run = ToolRun.of("rebuild", config);
        port.close();
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("something listens at port").contains("stop the server first");
        assertThat(names(data)).isEqualTo(before);
    }

    @Test
    void allIsSetAsideButThePromise() throws IOException {
        port.close();
        ToolRun run = ToolRun.of("rebuild", config);
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(names(data)).containsExactly("acceptedEpoch", "rebuild");
        assertThat(data.resolve("rebuild")).hasContent(Rebuild.READY);
        assertThat(names(log)).isEmpty();
        assertThat(names(aside("data"))).containsExactly("currentEpoch", "snapshot.0");
        assertThat(names(aside("log"))).containsExactly("log.100000001");
    }

    @Test
    void aPromiseThatCannotBeReadIsSetAsideToo() throws IOException {
        port.close();
        Files.writeString(data.resolve("acceptedEpoch"), "x");
        ToolRun run = ToolRun.of("rebuild", config);
        assertThat(run.out()).contains("acceptedEpoch is damaged").contains("a majority of the other voters");
        assertThat(names(data)).containsExactly("rebuild");
        assertThat(names(aside("data"))).contains("acceptedEpoch");
    }

    @Test
    void whatWasInterruptedGoesOn() throws IOException {
        port.close();
        Files.writeString(data.resolve(Rebuild.MARKER), Rebuild.BEGUN);
        Files.delete(data.resolve("currentEpoch"));
        assertThat(ToolRun.of("rebuild", config).exit()).isZero();
        assertThat(data.resolve("rebuild")).hasContent(Rebuild.READY);
        assertThat(names(aside("data"))).containsExactly("snapshot.0");
    }

    @Test
    void aServerAloneHasNobodyToBeRebuiltFrom() throws IOException {
        port.close();
        Files.writeString(config, "dataDir=" + root.resolve("data") + "\nclientPort=2181\n");
        ToolRun run = ToolRun.of("rebuild", config);
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("nobody else has its data");
        assertThat(names(data)).contains("snapshot.0");
    }
}
