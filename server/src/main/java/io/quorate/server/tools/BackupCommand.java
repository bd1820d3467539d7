package io.quorate.server.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin
    private FieldLimit limit;

    @Override
    public Integer call() {
        Locations where = Locations.find(spec, dataDir, logDir);
        Progress progress =
                new Progress(spec.commandLine().getErr(), ZkTool.of(spec).terminal());
        Findings findings = new Findings(spec.commandLine().getOut());
        String source = dataDir.toAbsolutePath().normalize().toString();
        try {
            new Backup(where.disk(), limit.maxField(), target, source, findings, progress).run();
        } catch (IOException e) {
            throw new UncheckedIOException("the backup to " + target + " failed and is the one before: " + e, e);
        }
        return ToolExit.OK;
    }
}
