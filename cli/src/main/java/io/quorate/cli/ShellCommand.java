package io.quorate.cli;

import io.quorate.client.shell.ShellSession;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code quorate shell}. */
@Command(
        name = "shell",
        description = "Reads commands, with history and completion of paths; 'help' lists them. As zkCli.sh.")
final class ShellCommand implements Callable<Integer> {
    @Mixin
    private Connection connection = new Connection();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new ShellSession(connection.clients(), connection.servers(), connection.sessionTimeout()).interact();
    }
}
