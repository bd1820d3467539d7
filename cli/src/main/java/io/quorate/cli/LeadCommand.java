package io.quorate.cli;

import io.quorate.client.election.Election;
import io.quorate.client.election.ElectionWay;
import io.quorate.client.election.Leadership;
import io.quorate.client.election.LeadershipListener;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.Loss;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quorate lead PATH -- COMMAND…}. */
@Command(
        name = "lead",
        description = {
            "Runs a command only while this program leads: of all that campaign on the same path, one does.",
            "When the leadership can no longer be relied on, the command gets SIGTERM, and SIGKILL if it does not end in time; then the program "
                    + "campaigns again. When the command ends by itself the leadership is handed over at once, and the program ends with its "
                    + "exit code.",
            "The command finds in its environment " + Guarded.TOKEN_VARIABLE
                    + ", a number that is larger in each term than in all before, " + Guarded.PATH_VARIABLE + ", "
                    + LeadCommand.ID_VARIABLE + " and " + Connection.SERVERS_VARIABLE + "."
        })
final class LeadCommand implements Callable<Integer> {
    static final String ID_VARIABLE = "QUORATE_ID";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Connection connection = new Connection();

    @Mixin
    private KillAfter killAfter = new KillAfter();

    @Parameters(index = "0", paramLabel = "PATH", description = "The election, such as /app/leader.")
    private String path = "";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "COMMAND",
            description = "What to run, with its arguments, behind a '--'.")
    private List<String> command = List.of();

    @Option(
            names = "--id",
            description = "This candidate among the others. Default: the host's name and this process's number.")
    private @Nullable String id;

    @Option(names = "--data", defaultValue = "", description = "What the others may know about this candidate.")
    private String data = "";

    @Option(
            names = "--by",
            paramLabel = "node|sequence|session",
            defaultValue = "SEQUENCE",
            description = "How to elect; all candidates have to say the same. Default: sequence.")
    private ElectionWay way = ElectionWay.SEQUENCE;

    @Option(names = "--once", description = "Ends with 4 when the leadership is lost, and does not campaign again.")
    private boolean once;

    @Option(
            names = {"-q", "--quiet"},
            description = "Says nothing of its own.")
    private boolean quiet;

    @Override
    public Integer call() throws InterruptedException {
        NodeCommand.checkPath(spec, path);
        killAfter.check(connection.sessionTimeout());
        String self = id == null ? defaultId() : id;
        BlockingQueue<Hold> elected = new LinkedBlockingQueue<>();
        Guarded guarded = new Guarded(command, environment(self));
        try (Leadership leadership = start(self, elected);
                AtExit atExit = AtExit.run(guarded::end, leadership::close)) {
            return campaign(leadership, guarded, elected);
        }
    }

    private Leadership start(String self, BlockingQueue<Hold> elected) {
        LeadershipListener listener = new LeadershipListener() {
            @Override
            public void elected(Hold term) {
                elected.add(term);
            }

            @Override
            public void revoked(Hold term, Loss why) {
                say("does not lead any more (" + why + ")");
            }
        };
        try {
            Election.Builder election = switch (way) {
                case NODE -> Election.byNode(connection.clients(), path, self);
                case SEQUENCE -> Election.bySequence(connection.clients(), path, self);
                case SESSION -> Election.bySession(connection.clients(), path, self);
            };
            return election.data(data).listener(listener).start();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int campaign(Leadership leadership, Guarded guarded, BlockingQueue<Hold> elected)
            throws InterruptedException {
        Patience patience = new Patience(connection, this::say);
        while (true) {
            Hold term = patience.await(leadership::client, elected::poll);
            if (!term.isHeld()) {
                continue;
            }
            say("leads, token " + term.fencingToken());
            Duration granted = leadership.client().sessionTimeout();
            Optional<Integer> code = guarded.run(term, killAfter.within(granted), granted);
            if (code.isPresent() || once) {
                return code.orElse(ExitCode.LOST);
            }
            term.close(); // the command was told to end, so this term is over even if the lease was saved in the
            // last moment
        }
    }

    private Map<String, String> environment(String self) {
        return Map.of(
                Guarded.PATH_VARIABLE, path, ID_VARIABLE, self, Connection.SERVERS_VARIABLE, connection.servers());
    }

    private void say(String what) {
        if (!quiet) {
            spec.commandLine().getErr().println("quorate lead " + path + ": " + what);
        }
    }

    private static String defaultId() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return host + "-" + ProcessHandle.current().pid();
    }
}
