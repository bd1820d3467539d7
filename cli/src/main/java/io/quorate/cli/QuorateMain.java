package io.quorate.cli;

import io.quorate.client.QuorateException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program's commands, and how it ends: {@link ExitCode}. */
@Command(
        name = "quorate",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = QuorateMain.Version.class,
        usageHelpAutoWidth = true,
        description = "Works with an ensemble of Quorate, or of ZooKeeper.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:it could not be done; the message says why",
            "2:wrong arguments",
            "3:not to be had within the time-out",
            "4:what was held is lost, and the command was ended for that",
            "others:those of the command that 'lead', 'lock' or 'watch' ran"
        },
        subcommands = {
            LeadCommand.class,
            LockCommand.class,
            ElectCommand.class,
            WatchCommand.class,
            StatusCommand.class,
            GetCommand.class,
            SetCommand.class,
            ListCommand.class,
            TreeCommand.class,
            RemoveCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            ShellCommand.class,
            EnsembleCommand.class,
            GenerateCompletion.class
        })
public final class QuorateMain implements Runnable {
    private static final String LOG_PROPERTY = "logback.configurationFile";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private QuorateMain() {}

    public static void main(String[] arguments) {
        if (System.getProperty(LOG_PROPERTY) == null) {
            // Quiet unless asked otherwise: what there is to say, the commands say.
            System.setProperty(LOG_PROPERTY, "io/quorate/cli/logback-cli.xml");
        }
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        IExecutionExceptionHandler told = (failure, command, parsed) -> {
            if (failure instanceof QuorateException || failure instanceof FailedException) {
                command.getErr().println(failure.getMessage());
                return ExitCode.FAILED;
            }
            throw failure;
        };
        return new CommandLine(new QuorateMain())
                .setExecutionExceptionHandler(told)
                .setParameterExceptionHandler(QuorateMain::wrongArguments)
                .setExpandAtFiles(false) // '@' is an argument like others of the commands that are run
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int wrongArguments(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println(failure.getMessage());
        command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_ARGUMENTS;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed");
    }

    /** For {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = QuorateMain.class.getPackage().getImplementationVersion();
            return new String[] {"Quorate " + (version == null ? "of unknown version" : version)};
        }
    }
}
