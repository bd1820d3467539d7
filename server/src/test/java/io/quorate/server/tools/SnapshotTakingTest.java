package io.quorate.server.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.server.FreePorts;
import io.quorate.server.ServerWiring;
import io.quorate.server.admin.SnapshotRequests;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.ServerConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SnapshotTakingTest {
    @TempDir
    private Path root;

    @Test
    void aServerThatRunsWritesOneOfWhatItHolds() throws Exception {
        WrittenDirectory written = new WrittenDirectory(root, root);
        written.createMany("/a", 20);
        Path config = Files.writeString(
                root.resolve("zoo.cfg"),
                "dataDir=" + root + "\nclientPortAddress=127.0.0.1\nclientPort=" + FreePorts.next() + "\n");
        List<String> fatal = new ArrayList<>();
        ServerConfig read = ServerConfigReader.read(config, new Properties(), 2);
        ServerWiring server = ServerWiring.start(read, (exit, message, thrown) -> fatal.add(message));
        ToolRun run;
        try {
            run = ToolRun.of("snapshot", "take", root);
        } finally {
            server.stop();
        }

        String name = "snapshot." + Long.toHexString(written.lastZxid());
        assertThat(run.exit()).as(run.toString()).isZero();
        assertThat(run.out()).endsWith(name + " is written\n");
        Path version = root.resolve("version-2");
        assertThat(version.resolve(SnapshotRequests.FILE)).doesNotExist();
        assertThat(ToolRun.of("snapshot", "dump", version.resolve(name)).out()).contains("/a19");
        assertThat(ToolRun.of("verify", root).out()).endsWith("sound\n");
        assertThat(fatal).isEmpty();
    }

    @Test
    void whereNoServerRunsItGivesUpAndLeavesNothing() {
        new WrittenDirectory(root, root);
        ToolRun run = ToolRun.of("snapshot", "take", root, "--timeout", "0");
        assertThat(run.exit()).isEqualTo(ToolExit.DAMAGED);
        assertThat(run.err()).contains("no server has written a snapshot into", "within 0 s");
        assertThat(root.resolve("version-2").resolve(SnapshotRequests.FILE)).doesNotExist();
    }
}
