package io.quorate.server.tools;

import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.ServerConfigReader;
import io.quorate.server.config.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zkTool.sh rebuild}. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        description = {
            "Prepares a server whose files are damaged to get everything from the leader at its next start. The server has to be stopped, "
                    + "and a majority of the other voters be up.",
            "Its files are kept, in a folder beside version-2 that has the date in its name. What the server has promised to leaders stays; "
                    + "until it has the leader's data it takes no part in elections, so that nothing that it had acknowledged is lost."
        })
@SuppressWarnings("NullAway.Init") // set by picocli
final class RebuildCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ZOO_CFG", description = "The server's zoo.cfg.")
    private Path file;

    @Override
    public Integer call() {
        Findings findings = new Findings(spec.commandLine().getOut());
        ServerConfig config;
        try {
            config = ServerConfigReader.read(
                    file, System.getProperties(), Runtime.getRuntime().availableProcessors());
        } catch (StartException e) {
            throw new ToolException(String.valueOf(e.getMessage()));
        }
        try {
            new SettingAside(config, Instant.now(), findings).run();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the files were not all set aside: " + e
                            + ". Mend that and give the command again; it goes on from there",
                    e);
        }
        return ToolExit.OK;
    }
}
