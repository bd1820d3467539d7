package io.quorate.cli;

import io.quorate.client.QuorateClient;
import io.quorate.client.election.ElectionWay;
import io.quorate.client.election.LeaderObserver;
import io.quorate.client.election.Worker;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quorate elect watch PATH}. */
@Command(name = "elect", description = "Looks at elections.")
final class ElectCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Change(Optional<Worker> leader, boolean sessionEnded) {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed: watch");
    }

    @Command(
            name = "watch",
            description =
                    "Prints who leads, a line each time that it changes: \"leader\", the id and the data, with tabs between, or \"nobody\".")
    int watch(
            @Mixin Connection connection,
            @Parameters(paramLabel = "PATH", description = "The election, such as /app/leader.") String path,
            @Option(
                            names = "--by",
                            paramLabel = "node|sequence|session",
                            defaultValue = "SEQUENCE",
                            description = "How the candidates elect. Default: sequence.")
                    ElectionWay way,
            @Option(names = "--once", description = "Ends after the first line, with 1 if it is \"nobody\".")
                    boolean once)
            throws InterruptedException {
        NodeCommand.checkPath(spec, path);
        while (true) {
            try (QuorateClient client = connection.connectAtLast(this::say);
                    AtExit atExit = AtExit.run(client::close)) {
                BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
                client.addListener((state, reason) -> {
                    if (state.isLast()) {
                        changes.add(new Change(Optional.empty(), true));
                    }
                });
                try (LeaderObserver observer =
                        LeaderObserver.start(client, way, path, leader -> changes.add(new Change(leader, false)))) {
                    for (Change change = changes.take(); !change.sessionEnded(); change = changes.take()) {
                        print(change.leader());
                        if (once) {
                            return change.leader().isPresent() ? ExitCode.DONE : ExitCode.FAILED;
                        }
                    }
                }
            }
        }
    }

    private void say(String what) {
        spec.commandLine().getErr().println("quorate elect watch: " + what);
    }

    private void print(Optional<Worker> leader) {
        var out = spec.commandLine().getOut();
        out.println(leader.map(worker -> "leader\t" + worker.id() + "\t" + worker.text())
                .orElse("nobody"));
        out.flush();
    }
}
