package io.quorate.server.tools;

import io.quorate.server.disk.HeldDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zkTool.sh backup}. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Copies the snapshots and logs of a server, which may be running, to a directory.",
            "Run again into the same directory it takes only what is new, and keeps what the server has purged: restore can then go to "
                    + "any transaction since the first backup. All that is copied is checked.",
            "One server of an ensemble is enough; take one that is well connected, since a backup holds what that server has."
        })
@SuppressWarnings("NullAway.Init") // set by picocli
final class BackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "dataDir of the server's zoo.cfg.")
    private Path dataDir;

    @Parameters(
            index = "1",
            paramLabel = "BACKUP",
            description = "Where to: a new directory, or an earlier backup of the same server.")
    private Path target;

    @Option(names = "--log-dir", paramLabel = "DIR", description = "dataLogDir of zoo.cfg, if there is one.")
    private @Nullable Path logDir;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description =
                    "Keep the N newest snapshots in the backup, and the logs from the oldest of them on; what is older goes. Default: "
                            + "all that was ever backed up.")
    private int keep = Integer.MAX_VALUE;

    @Mixin
    private FieldLimit limit;

    @Override
    public Integer call() {
        if (keep < 1) {
            throw new ParameterException(spec.commandLine(), "--keep is " + keep + ", the least is 1");
        }
        Locations where = Locations.find(spec, dataDir, logDir);
        Progress progress =
                new Progress(spec.commandLine().getErr(), ZkTool.of(spec).terminal());
        Findings findings = new Findings(spec.commandLine().getOut());
        String source = dataDir.toAbsolutePath().normalize().toString();
        try (HeldDisk held = HeldDisk.open(where.disk())) {
            new Backup(held, limit.maxField(), keep, target, source, findings, progress).run();
        } catch (IOException e) {
            throw new UncheckedIOException("the backup to " + target + " failed and is the one before: " + e, e);
        }
        return ToolExit.OK;
    }
}
