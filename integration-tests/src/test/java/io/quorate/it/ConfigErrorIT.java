package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A wrong zoo.cfg ends the start with one sentence that says what is wrong, where, and what to do, and with the exit code that
 * operators' scripts know (protocol: config §2). The reference is only held to ending with some code other than 0.
 */
@Timeout(60)
class ConfigErrorIT {
    private static final Kind KIND = Kind.underTest();

    private static final int UNEXPECTED_ERROR = 1;
    private static final int INVALID_INVOCATION = 2;
    private static final int DATA_DIRECTORY_ACCESS = 3;
    private static final int ELECTION_PORT_BIND = 14;

    @RegisterExtension
    final Servers servers = new Servers();

    @Test
    void aServerIdThatNoServerLineHas() throws IOException {
        ServerProcess server = voter();
        Files.writeString(server.dataDirectory().resolve("myid"), "7\n");

        assertThatItEnds(server, INVALID_INVOCATION, "7", "server.7");
    }

    @Test
    void aMissingMyid() throws IOException {
        ServerProcess server = voter();
        Files.delete(server.dataDirectory().resolve("myid"));

        assertThatItEnds(
                server,
                INVALID_INVOCATION,
                server.dataDirectory().resolve("myid").toString());
    }

    @Test
    void aMyidThatIsNoNumber() throws IOException {
        ServerProcess server = voter();
        Files.writeString(server.dataDirectory().resolve("myid"), "one\n");

        assertThatItEnds(server, INVALID_INVOCATION, "myid", "one");
    }

    @Test
    void aClientPortInUse() throws IOException {
        ServerProcess server = standalone();
        try (ServerSocket holder = listenOn(server.ports().client())) {
            assertThatItEnds(server, UNEXPECTED_ERROR, Integer.toString(holder.getLocalPort()), "in use");
        }
    }

    @Test
    void anElectionPortInUse() throws IOException {
        ServerProcess server = voter();
        try (ServerSocket holder = listenOn(server.ports().election())) {
            assertThatItEnds(server, ELECTION_PORT_BIND, Integer.toString(holder.getLocalPort()), "in use");
        }
    }

    /** Tests may run as root, whom no permission stops; nobody makes a folder inside a file. */
    @Test
    void aDataDirectoryThatCannotBeWritten() throws IOException {
        ServerProcess server = standalone();
        Path file = server.configFile().resolveSibling("a-file");
        Files.writeString(file, "");
        Path impossible = file.resolve("data");
        replaceLine(server, "dataDir=.*", "dataDir=" + impossible);

        assertThatItEnds(server, DATA_DIRECTORY_ACCESS, impossible.toString());
    }

    @Test
    void aValueOutOfRange() throws IOException {
        ServerProcess server = voter();
        replaceLine(server, "tickTime=.*", "tickTime=-5");

        assertThatItEnds(server, INVALID_INVOCATION, "tickTime", "-5");
    }

    @Test
    void aValueThatIsNoNumber() throws IOException {
        ServerProcess server = voter();
        replaceLine(server, "syncLimit=.*", "syncLimit=five");

        assertThatItEnds(server, INVALID_INVOCATION, "syncLimit", "five");
    }

    @Test
    void aServerLineWithoutPorts() throws IOException {
        ServerProcess server = voter();
        replaceLine(server, "server\\.2=.*", "server.2=127.0.0.1");

        assertThatItEnds(server, INVALID_INVOCATION, "server.2", "127.0.0.1");
    }

    @Test
    void aMissingFile() throws IOException {
        ServerProcess server = standalone();
        Files.delete(server.configFile());

        assertThatItEnds(server, INVALID_INVOCATION, server.configFile().toString());
    }

    @Test
    void anUnknownKeyIsAWarningByName() {
        Ensemble alone = servers.ensemble(builder -> builder.voters(KIND).config("tickTimes", "500"));
        ServerProcess server = alone.server(1);
        server.start();

        assertThat(server.awaitMode("standalone")).isEqualTo("standalone");
        if (KIND == Kind.QUORATE) {
            assertThat(server.log(0)).containsPattern("(?i)warn.*tickTimes");
        }
    }

    private ServerProcess voter() {
        return servers.ensemble(KIND, KIND, KIND).server(1);
    }

    private ServerProcess standalone() {
        return servers.ensemble(KIND).server(1);
    }

    private static ServerSocket listenOn(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private static void replaceLine(ServerProcess server, String line, String replacement) throws IOException {
        Path file = server.configFile();
        String text = Files.readString(file);
        String changed = Pattern.compile("^" + line + "$", Pattern.MULTILINE)
                .matcher(text)
                .replaceFirst(Matcher.quoteReplacement(replacement));
        assertThat(changed).isNotEqualTo(text);
        Files.writeString(file, changed);
    }

    private static void assertThatItEnds(ServerProcess server, int exitCode, String... named) {
        server.start();
        int actual = server.process().awaitExit();
        if (KIND == Kind.APACHE) {
            assertThat(actual).isNotZero();
            return;
        }
        assertThat(actual).as("exit code").isEqualTo(exitCode);
        List<String> lines =
                server.log(0).lines().filter(line -> !line.isBlank()).toList();
        assertThat(lines)
                .as("one sentence, no stack trace")
                .last()
                .asString()
                .contains(named)
                .endsWith(".");
        assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by:"));
        assertThat(lines.stream().filter(line -> line.contains("ERROR"))).hasSizeLessThanOrEqualTo(1);
    }
}
