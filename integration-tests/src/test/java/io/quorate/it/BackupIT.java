package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OfflineTree;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.Tool;
import io.quorate.it.harness.TreeDump;
import io.quorate.it.harness.WriteHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A backup of an ensemble that is being written to, and a restore of all of it to a transaction of the operator's choice. */
@Timeout(180)
class BackupIT {
    private static final Pattern DIGEST = Pattern.compile("digest 0x([0-9a-f]+)");

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    Path root;

    @Test
    void allServersAreRestoredToATransactionInTheMiddleOfABackupUnderWrites() throws Exception {
        Path backup = root.resolve("backup");
        Ensemble ensemble = servers.ensemble(builder ->
                builder.voters(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE).config("snapCount", "100"));
        ensemble.start().awaitServing();
        Path source = ensemble.followers().get(0).dataDirectory();
        WriteHistory history = WriteHistory.start(ensemble);
        history.awaitMore(150);
        tool("backup", source, backup);
        long zxid;
        try (StockClient client = StockClient.connect(ensemble.leader().address())) {
            client.create("/before", "kept");
            zxid = client.zooKeeper().exists("/before", false).getCzxid();
            client.create("/after", "lost");
        }
        history.awaitMore(150);
        assertThat(tool("backup", source, backup)).contains(" of them new");
        assertThat(tool("verify", backup)).endsWith("sound\n");
        history.stop();
        ensemble.stopAll();

        String digest = "";
        for (ServerProcess server : ensemble.servers()) {
            Files.move(server.versionDirectory(), server.dataDirectory().resolve("version-2.old"));
            String said = tool("restore", backup, server.dataDirectory(), "--zxid", "0x" + Long.toHexString(zxid));
            assertThat(said).startsWith("restored to 0x" + Long.toHexString(zxid));
            Matcher found = DIGEST.matcher(said);
            assertThat(found.find()).as(said).isTrue();
            digest = found.group(1);
            OfflineTree apaches = OfflineTree.load(server);
            assertThat(apaches.zxid()).isEqualTo(zxid);
            assertThat(Long.toHexString(apaches.digest())).isEqualTo(digest);
            assertThat(apaches.mismatches()).isEmpty();
        }
        ensemble.start().awaitServing();

        TreeDump restored = ensemble.assertEqualTrees();
        assertThat(Long.toHexString(restored.digest())).isEqualTo(digest);
        assertThat(restored.nodes()).containsKey("/before").doesNotContainKey("/after");
        createNew(ensemble);
        assertThat(ensemble.assertEqualTrees().nodes()).containsKey("/new");
        ensemble.stopAll();

        apacheServersStartWithTheBackup(ensemble, backup, zxid, digest);
    }

    private void apacheServersStartWithTheBackup(Ensemble ensemble, Path backup, long zxid, String digest)
            throws Exception {
        for (ServerProcess server : ensemble.servers()) {
            Files.move(server.versionDirectory(), server.dataDirectory().resolve("version-2.older"));
            tool("restore", backup, server.dataDirectory(), "--zxid", "0x" + Long.toHexString(zxid));
            server.switchTo(Kind.APACHE);
        }
        ensemble.start().awaitServing();
        TreeDump tree = ensemble.assertEqualTrees();
        assertThat(Long.toHexString(tree.digest())).isEqualTo(digest);
        assertThat(tree.nodes()).containsKey("/before").doesNotContainKey("/after");
        createNew(ensemble);
    }

    private static void createNew(Ensemble ensemble) throws Exception {
        try (StockClient client = StockClient.connect(ensemble.leader().address())) {
            client.create("/new", "life");
        }
    }

    private static String tool(Object... arguments) throws Exception {
        Tool.Run run = Tool.run(arguments);
        assertThat(run.exit()).as("%s: %s", List.of(arguments), run.said()).isZero();
        return run.said();
    }
}
