package io.quorate.client.apache;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Three real Apache ZooKeeper servers in processes of their own. */
public final class ApacheEnsemble implements AutoCloseable {
    public static final int TICK_MS = 500;
    private static final int SERVERS = 3;

    private final Path directory;
    private final List<Integer> clientPorts = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    public ApacheEnsemble() throws IOException {
        directory = Files.createTempDirectory("quorate-ensemble");
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < 3 * SERVERS; i++) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Integer> ports = held.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket each : held) {
            each.close();
        }
        StringBuilder members = new StringBuilder();
        for (int id = 1; id <= SERVERS; id++) {
            clientPorts.add(ports.get(id - 1));
            members.append("server." + id + "=127.0.0.1:" + ports.get(SERVERS + id - 1) + ":"
                    + ports.get(2 * SERVERS + id - 1) + "\n");
        }
        for (int id = 1; id <= SERVERS; id++) {
            Path data = Files.createDirectories(directory.resolve("s" + id));
            Files.writeString(data.resolve("myid"), Integer.toString(id));
            Files.writeString(
                    directory.resolve("zoo" + id + ".cfg"),
                    "tickTime=" + TICK_MS + "\ninitLimit=20\nsyncLimit=4\ndataDir=" + data + "\nclientPort="
                            + clientPorts.get(id - 1)
                            + "\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n4lw.commands.whitelist=*\n"
                            + members);
            processes.add(launch(id));
        }
    }

    private Process launch(int id) throws IOException {
        return ChildJvm.start(
                directory.resolve("log" + id),
                List.of("-Dapache.log=INFO", "-Dzookeeper.jmx.log4j.disable=true"),
                "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                List.of(directory.resolve("zoo" + id + ".cfg").toString()));
    }

    /** All servers, for a connect string. */
    public String address() {
        return String.join(
                ",", clientPorts.stream().map(port -> "127.0.0.1:" + port).toList());
    }

    public int port(int id) {
        return clientPorts.get(id - 1);
    }

    /** Which server it is that listens there, from 1. */
    public int idOf(String hostPort) {
        return clientPorts.indexOf(Integer.parseInt(hostPort.substring(hostPort.lastIndexOf(':') + 1))) + 1;
    }

    /** The role that a server says it has, "" while it has none. */
    public String role(int id) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(id))) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            try (InputStream in = socket.getInputStream()) {
                String answer = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
                return answer.lines()
                        .filter(line -> line.startsWith("Mode: "))
                        .map(line -> line.substring(6))
                        .findFirst()
                        .orElse("");
            }
        } catch (IOException e) {
            return "";
        }
    }

    public int leader() {
        for (int id = 1; id <= SERVERS; id++) {
            if (role(id).equals("leader")) {
                return id;
            }
        }
        throw new IllegalStateException("there is no leader");
    }

    public void kill(int id) throws InterruptedException {
        ChildJvm.kill(processes.get(id - 1));
    }

    public void signal(int id, String name) throws IOException, InterruptedException {
        ChildJvm.signal(processes.get(id - 1), name);
    }

    public void restart(int id) throws IOException {
        processes.set(id - 1, launch(id));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Process each : processes) {
            ChildJvm.kill(each);
        }
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
