package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.server.config.ExitCode;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.ServerConfigReader;
import io.quorate.server.config.StartException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole servers in this process: they start, serve, stop and start again; and what they say when they cannot. */
@Timeout(120)
class ServerWiringTest {
    @TempDir
    private Path dir;

    private final List<String> fatal = Collections.synchronizedList(new ArrayList<>());
    private final List<ServerWiring> running = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (ServerWiring server : List.copyOf(running)) {
            stop(server);
        }
        assertThat(fatal).isEmpty();
    }

    private ServerWiring start(ServerConfig config) {
        ServerWiring server =
                ServerWiring.start(config, (exitCode, message, thrown) -> fatal.add(exitCode + " " + message + thrown));
        running.add(server);
        return server;
    }

    private void stop(ServerWiring server) throws InterruptedException {
        running.remove(server);
        assertThat(server.stop()).isTrue();
    }

    private ServerConfig config(String name, String lines) throws IOException {
        Path data = Files.createDirectories(dir.resolve(name));
        Path file = dir.resolve(name + ".cfg");
        Files.writeString(
                file,
                "dataDir=" + data + "\nclientPortAddress=127.0.0.1\n4lw.commands.whitelist=*\npreAllocSize=64\n"
                        + lines);
        return ServerConfigReader.read(file, new Properties(), 2);
    }

    private static ServerSocket held() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static String word(ServerConfig config, String word) throws IOException {
        try (Socket socket = connect(config)) {
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Socket connect(ServerConfig config) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), config.clientPort().address().port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** A session by hand: ConnectRequest, a ping, closeSession. */
    private static void useASession(ServerConfig config) throws IOException {
        try (Socket socket = connect(config)) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            out.writeInt(45);
            out.writeInt(0);
            out.writeLong(0);
            out.writeInt(10_000);
            out.writeLong(0);
            out.writeInt(16);
            out.write(new byte[17]);
            assertThat(in.readInt()).isEqualTo(37);
            assertThat(in.readInt()).isZero();
            assertThat(in.readInt()).isEqualTo(10_000);
            assertThat(in.readLong()).isNotZero();
            in.readFully(new byte[21]);
            out.writeInt(8);
            out.writeInt(-2);
            out.writeInt(11);
            assertThat(in.readInt()).isEqualTo(16);
            assertThat(in.readInt()).isEqualTo(-2);
            in.readFully(new byte[12]);
            out.writeInt(8);
            out.writeInt(1);
            out.writeInt(-11);
            assertThat(in.readInt()).isEqualTo(16);
            assertThat(in.readInt()).isEqualTo(1);
            in.readFully(new byte[12]);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aServerAloneServesStopsAndStartsAgain(int ioThreads) throws Exception {
        ServerConfig config =
                config("alone", "clientPort=" + FreePorts.next() + "\nquorate.ioThreads=" + ioThreads + "\n");
        for (int i = 0; i < 2; i++) {
            ServerWiring server = start(config);
            assertThat(word(config, "ruok")).isEqualTo("imok");
            useASession(config);
            assertThat(word(config, "srvr")).contains("Mode: standalone", "Zxid: 0x" + 2 * (i + 1) + "\n");
            stop(server);
        }
    }

    @Test
    void threeServersElectAndServe() throws Exception {
        StringBuilder lines = new StringBuilder("tickTime=500\ninitLimit=20\nsyncLimit=20\n");
        for (int i = 1; i <= 3; i++) {
            lines.append("server." + i + "=127.0.0.1:" + FreePorts.next() + ":" + FreePorts.next() + "\n");
        }
        List<ServerConfig> configs = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Files.createDirectories(dir.resolve("s" + i));
            Files.writeString(dir.resolve("s" + i).resolve("myid"), i + "\n");
            configs.add(config("s" + i, "clientPort=" + FreePorts.next() + "\n" + lines));
            start(configs.get(i - 1));
        }
        for (ServerConfig config : configs) {
            while (word(config, "isro").equals("null")) {
                Thread.onSpinWait();
            }
            useASession(config);
        }
        assertThat(configs.stream().map(config -> mode(config))).containsOnlyOnce("leader");
    }

    private static String mode(ServerConfig config) {
        try {
            return word(config, "srvr").replaceAll("(?s).*Mode: (\\w+).*", "$1");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private StartException refused(ServerConfig config) {
        StartException e = catchThrowableOfType(StartException.class, () -> start(config));
        assertThat(e).isNotNull();
        assertThat(e.getMessage()).endsWith(".");
        return e;
    }

    @Test
    void portsInUseEndTheStartBeforeAnyFileIsTouched() throws Exception {
        try (ServerSocket held = held()) {
            int port = held.getLocalPort();
            StartException client = refused(config("client", "clientPort=" + port + "\n"));
            assertThat(client.exitCode()).isEqualTo(ExitCode.UNEXPECTED_ERROR);
            assertThat(client.getMessage()).contains("client.cfg", "client port", String.valueOf(port), "in use");

            String others = "\nserver.2=127.0.0.1:1:2\nserver.3=127.0.0.1:3:4\ninitLimit=5\nsyncLimit=5\n"
                    + "electionPortBindRetry=1\nclientPort=" + FreePorts.next() + "\n";
            Files.createDirectories(dir.resolve("quorum"));
            Files.writeString(dir.resolve("quorum/myid"), "1");
            StartException quorum =
                    refused(config("quorum", "server.1=127.0.0.1:" + port + ":" + FreePorts.next() + others));
            assertThat(quorum.exitCode()).isEqualTo(ExitCode.UNEXPECTED_ERROR);
            assertThat(quorum.getMessage()).contains("quorum port of server.1", String.valueOf(port), "in use");

            Files.createDirectories(dir.resolve("election"));
            Files.writeString(dir.resolve("election/myid"), "1");
            StartException election =
                    refused(config("election", "server.1=127.0.0.1:" + FreePorts.next() + ":" + port + others));
            assertThat(election.exitCode()).isEqualTo(ExitCode.ELECTION_PORT_BIND);
            assertThat(election.getMessage()).contains("election port of server.1", String.valueOf(port), "in use");
        }
        for (String name : List.of("client", "quorum", "election")) {
            try (Stream<Path> files = Files.list(dir.resolve(name))) {
                assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("version-2");
            }
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(dir.resolve("file"), "");
        ServerConfig config =
                config("data", "clientPort=" + FreePorts.next() + "\ndataLogDir=" + dir.resolve("file/log") + "\n");
        StartException e = refused(config);
        assertThat(e.exitCode()).isEqualTo(ExitCode.DATA_DIRECTORY_ACCESS);
        assertThat(e.getMessage()).contains(dir.resolve("file/log").toString(), "dataLogDir");
    }

    @Test
    void anUnknownHostOfItsOwnIsNamed() throws Exception {
        Files.createDirectories(dir.resolve("data"));
        Files.writeString(dir.resolve("data/myid"), "1");
        ServerConfig config = config(
                "data",
                "clientPort=" + FreePorts.next() + "\nserver.1=no-such-host.invalid:1:2\nserver.2=127.0.0.1:3:4\n"
                        + "initLimit=5\nsyncLimit=5\n");
        StartException e = refused(config);
        assertThat(e.exitCode()).isEqualTo(ExitCode.INVALID_INVOCATION);
        assertThat(e.getMessage()).contains("data.cfg", "election port of server.1", "no-such-host.invalid");
    }
}
