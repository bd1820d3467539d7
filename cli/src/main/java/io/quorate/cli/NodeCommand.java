package io.quorate.cli;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.QuorateClient;
import io.quorate.protocol.Paths;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command about one node, which connects, does its work, and ends. */
abstract class NodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "PATH", description = "The node, such as /app/leader.")
    private String path = "";

    /** Does the work; what it throws of {@link io.quorate.client.QuorateException} is told to the user. */
    abstract void work(BlockingQuorate nodes, String path) throws InterruptedException;

    @Override
    public Integer call() throws InterruptedException {
        checkPath(spec, path);
        try (QuorateClient client = connection.connect()) {
            work(client.blocking(), path);
        }
        if (out().checkError()) {
            throw new FailedException("standard output cannot be written: what is there is not all");
        }
        return ExitCode.DONE;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    static void checkPath(CommandSpec command, String path) {
        Paths.problem(path).ifPresent(problem -> {
            throw new ParameterException(command.commandLine(), problem);
        });
    }
}
