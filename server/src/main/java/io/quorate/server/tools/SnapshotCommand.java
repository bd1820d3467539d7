package io.quorate.server.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zkTool.sh snapshot}. */
@Command(name = "snapshot", mixinStandardHelpOptions = true, description = "Looks at snapshots, and has them taken.")
final class SnapshotCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            description = {
                "Writes the sessions, ACLs and nodes of a snapshot, one a line, and what its end says.",
                "Snapshots that are compressed with gzip or snappy are known by their names, .gz and .snappy."
            })
    int dump(
            @Parameters(paramLabel = "FILE", description = "A snapshot.") Path file,
            @Option(
                            names = "--format",
                            defaultValue = "TEXT",
                            paramLabel = "FORMAT",
                            description = "text, or json: one object a line. Default: text.")
                    Format format,
            @Option(names = "--data", description = "Write the data of nodes too; in JSON in base 64.")
                    boolean withData,
            @Mixin FieldLimit limit) {
        Rendering out = new Rendering(format, new Lines(spec.commandLine().getOut()));
        return new SnapshotDump(new SnapshotFile(spec, file, limit.maxField()), out, withData).run();
    }

    @Command(
            name = "take",
            mixinStandardHelpOptions = true,
            description = {
                "Has a running server write a snapshot of what it holds now, waits for it, and says which it is.",
                "The request is a file in the data directory: no port is needed, and leave to write there is."
            })
    int take(
            @Parameters(paramLabel = "DIR", description = "dataDir of the server, or the version-2 in it.") Path dir,
            @Option(
                            names = "--timeout",
                            defaultValue = "600",
                            paramLabel = "SECONDS",
                            description = "How long to wait for it. Default: 600.")
                    int seconds)
            throws IOException, InterruptedException {
        Path data = Locations.find(spec, dir, null).data();
        Path snapshot = new SnapshotTaking(data, Duration.ofSeconds(seconds)).run();
        spec.commandLine().getOut().println(snapshot + " is written");
        return ToolExit.OK;
    }

    @Command(
            name = "compare",
            mixinStandardHelpOptions = true,
            description = {
                "Says how the trees and sessions of two snapshots differ: - is only in A, + only in B, ~ in both and different.",
                "The exit code is 0 if they hold the same, 1 if not. Holds the whole of A in memory."
            })
    int compare(
            @Parameters(index = "0", paramLabel = "A", description = "A snapshot.") Path a,
            @Parameters(index = "1", paramLabel = "B", description = "Another one.") Path b,
            @Mixin FieldLimit limit) {
        SnapshotComparison comparison =
                new SnapshotComparison(new Lines(spec.commandLine().getOut()));
        return comparison.compare(
                new SnapshotFile(spec, a, limit.maxField()), new SnapshotFile(spec, b, limit.maxField()));
    }
}
