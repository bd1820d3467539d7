package io.quorate.server.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zkTool.sh restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a server's data directory from a backup, as it was at a point in time.",
            "The server is stopped, and its directory has no version-2 with files: nothing is written over. All servers of an ensemble "
                    + "have to be restored alike before any is started."
        })
@SuppressWarnings("NullAway.Init") // set by picocli
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BACKUP", description = "What zkTool.sh backup wrote.")
    private Path backup;

    @Parameters(index = "1", paramLabel = "DIR", description = "dataDir of the server's zoo.cfg.")
    private Path dataDir;

    @Option(names = "--log-dir", paramLabel = "DIR", description = "dataLogDir of zoo.cfg, if there is one.")
    private @Nullable Path logDir;

    @ArgGroup(multiplicity = "1")
    private RestoreTarget target;

    @Mixin
    private FieldLimit limit;

    @Override
    public Integer call() {
        Progress progress =
                new Progress(spec.commandLine().getErr(), ZkTool.of(spec).terminal());
        Findings findings = new Findings(spec.commandLine().getOut());
        Path log = logDir == null ? dataDir : logDir;
        try {
            new Restore(backup, limit.maxField(), dataDir, log, findings, progress, FileChanges.REAL).run(target);
        } catch (IOException e) {
            throw new UncheckedIOException("the restore to " + dataDir + " failed, and nothing is in place: " + e, e);
        }
        return ToolExit.OK;
    }
}
