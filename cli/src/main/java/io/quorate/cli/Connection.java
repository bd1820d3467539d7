package io.quorate.cli;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that talks to servers. */
final class Connection {
    static final String SERVERS_VARIABLE = "QUORATE_SERVERS";
    private static final String AUTH_VARIABLE = "QUORATE_AUTH";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-s", "--servers"},
            paramLabel = "HOST:PORT,…[/CHROOT]",
            defaultValue = "${env:" + SERVERS_VARIABLE + ":-localhost:2181}",
            description = "The servers. Default: $" + SERVERS_VARIABLE + ", or else localhost:2181.")
    private String servers = "";

    @Option(
            names = "--session-timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "After how long without a sign of this program the servers end its session; the servers may grant another one. "
                            + "Default: ${DEFAULT-VALUE}.")
    private double sessionTimeoutSeconds;

    @Option(
            names = "--auth",
            paramLabel = "SCHEME:CREDENTIALS",
            description = "Who this is, such as digest:user:password; may be given several times. Default: $"
                    + AUTH_VARIABLE + ", which others on this machine cannot read off the list of processes.")
    private List<String> identities = List.of();

    String servers() {
        return servers;
    }

    Duration sessionTimeout() {
        return Duration.ofMillis(Math.round(sessionTimeoutSeconds * 1000));
    }

    private List<String> identities() {
        return identities.isEmpty()
                ? Optional.ofNullable(System.getenv(AUTH_VARIABLE)).stream().toList()
                : identities;
    }

    /** @throws ParameterException if what was given is no connection */
    ClientBuilder clients() {
        try {
            ClientBuilder clients = QuorateClient.builder(servers).sessionTimeout(sessionTimeout());
            for (String identity : identities()) {
                int colon = identity.indexOf(':');
                if (colon < 1) {
                    throw new IllegalArgumentException("--auth or $" + AUTH_VARIABLE
                            + " names no scheme: it has the form SCHEME:CREDENTIALS, as in digest:user:password");
                }
                clients.auth(identity.substring(0, colon), identity.substring(colon + 1));
            }
            return clients;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    /** A client that has a session; it is closed when the program is told to end, too. */
    QuorateClient connect() throws InterruptedException {
        QuorateClient client = clients().connect();
        try {
            if (client.blocking().awaitConnected(sessionTimeout())) {
                return client;
            }
            throw new FailedException("None of the servers " + servers + " granted a session within "
                    + sessionTimeout().toMillis() + " ms (last tried: " + client.server()
                    + "). Is one of them running, and part of a quorum?");
        } catch (RuntimeException | InterruptedException e) {
            client.close();
            throw e;
        }
    }

    /** As {@link #connect}, however long it takes; tells of it when it takes long. */
    QuorateClient connectAtLast(Consumer<String> say) throws InterruptedException {
        QuorateClient client = clients().connect();
        try {
            for (boolean told = false; !client.blocking().awaitConnected(sessionTimeout()); told = true) {
                if (!told) {
                    say.accept(unreachable(client));
                }
            }
            return client;
        } catch (RuntimeException | InterruptedException e) {
            client.close();
            throw e;
        }
    }

    String unreachable(QuorateClient client) {
        return "none of the servers " + servers + " can be reached, or is part of a quorum (last tried: "
                + client.server() + "); still trying";
    }
}
