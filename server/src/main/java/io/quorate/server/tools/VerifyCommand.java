package io.quorate.server.tools;

import io.quorate.server.disk.HeldDisk;
import io.quorate.server.disk.ReadOnlyDisk;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zkTool.sh verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Says whether a server can trust its files, and up to which transaction. Changes nothing.",
            "Reads every snapshot and every log: checksums, seals, order, gaps, epochs, digests; then does what a server does at its start, "
                    + "in memory. The server may be running: its files are opened first, and what it changes then is not looked at.",
            "The exit code is 0 if all is sound, 1 if anything is damaged."
        })
@SuppressWarnings("NullAway.Init") // set by picocli
final class VerifyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "dataDir of zoo.cfg, or the version-2 in it; also a backup.")
    private Path dataDir;

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
        ReadOnlyDisk disk = where.disk();
        try (HeldDisk held = HeldDisk.open(disk)) {
            return new DirectoryCheck(disk, held, limit.maxField(), findings, progress).run();
        }
    }
}
