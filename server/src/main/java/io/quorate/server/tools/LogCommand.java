package io.quorate.server.tools;

import io.quorate.replica.storage.StorageNames.Numbered;
import io.quorate.replica.storage.StoredFiles;
import io.quorate.server.disk.ReadOnlyDisk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zkTool.sh log}. */
@Command(name = "log", mixinStandardHelpOptions = true, description = "Looks at transaction logs.")
final class LogCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Command(
            name = "dump",
            mixinStandardHelpOptions = true,
            description = {
                "Writes one line a transaction: zxid, time, session, cxid, type, path and the rest.",
                "Where a file is damaged it says so on standard error, with the offset; what can be read is written nevertheless."
            })
    int dump(
            @Parameters(
                            paramLabel = "FILE|DIR",
                            description =
                                    "A log file; or a dataLogDir, or the version-2 in it, whose logs are read in their order.")
                    Path where,
            @Option(
                            names = "--format",
                            defaultValue = "TEXT",
                            paramLabel = "FORMAT",
                            description = "text, or json: one object a line. Default: text.")
                    Format format,
            @Option(names = "--data", description = "Write the data of nodes too; in JSON in base 64.")
                    boolean withData,
            @Mixin TxnRange range,
            @Mixin FieldLimit limit) {
        ReadOnlyDisk disk;
        List<String> names;
        StoredFiles files;
        if (Files.isDirectory(where)) {
            disk = Locations.find(spec, where, null).disk();
            files = new StoredFiles(disk, limit.maxField());
            List<Numbered> logs = files.logs();
            if (logs.isEmpty()) {
                throw new ToolException("there is no file log.ZXID in " + where
                        + "; with a dataLogDir of its own in zoo.cfg, the logs are there");
            }
            int first = StoredFiles.indexOfHolder(logs, range.firstZxid());
            names = logs.subList(first, logs.size()).stream()
                    .map(Numbered::name)
                    .toList();
        } else {
            disk = Locations.diskOf(spec, where);
            files = new StoredFiles(disk, limit.maxField());
            names = List.of(String.valueOf(where.getFileName()));
        }
        Rendering out = new Rendering(format, new Lines(spec.commandLine().getOut()));
        LogDump dump = new LogDump(
                disk,
                files,
                range,
                out,
                new TxnDescription(withData),
                spec.commandLine().getErr());
        return dump.run(names);
    }
}
