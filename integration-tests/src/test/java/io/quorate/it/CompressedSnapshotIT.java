package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OfflineTree;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots in snappy, by a compressor of our own: a learner is sent one, and Apache ZooKeeper's code loads them. */
@Timeout(120)
class CompressedSnapshotIT {
    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    @Tag("full")
    void aLearnerGetsAndApacheLoadsWhatIsCompressed() throws Exception {
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE)
                .config("snapshot.compression.method", "snappy")
                .config("snapCount", "50")
                .config("forceSnapshotSync", "yes"));
        ensemble.start().awaitServing();
        ServerProcess follower = ensemble.followers().get(0);
        WriteHistory history = WriteHistory.start(ensemble);
        history.awaitMore(200);
        ensemble.restart(follower);
        follower.awaitMode("follower");
        history.awaitMore(200);
        history.stop();
        TreeDump tree = ensemble.assertEqualTrees();
        ensemble.stopAll();

        for (ServerProcess server : ensemble.servers()) {
            try (Stream<Path> files = Files.list(server.versionDirectory())) {
                assertThat(files).anyMatch(file -> file.toString().endsWith(".snappy"));
            }
            OfflineTree apaches = OfflineTree.load(server);
            assertThat(apaches.digest()).as(server.toString()).isEqualTo(tree.digest());
            assertThat(apaches.mismatches()).isEmpty();
        }
    }
}
