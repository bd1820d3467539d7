package io.quorate.server.tools;

import io.quorate.replica.storage.DamagedFileException;
import io.quorate.replica.storage.StorageException;
import io.quorate.server.admin.Version;
import io.quorate.tree.SnapshotException;
import java.io.BufferedWriter;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;

/** The tools' program: {@code scripts/zkTool.sh COMMAND}. */
@Command(
        name = "zkTool.sh",
        mixinStandardHelpOptions = true,
        versionProvider = ZkTool.VersionProvider.class,
        subcommands = {
            HelpCommand.class,
            LogCommand.class,
            SnapshotCommand.class,
            VerifyCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            RebuildCommand.class,
        },
        description = "Looks at the files of a server, backs them up, restores them, and prepares a rebuild. "
                + "Works on what Quorate wrote and on what Apache ZooKeeper 3.9 wrote.",
        footer = {
            "",
            "Exit codes: 0 all is well; 1 damaged, different, or not there; 2 wrong arguments; 3 a file could not be read or written.",
            "Zxids are written as everywhere, 0x100000003; times as 2026-01-31T12:00:00Z, or in milliseconds since 1970."
        })
public final class ZkTool {
    /** Set by the launcher when standard error is a terminal. */
    private static final String TERMINAL_PROPERTY = "quorate.tool.terminal";

    private final boolean terminal;

    /** @param terminal whether somebody looks at standard error, so that progress is shown there */
    ZkTool(boolean terminal) {
        this.terminal = terminal;
    }

    /** @param arguments see {@code zkTool.sh --help} */
    public static void main(String[] arguments) {
        PrintWriter out = buffered(System.out);
        PrintWriter err = buffered(System.err);
        int exit = run(Boolean.getBoolean(TERMINAL_PROPERTY), out, err, arguments);
        System.exit(exit);
    }

    /**
     * Runs a command, and returns when all that it writes is written.
     *
     * @param terminal whether somebody looks at {@code err}
     * @return the exit code
     */
    public static int run(boolean terminal, PrintWriter out, PrintWriter err, String... arguments) {
        int exit = commandLine(terminal).setOut(out).setErr(err).execute(arguments);
        out.flush();
        err.flush();
        return exit;
    }

    private static PrintWriter buffered(OutputStream stream) {
        return new PrintWriter(new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)));
    }

    private static CommandLine commandLine(boolean terminal) {
        CommandLine tool = new CommandLine(new ZkTool(terminal));
        tool.registerConverter(ZxidArgument.class, ZxidArgument::parse);
        tool.registerConverter(TimeArgument.class, TimeArgument::parse);
        tool.setExecutionExceptionHandler((thrown, command, parsed) -> failed(thrown, command));
        tool.setCaseInsensitiveEnumValuesAllowed(true);
        return tool;
    }

    private static int failed(Exception thrown, CommandLine command) {
        PrintWriter err = command.getErr();
        if (thrown instanceof DamagedFileException
                || thrown instanceof ToolException
                || thrown instanceof SnapshotException) {
            err.println(thrown.getMessage());
            return ToolExit.DAMAGED;
        }
        if (thrown instanceof StorageException || thrown instanceof UncheckedIOException) {
            err.println(thrown.getMessage());
            return ToolExit.FAILED;
        }
        err.println("zkTool.sh failed, which is a mistake in it; please report this:");
        thrown.printStackTrace(err);
        return ToolExit.FAILED;
    }

    static ZkTool of(CommandSpec command) {
        return (ZkTool) command.root().userObject();
    }

    boolean terminal() {
        return terminal;
    }

    /** For {@code --version}. */
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"Quorate " + Version.text()};
        }
    }
}
