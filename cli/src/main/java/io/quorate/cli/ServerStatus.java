package io.quorate.cli;

import io.quorate.jute.Zxid;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What one server says of itself: its {@code srvr}, which every server answers unless it was forbidden, and its {@code mntr} where that is
 * allowed.
 *
 * @param server as it was asked for
 * @param error empty if it answered
 */
record ServerStatus(
        String server,
        String role,
        long zxid,
        String latency,
        String connections,
        String sessions,
        String nodes,
        String version,
        String error) {
    private static final int MAX_THREADS = 64;
    private static final int TIMEOUT_MS = 3_000;
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final String UNKNOWN = "-";

    /** Asks all at a time, so that one that is silent costs one time-out. */
    static List<ServerStatus> askAll(List<String> servers) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(servers.size(), MAX_THREADS));
        try {
            List<ServerStatus> all = new ArrayList<>();
            for (Future<ServerStatus> each : threads.invokeAll(servers.stream()
                    .<Callable<ServerStatus>>map(server -> () -> ask(server))
                    .toList())) {
                all.add(each.get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a server could not be asked", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static ServerStatus ask(String server) {
        try {
            Map<String, String> srvr = fields(ask(server, "srvr"), ": ");
            if (!srvr.containsKey("Mode")) {
                return failed(server, "serves nobody: it is no part of a quorum");
            }
            Map<String, String> mntr = fields(ask(server, "mntr"), "\t");
            return new ServerStatus(
                    server,
                    srvr.getOrDefault("Mode", UNKNOWN),
                    Long.decode(srvr.getOrDefault("Zxid", "0")),
                    srvr.getOrDefault("Latency min/avg/max", UNKNOWN),
                    srvr.getOrDefault("Connections", UNKNOWN),
                    mntr.getOrDefault("zk_global_sessions", UNKNOWN),
                    srvr.getOrDefault("Node count", UNKNOWN),
                    mntr.getOrDefault("zk_version", srvr.getOrDefault("Zookeeper version", UNKNOWN))
                            .replaceAll("[-,].*", ""),
                    "");
        } catch (IOException e) {
            return failed(server, "does not answer: " + e.getMessage());
        }
    }

    private static ServerStatus failed(String server, String error) {
        return new ServerStatus(server, UNKNOWN, 0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, error);
    }

    boolean answers() {
        return error.isEmpty();
    }

    boolean leads() {
        return role.equals("leader") || role.equals("standalone");
    }

    /** A leader whose epoch has no transaction yet shows the epoch alone: nobody is behind for that. */
    static long newest(List<ServerStatus> all) {
        return all.stream()
                .mapToLong(ServerStatus::zxid)
                .filter(zxid -> Zxid.counter(zxid) != 0)
                .max()
                .orElse(0);
    }

    /** How many transactions it has not seen that another has; empty if that is not known, since it is behind by an epoch. */
    OptionalLong lag(long newest) {
        if (zxid >= newest) {
            return OptionalLong.of(0);
        }
        return Zxid.epoch(zxid) == Zxid.epoch(newest) ? OptionalLong.of(newest - zxid) : OptionalLong.empty();
    }

    private static String ask(String server, String word) throws IOException {
        int colon = server.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    resolved(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
        }
    }

    private static InetSocketAddress resolved(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("the name " + host + " is unknown");
        }
        return address;
    }

    private static Map<String, String> fields(String text, String separator) {
        Map<String, String> result = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int at = line.indexOf(separator);
            if (at > 0) {
                result.put(line.substring(0, at), line.substring(at + separator.length()));
            }
        });
        return result;
    }
}
