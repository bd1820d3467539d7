package io.quorate.server.admin;

import io.quorate.election.EnsembleConfig;
import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.protocol.OpCode;
import io.quorate.replica.ReplicaDetails;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.ReplicaStatus.ConnectionStatus;
import io.quorate.replica.ReplicaStatus.LearnerStatus;
import io.quorate.replica.ReplicaStatus.Mode;
import io.quorate.server.client.FourLetterWord;
import io.quorate.server.client.PortStats;
import io.quorate.server.config.ServerConfig;
import io.quorate.tree.ZxidDigest;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The answers to four-letter words, in the layout that monitoring tools parse. Works on a status that was published, and may look at the
 * disk or look a name up, so it is not called on the core loop.
 */
public final class FourLetterWords {
    static final String NOT_SERVING = "This ZooKeeper instance is not currently serving requests\n";

    private static final Map<Integer, String> OP_NAMES = Map.ofEntries(
            Map.entry(OpCode.CREATE_SESSION, "SESS"),
            Map.entry(OpCode.PING, "PING"),
            Map.entry(OpCode.CREATE, "CREA"),
            Map.entry(OpCode.CREATE2, "CREA"),
            Map.entry(OpCode.CREATE_CONTAINER, "CREA"),
            Map.entry(OpCode.CREATE_TTL, "CREA"),
            Map.entry(OpCode.DELETE, "DELE"),
            Map.entry(OpCode.EXISTS, "EXIS"),
            Map.entry(OpCode.GET_DATA, "GETD"),
            Map.entry(OpCode.SET_DATA, "SETD"),
            Map.entry(OpCode.GET_ACL, "GETA"),
            Map.entry(OpCode.SET_ACL, "SETA"),
            Map.entry(OpCode.GET_CHILDREN, "GETC"),
            Map.entry(OpCode.GET_CHILDREN2, "GETC"),
            Map.entry(OpCode.GET_ALL_CHILDREN_NUMBER, "GETACN"),
            Map.entry(OpCode.SYNC, "SYNC"),
            Map.entry(OpCode.MULTI, "MULT"),
            Map.entry(OpCode.MULTI_READ, "MLTR"),
            Map.entry(OpCode.SET_WATCHES, "SETW"),
            Map.entry(OpCode.SET_WATCHES2, "STW2"),
            Map.entry(OpCode.ADD_WATCH, "ADDW"),
            Map.entry(OpCode.CHECK_WATCHES, "CHKW"),
            Map.entry(OpCode.REMOVE_WATCHES, "REMW"),
            Map.entry(OpCode.RECONFIG, "RECO"),
            Map.entry(OpCode.CHECK, "CHEC"),
            Map.entry(OpCode.GET_EPHEMERALS, "GETE"),
            Map.entry(OpCode.WHO_AM_I, "HOMI"),
            Map.entry(OpCode.CLOSE_SESSION, "CLOS"));

    /** What ZooKeeper's mask is at its start. */
    private static final long DEFAULT_TRACE_MASK = 0x132;

    private final ServerConfig config;
    private final PortStats port;
    private final ProcessFacts process;

    /** Kept for who asks; there is nothing here that it switches. */
    private volatile long traceMask = DEFAULT_TRACE_MASK;

    public FourLetterWords(ServerConfig config, PortStats port, ProcessFacts process) {
        this.config = config;
        this.port = port;
        this.process = process;
    }

    /** The number that gtmk shows from now on. */
    public void setTraceMask(long mask) {
        traceMask = mask;
    }

    /** The whole answer. What a word has to change was changed already. */
    public String answer(FourLetterWord word, ReplicaStatus status, ReplicaDetails details) {
        return switch (word) {
            case RUOK -> "imok";
            case ISRO -> !status.serving() ? "null" : status.mode() == Mode.READ_ONLY ? "ro" : "rw";
            case ENVI -> environment();
            case SRVR -> serving(status, "Zookeeper version: " + Version.text() + "\n" + server(status));
            case STAT ->
                serving(status, "Zookeeper version: " + Version.text() + "\n" + clients(status) + server(status));
            case MNTR -> serving(status, new Monitor(config, port, process).text(status));
            case CONF -> serving(status, configuration());
            case CONS -> serving(status, connections(status));
            case SRST -> serving(status, "Server stats reset.\n");
            case CRST -> serving(status, "Connection stats reset.\n");
            case GTMK, STMK -> Long.toString(traceMask);
            case DIRS -> serving(status, directories());
            case DUMP -> serving(status, new SessionDump(System.currentTimeMillis()).text(status, details));
            case WCHS -> serving(status, WatchDump.summary(details.watches()));
            case WCHC -> serving(status, WatchDump.bySession(details.watches()));
            case WCHP -> serving(status, WatchDump.byPath(details.watches()));
            case HASH -> serving(status, digests(details));
        };
    }

    /** What a word has to be answered with besides the status. */
    public static ReplicaDetails.Kind needs(FourLetterWord word, ReplicaStatus status) {
        if (!status.serving()) {
            return ReplicaDetails.Kind.NOTHING;
        }
        return switch (word) {
            case DUMP -> ReplicaDetails.Kind.SESSIONS;
            case WCHS, WCHC, WCHP -> ReplicaDetails.Kind.WATCHES;
            case HASH -> ReplicaDetails.Kind.DIGESTS;
            default -> ReplicaDetails.Kind.NOTHING;
        };
    }

    private static String digests(ReplicaDetails details) {
        StringBuilder text = new StringBuilder();
        for (ZxidDigest each : details.digests()) {
            line(text, Long.toHexString(each.zxid()), each.digest());
        }
        return text.toString();
    }

    private static String serving(ReplicaStatus status, String answer) {
        return status.serving() ? answer : NOT_SERVING;
    }

    private String server(ReplicaStatus status) {
        StringBuilder text = new StringBuilder();
        if (status.mode() == Mode.READ_ONLY) {
            text.append("READ-ONLY mode; serving only read-only clients\n");
        }
        text.append("Latency min/avg/max: ")
                .append(status.minLatencyMs())
                .append('/')
                .append(decimal(status.avgLatencyMs()))
                .append('/')
                .append(status.maxLatencyMs())
                .append('\n');
        line(text, "Received", status.packetsReceived());
        line(text, "Sent", status.packetsSent());
        line(text, "Connections", port.alive());
        line(text, "Outstanding", status.outstanding());
        line(text, "Zxid", "0x" + Long.toHexString(status.zxid()));
        line(text, "Mode", status.mode().text());
        line(text, "Node count", shownNodeCount(status));
        if (status.mode() == Mode.LEADER) {
            ReplicaStatus.Sizes sizes = status.proposalSizes();
            line(text, "Proposal sizes last/min/max", sizes.last() + "/" + sizes.min() + "/" + sizes.max());
        }
        return text.toString();
    }

    /** ZooKeeper counts the root twice, and tools compare the numbers of servers. */
    static int shownNodeCount(ReplicaStatus status) {
        return status.nodeCount() + 1;
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static String clients(ReplicaStatus status) {
        StringBuilder text = new StringBuilder("Clients:\n");
        for (ConnectionStatus connection : status.connections()) {
            text.append(counts(connection)).append(")\n");
        }
        return text.append('\n').toString();
    }

    private static String connections(ReplicaStatus status) {
        StringBuilder text = new StringBuilder();
        for (ConnectionStatus connection : status.connections()) {
            text.append(counts(connection));
            if (connection.sessionId() != 0) {
                text.append(session(connection));
            }
            text.append(")\n");
        }
        return text.append('\n').toString();
    }

    /** The number in brackets is ZooKeeper's set of selector interests; 1 is reading. */
    private static String counts(ConnectionStatus connection) {
        return " " + connection.address() + "[1](queued=" + connection.queued() + ",recved=" + connection.received()
                + ",sent=" + connection.sent();
    }

    private static String session(ConnectionStatus connection) {
        return ",sid=0x" + Long.toHexString(connection.sessionId())
                + ",lop=" + OP_NAMES.getOrDefault(connection.lastOp(), "NA")
                + ",est=" + connection.establishedMs()
                + ",to=" + connection.timeoutMs()
                + ",lcxid=0x" + Long.toHexString(connection.lastCxid())
                + ",lzxid=0x" + Long.toHexString(connection.lastZxid())
                + ",lresp=" + connection.lastResponseMs()
                + ",llat=" + connection.lastLatencyMs()
                + ",minlat=" + connection.minLatencyMs()
                + ",avglat=" + Math.round(connection.avgLatencyMs())
                + ",maxlat=" + connection.maxLatencyMs();
    }

    /** At least one and at most four decimals. */
    static String decimal(double value) {
        BigDecimal rounded =
                BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.setScale(Math.max(1, rounded.scale())).toPlainString();
    }

    private String configuration() {
        StringBuilder text = new StringBuilder();
        HostPort client = config.clientPort().address();
        Path data = config.directories().data().resolve("version-2");
        Path log = config.directories().log().resolve("version-2");
        setting(text, "clientPort", client == null ? -1 : client.port());
        setting(text, "secureClientPort", -1);
        setting(text, "dataDir", data);
        setting(text, "dataDirSize", size(data));
        setting(text, "dataLogDir", log);
        setting(text, "dataLogSize", size(log));
        setting(text, "tickTime", config.timing().tickTimeMs());
        setting(text, "maxClientCnxns", config.clientPort().maxConnectionsPerIp());
        setting(text, "minSessionTimeout", config.timing().minSessionTimeoutMs());
        setting(text, "maxSessionTimeout", config.timing().maxSessionTimeoutMs());
        setting(text, "clientPortListenBacklog", config.clientPort().backlog());
        setting(text, "serverId", config.standalone() ? 0 : config.serverId());
        EnsembleConfig ensemble = config.ensemble();
        if (ensemble != null) {
            ServerSpec self = config.self().orElseThrow();
            setting(text, "initLimit", config.timing().initLimitTicks());
            setting(text, "syncLimit", config.timing().syncLimitTicks());
            setting(text, "electionAlg", 3);
            setting(text, "electionPort", self.election().port());
            setting(text, "quorumPort", self.quorum().port());
            setting(text, "peerType", self.isVoter() ? 0 : 1);
            text.append("membership: \n").append(ensemble.text()).append('\n');
        }
        return text.toString();
    }

    private String directories() {
        Path data = config.directories().data().resolve("version-2");
        Path log = config.directories().log().resolve("version-2");
        return "datadir_size: " + size(data) + "\nlogdir_size: " + size(log) + "\n";
    }

    private static void setting(StringBuilder text, String name, Object value) {
        text.append(name).append('=').append(value).append('\n');
    }

    /** Bytes of the files in a directory; files that go away meanwhile do not count. */
    private static long size(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> {
                        try {
                            return Files.size(file);
                        } catch (IOException e) {
                            return 0;
                        }
                    })
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static String environment() {
        StringBuilder text = new StringBuilder("Environment:\n");
        setting(text, "zookeeper.version", Version.text());
        setting(text, "host.name", hostName());
        for (String name : List.of(
                "java.version",
                "java.vendor",
                "java.home",
                "java.class.path",
                "java.library.path",
                "java.io.tmpdir",
                "java.compiler",
                "os.name",
                "os.arch",
                "os.version",
                "user.name",
                "user.home",
                "user.dir")) {
            setting(text, name, System.getProperty(name, "<NA>"));
        }
        Runtime runtime = Runtime.getRuntime();
        setting(text, "os.memory.free", mebibytes(runtime.freeMemory()));
        setting(text, "os.memory.max", mebibytes(runtime.maxMemory()));
        setting(text, "os.memory.total", mebibytes(runtime.totalMemory()));
        return text.toString();
    }

    private static String mebibytes(long bytes) {
        return (bytes >> 20) + "MB";
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "<NA>";
        }
    }

    /** How many of a leader's learners are synchronized, by kind. */
    static long synced(ReplicaStatus status, boolean observer, boolean voter) {
        return status.learners().stream()
                .filter(LearnerStatus::synced)
                .filter(learner -> learner.observer() == observer && learner.voter() == voter)
                .count();
    }
}
