package io.quorate.server.config;

import static io.quorate.server.config.Settings.Source.FILE;
import static io.quorate.server.config.Settings.Source.FILE_OR_PLAIN_PROPERTY;
import static io.quorate.server.config.Settings.Source.FILE_OR_PROPERTY;
import static io.quorate.server.config.Settings.Source.PROPERTY;

import io.quorate.election.ConfigException;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.replica.RoleSettings;
import io.quorate.replica.SessionModes;
import io.quorate.replica.storage.SnapshotCompression;
import io.quorate.server.config.ServerConfig.Directories;
import io.quorate.server.config.ServerConfig.Peers;
import io.quorate.server.config.ServerConfig.Security;
import io.quorate.server.config.ServerConfig.Storage;
import io.quorate.server.config.ServerConfig.Sync;
import io.quorate.server.config.ServerConfig.Timing;
import io.quorate.tree.ReaperSettings;
import io.quorate.zab.SyncLimits;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads a zoo.cfg, the dynamic configuration file that it may name, the myid, and the system properties. This is the one place that
 * reads configuration.
 */
public final class ServerConfigReader {
    private static final String TIMES = " (ticks)";

    private final Path file;
    private final Map<String, String> entries;
    private final Settings settings;
    private final int processors;
    private final List<String> warnings = new ArrayList<>();
    private final TlsConfigReader tlsReader;
    private final ClientLimitsReader limitsReader;

    private ServerConfigReader(Path file, Map<String, String> entries, Properties system, int processors) {
        this.file = file;
        this.entries = entries;
        this.settings = new Settings(file, entries, system);
        this.tlsReader = new TlsConfigReader(settings, warnings);
        this.limitsReader = new ClientLimitsReader(settings, warnings);
        this.processors = processors;
    }

    /**
     * Reads and checks everything. The data directory is looked into for the myid, but nothing is written.
     *
     * @param system the system properties
     * @param processors how many processors the process may use
     * @throws StartException with the one sentence that the operator is to see
     */
    public static ServerConfig read(Path file, Properties system, int processors) {
        return new ServerConfigReader(file, load(file), system, processors).read();
    }

    private ServerConfig read() {
        Directories directories = directories();
        EnsembleConfig lines = serverLines();
        boolean standalone = isStandalone(lines);
        Long myid = readMyid(directories.data());
        if (!standalone) {
            myid = checkedMyid(myid, lines, directories.data());
        }
        ServerSpec self = self(lines, myid, standalone);
        Timing timing = timing(standalone);
        checkElectionAlgorithm();
        checkPeerType(self);
        Security security = security(myid);
        ServerConfig.ClientPort clientPort = clientPort(self, security);
        Peers peers = peers(timing);
        if (self != null && !standalone) {
            checkPorts(lines, self, clientPort);
            adviseOnSize(lines);
        }
        Storage storage = storage();
        Sync sync = sync();
        SessionModes sessionModes = sessionModes(standalone);
        RoleSettings roles = roles();
        ReaperSettings reaper = reaper();
        int juteMaxBuffer = settings.integer(
                "jute.maxbuffer",
                PROPERTY,
                ConfigLimits.DEFAULT_JUTE_MAX_BUFFER,
                ConfigLimits.MIN_JUTE_MAX_BUFFER,
                ConfigLimits.MAX_JUTE_MAX_BUFFER);
        int ioThreads = settings.integer(
                "quorate.ioThreads", FILE_OR_PLAIN_PROPERTY, defaultIoThreads(), 0, ConfigLimits.MAX_IO_THREADS);
        warnOfOtherKeys();
        return new ServerConfig(
                file,
                myid == null ? ServerConfig.STANDALONE_ID : myid,
                standalone ? null : lines,
                directories,
                timing,
                clientPort,
                peers,
                storage,
                sync,
                security,
                sessionModes,
                roles,
                reaper,
                juteMaxBuffer,
                settings.integer("jute.maxbuffer.extrasize", FILE_OR_PROPERTY, juteMaxBuffer, 0, Integer.MAX_VALUE / 2),
                ioThreads,
                warnings);
    }

    // ---- files

    private static Map<String, String> load(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw StartException.configuration(
                    file + ": there is no such file; give the path of a zoo.cfg as the argument.");
        } catch (IOException | IllegalArgumentException e) {
            throw StartException.configuration(file + ": cannot be read as a file of key=value lines (" + e.getMessage()
                    + "); correct it or make it readable.");
        }
        Map<String, String> entries = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            entries.put(key.trim(), properties.getProperty(key).trim());
        }
        return entries;
    }

    private Directories directories() {
        String data = settings.text("dataDir", FILE);
        if (data == null || data.isEmpty()) {
            throw settings.wrong("dataDir is missing: expected the directory for snapshots and the myid file; add a"
                    + " line dataDir=/path.");
        }
        String log = settings.text("dataLogDir", FILE);
        return new Directories(Path.of(data), Path.of(log == null || log.isEmpty() ? data : log));
    }

    /** @return null if there is no myid file */
    private @Nullable Long readMyid(Path dataDir) {
        Path myid = dataDir.resolve("myid");
        String text;
        try {
            text = Files.readString(myid, StandardCharsets.UTF_8).trim();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new StartException(
                    ExitCode.DATA_DIRECTORY_ACCESS,
                    myid + ": cannot be read (" + e + "); make it readable for the server's user.");
        }
        try {
            long id = Long.parseLong(text);
            if (id >= 0) {
                return id;
            }
        } catch (NumberFormatException e) {
            throw wrongMyid(myid, text);
        }
        throw wrongMyid(myid, text);
    }

    private StartException wrongMyid(Path myid, String text) {
        String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
        return StartException.configuration(myid + ": found \"" + shown
                + "\", expected the number N of this server's line server.N in " + file
                + ", alone in the file; correct it.");
    }

    // ---- the ensemble

    private @Nullable EnsembleConfig serverLines() {
        Map<String, String> lines = new TreeMap<>();
        entries.forEach((key, value) -> {
            if (EnsembleConfig.isEntry(key)) {
                lines.put(key, value);
            }
        });
        String dynamic = settings.text("dynamicConfigFile", FILE);
        if (dynamic == null) {
            return lines.isEmpty() ? null : ensembleOf(lines, file);
        }
        if (!lines.isEmpty()) {
            throw settings.wrong("has " + lines.keySet().iterator().next() + " and dynamicConfigFile=" + dynamic
                    + ": expected the lines of the ensemble in one of the two files only; move them to the dynamic"
                    + " one.");
        }
        Path dynamicFile = Path.of(dynamic);
        Map<String, String> dynamicLines = load(dynamicFile);
        dynamicLines.putIfAbsent("version", versionInName(dynamicFile));
        return ensembleOf(dynamicLines, dynamicFile);
    }

    /** A dynamic file's name ends with the hex version of its configuration, if it is not the first. */
    private static String versionInName(Path dynamicFile) {
        String name = dynamicFile.toString();
        String suffix = name.substring(name.lastIndexOf('.') + 1);
        try {
            return Long.toHexString(Long.parseLong(suffix, 16));
        } catch (NumberFormatException e) {
            return "0";
        }
    }

    private static EnsembleConfig ensembleOf(Map<String, String> lines, Path from) {
        try {
            return EnsembleConfig.of(lines);
        } catch (ConfigException e) {
            throw StartException.configuration(from + ": " + e.getMessage() + "; correct the line.");
        }
    }

    private boolean isStandalone(@Nullable EnsembleConfig lines) {
        boolean mayBeAlone = settings.trueOrFalse("standaloneEnabled", FILE, true);
        if (lines == null || lines.servers().isEmpty()) {
            return true;
        }
        int observers = lines.observers().size();
        if (lines.voters().isEmpty()) {
            throw settings.wrong("has " + observers + " observers and no participant: expected at least one server"
                    + " that votes; give one of the lines the role participant.");
        }
        if (lines.voters().size() > 1 || !mayBeAlone) {
            return false;
        }
        if (observers > 0) {
            throw settings.wrong("has observers but only one participant: expected more participants, or"
                    + " standaloneEnabled=false for an ensemble with one voter; change one of the two.");
        }
        return true;
    }

    private long checkedMyid(@Nullable Long myid, @Nullable EnsembleConfig lines, Path dataDir) {
        if (myid == null) {
            throw StartException.configuration(dataDir.resolve("myid") + ": there is no such file, but " + file
                    + " describes an ensemble: expected a file with the number N of this server's line server.N;"
                    + " create it.");
        }
        if (lines != null && lines.server(myid).isEmpty()) {
            throw StartException.configuration(dataDir.resolve("myid") + ": found " + myid + ", but " + file
                    + " has no line server." + myid + " (it has "
                    + lines.servers().stream()
                            .map(server -> "server." + server.id())
                            .toList()
                    + "); add the line or correct the id.");
        }
        if (myid > ConfigLimits.MAX_SERVER_ID) {
            warnings.add("server id " + myid + " is above " + ConfigLimits.MAX_SERVER_ID
                    + ": session ids hold its low 8 bits only and may collide with those of another server");
        }
        return myid;
    }

    /** This server's line; for a server alone, the only line there is. */
    private static @Nullable ServerSpec self(@Nullable EnsembleConfig lines, @Nullable Long myid, boolean standalone) {
        if (lines == null || lines.servers().isEmpty()) {
            return null;
        }
        ServerSpec own = myid == null ? null : lines.server(myid).orElse(null);
        return own == null && standalone ? lines.servers().iterator().next() : own;
    }

    private void checkElectionAlgorithm() {
        if (settings.integer("electionAlg", FILE, 3, 0, Integer.MAX_VALUE) != 3) {
            throw settings.wrong("electionAlg", FILE, "3, the only algorithm that exists", "correct it, or remove it");
        }
    }

    private void checkPeerType(@Nullable ServerSpec self) {
        String peerType = settings.text("peerType", FILE);
        if (peerType == null) {
            return;
        }
        boolean observer = peerType.equalsIgnoreCase("observer");
        if (!observer && !peerType.equalsIgnoreCase("participant")) {
            throw settings.wrong("peerType", FILE, "participant or observer", "correct it, or remove it");
        }
        if (self != null && self.isVoter() == observer) {
            warnings.add("peerType=" + peerType + " contradicts the line server." + self.id() + ", whose role wins: "
                    + self.role().name().toLowerCase(Locale.ROOT));
        }
    }

    /** Two places with the same host and port cannot both be listened on. */
    private void checkPorts(@Nullable EnsembleConfig lines, ServerSpec self, ServerConfig.ClientPort clients) {
        if (lines == null) {
            return;
        }
        Map<HostPort, String> seen =
                new TreeMap<>(java.util.Comparator.comparing(HostPort::host).thenComparingInt(HostPort::port));
        for (ServerSpec server : lines.servers()) {
            for (ServerSpec.Address address : server.addresses()) {
                claim(seen, address.quorum(), "quorum port of server." + server.id());
                claim(seen, address.election(), "election port of server." + server.id());
            }
        }
        claimClientPort(seen, clients.address(), "client port", self);
        claimClientPort(seen, clients.secureAddress(), "secure client port", self);
    }

    private void claimClientPort(Map<HostPort, String> seen, @Nullable HostPort client, String what, ServerSpec self) {
        if (client == null) {
            return;
        }
        claim(seen, client, what + " of this server");
        boolean anyHost = isWildcard(client.host());
        if (anyHost
                && (client.port() == self.quorum().port()
                        || client.port() == self.election().port())) {
            throw settings.wrong("port " + client.port() + " is both the " + what + " and a port of the line server."
                    + self.id() + ": expected different ports; change one of them.");
        }
    }

    private void claim(Map<HostPort, String> seen, HostPort place, String what) {
        String other = seen.putIfAbsent(place, what);
        if (other != null) {
            throw settings.wrong(place + " is both the " + other + " and the " + what
                    + ": expected each port of a host once; change one of them.");
        }
    }

    static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("0:0:0:0:0:0:0:0") || host.equals("*");
    }

    private void adviseOnSize(@Nullable EnsembleConfig lines) {
        if (lines == null) {
            return;
        }
        int voters = lines.voters().size();
        if (voters <= 2) {
            warnings.add("an ensemble of " + voters + " voting servers survives the loss of none; three survive one");
        } else if (voters % 2 == 0) {
            warnings.add(
                    "an ensemble of " + voters + " voting servers survives no more losses than one of " + (voters - 1));
        }
        for (ServerSpec server : lines.servers()) {
            if (server.addresses().size() > 1) {
                warnings.add("server." + server.id() + " has several addresses: Quorate uses the first only");
            }
        }
    }

    // ---- numbers

    private Timing timing(boolean standalone) {
        int tick =
                settings.integer("tickTime", FILE, ConfigLimits.DEFAULT_TICK_TIME_MS, 1, ConfigLimits.MAX_TICK_TIME_MS);
        int initLimit = limit("initLimit", standalone);
        int syncLimit = limit("syncLimit", standalone);
        int connectLimit = settings.integer("connectToLearnerMasterLimit", FILE, 0, 0, ConfigLimits.MAX_TICKS);
        int min = sessionTimeout("minSessionTimeout", tick, ConfigLimits.DEFAULT_MIN_SESSION_TIMEOUT_TICKS);
        int max = sessionTimeout("maxSessionTimeout", tick, ConfigLimits.DEFAULT_MAX_SESSION_TIMEOUT_TICKS);
        if (min > max) {
            throw settings.wrong("minSessionTimeout (" + min + " ms) is above maxSessionTimeout (" + max
                    + " ms): expected it at or below; set both, by default they are "
                    + ConfigLimits.DEFAULT_MIN_SESSION_TIMEOUT_TICKS + " and "
                    + ConfigLimits.DEFAULT_MAX_SESSION_TIMEOUT_TICKS + " times the tickTime of " + tick + " ms.");
        }
        return new Timing(tick, initLimit, syncLimit, connectLimit == 0 ? initLimit : connectLimit, min, max);
    }

    private int limit(String key, boolean standalone) {
        if (!standalone && !settings.isSet(key, FILE)) {
            throw settings.wrong(key + " is missing: an ensemble needs it as a number of ticks; add a line " + key + "="
                    + (key.equals("initLimit") ? "10" : "5") + ".");
        }
        return settings.integer(key, FILE, 0, standalone ? 0 : 1, ConfigLimits.MAX_TICKS);
    }

    private int sessionTimeout(String key, int tick, int defaultTicks) {
        int timeout = settings.integer(key, FILE, -1, -1, Integer.MAX_VALUE);
        if (timeout == 0) {
            throw settings.wrong(key, FILE, "a time in ms, or -1 for " + defaultTicks + TIMES, "correct it");
        }
        return timeout < 0 ? tick * defaultTicks : timeout;
    }

    private Peers peers(Timing timing) {
        int handshake = settings.integer("quorumCnxnTimeoutMs", FILE_OR_PROPERTY, -1, -1, Integer.MAX_VALUE);
        int min = settings.integer(
                "fastleader.minNotificationInterval",
                FILE_OR_PROPERTY,
                ConfigLimits.DEFAULT_MIN_NOTIFICATION_MS,
                1,
                Integer.MAX_VALUE);
        int max = settings.integer(
                "fastleader.maxNotificationInterval",
                FILE_OR_PROPERTY,
                ConfigLimits.DEFAULT_MAX_NOTIFICATION_MS,
                1,
                Integer.MAX_VALUE);
        if (min > max) {
            throw settings.wrong("fastleader.minNotificationInterval (" + min
                    + " ms) is above fastleader.maxNotificationInterval (" + max
                    + " ms): expected it at or below; correct one of them.");
        }
        return new Peers(
                settings.trueOrFalse("quorumListenOnAllIPs", FILE, false),
                settings.integer(
                        "cnxTimeout", FILE_OR_PROPERTY, ConfigLimits.DEFAULT_CONNECT_TIMEOUT_MS, 1, Integer.MAX_VALUE),
                settings.integer(
                        "electionPortBindRetry",
                        FILE_OR_PROPERTY,
                        ConfigLimits.DEFAULT_ELECTION_BIND_TRIES,
                        0,
                        Integer.MAX_VALUE),
                handshake > 0
                        ? handshake
                        : Math.max(timing.tickTimeMs(), timing.syncLimitTicks() * timing.tickTimeMs()),
                min,
                max);
    }

    private Storage storage() {
        long snapSizeKib = settings.number(
                "snapSizeLimitInKb",
                FILE_OR_PROPERTY,
                ConfigLimits.DEFAULT_SNAP_SIZE_LIMIT_KIB,
                -1,
                Long.MAX_VALUE >> 10);
        long snapshotRateKib = settings.number("snapshot.maxKbPerSecond", FILE_OR_PROPERTY, 0, 0, Long.MAX_VALUE >> 10);
        return new Storage(
                settings.integer("snapCount", FILE_OR_PROPERTY, ConfigLimits.DEFAULT_SNAP_COUNT, 2, Integer.MAX_VALUE),
                snapSizeKib <= 0 ? Long.MAX_VALUE : snapSizeKib << 10,
                settings.integer(
                        "preAllocSize",
                        FILE_OR_PROPERTY,
                        ConfigLimits.DEFAULT_PREALLOCATE_KIB,
                        1,
                        ConfigLimits.MAX_PREALLOCATE_KIB),
                settings.yesOrNo("forceSync", FILE_OR_PROPERTY, true),
                settings.number("txnLogSizeLimitInKb", FILE_OR_PROPERTY, -1, -1, Long.MAX_VALUE >> 10),
                retainedSnapshots(),
                settings.integer(
                        "autopurge.purgeInterval",
                        FILE,
                        ConfigLimits.DEFAULT_PURGE_INTERVAL_HOURS,
                        0,
                        ConfigLimits.MAX_PURGE_INTERVAL_HOURS),
                settings.yesOrNo("digest.enabled", FILE_OR_PROPERTY, true),
                settings.yesOrNo("serializeLastProcessedZxid.enabled", FILE_OR_PROPERTY, true),
                settings.yesOrNo("datadir.autocreate", FILE_OR_PROPERTY, true),
                settings.yesOrNo("db.autocreate", FILE_OR_PROPERTY, true),
                settings.yesOrNo("snapshot.trust.empty", FILE_OR_PROPERTY, false),
                settings.integer(
                        "fsync.warningthresholdms",
                        FILE_OR_PROPERTY,
                        ConfigLimits.DEFAULT_FORCE_WARNING_MS,
                        0,
                        Integer.MAX_VALUE),
                snapshotRateKib == 0 ? Long.MAX_VALUE : snapshotRateKib << 10,
                snapshotCompression());
    }

    private SnapshotCompression snapshotCompression() {
        String key = "snapshot.compression.method";
        String method = settings.text(key, FILE_OR_PROPERTY);
        if (method == null || method.isBlank()) {
            return SnapshotCompression.NONE;
        }
        return switch (method) {
            case "gz" -> SnapshotCompression.GZIP;
            case "snappy" -> SnapshotCompression.SNAPPY;
            default ->
                throw settings.wrong(key + "=" + method + ": expected gz, snappy, or nothing; correct the line.");
        };
    }

    private Sync sync() {
        return new Sync(
                settings.integer(
                        "commitLogCount",
                        FILE_OR_PROPERTY,
                        ConfigLimits.DEFAULT_COMMIT_LOG_COUNT,
                        1,
                        Integer.MAX_VALUE),
                settings.decimal("snapshotSizeFactor", FILE_OR_PROPERTY, ConfigLimits.DEFAULT_SNAPSHOT_SIZE_FACTOR),
                settings.yesOrNo("forceSnapshotSync", FILE_OR_PROPERTY, false),
                settings.integer(
                        "leader.maxConcurrentSnapSyncs",
                        FILE_OR_PROPERTY,
                        SyncLimits.DEFAULTS.snapshots(),
                        1,
                        Integer.MAX_VALUE),
                settings.integer(
                        "leader.maxConcurrentDiffSyncs",
                        FILE_OR_PROPERTY,
                        SyncLimits.DEFAULTS.histories(),
                        1,
                        Integer.MAX_VALUE));
    }

    private Security security(@Nullable Long myid) {
        boolean extendedTypes = settings.yesOrNo("extendedTypesEnabled", FILE_OR_PROPERTY, false);
        if (extendedTypes && myid != null && myid > ConfigLimits.MAX_SERVER_ID_WITH_EXTENDED_TYPES) {
            throw settings.wrong("extendedTypesEnabled needs server ids up to "
                    + ConfigLimits.MAX_SERVER_ID_WITH_EXTENDED_TYPES + ", but this server's is " + myid
                    + "; give it another one, or remove the line.");
        }
        return new Security(
                new AuthConfigReader(settings, warnings, tlsReader).read(),
                extendedTypes,
                settings.yesOrNo("enforceQuota", FILE_OR_PROPERTY, false));
    }

    private SessionModes sessionModes(boolean standalone) {
        SessionModes modes = new SessionModes(
                settings.trueOrFalse("localSessionsEnabled", FILE, false),
                settings.trueOrFalse("localSessionsUpgradingEnabled", FILE, false),
                settings.trueOrFalse("readonlymode.enabled", FILE_OR_PLAIN_PROPERTY, false));
        if (modes.upgrading() && !modes.local()) {
            warnings.add("localSessionsUpgradingEnabled=true has no effect without localSessionsEnabled=true");
        }
        return standalone ? SessionModes.GLOBAL : modes;
    }

    private RoleSettings roles() {
        RoleSettings defaults = RoleSettings.DEFAULTS;
        return new RoleSettings(
                settings.yesOrNo("leaderServes", FILE_OR_PROPERTY, defaults.leaderServes()),
                settings.integer(
                        "observer.reconnectDelayMs",
                        FILE_OR_PROPERTY,
                        defaults.observerReconnectDelayMs(),
                        0,
                        ConfigLimits.MAX_RECONNECT_DELAY_MS),
                settings.trueOrFalse("resyncOnDivergence", FILE_OR_PROPERTY, defaults.resyncOnDivergence()));
    }

    private ReaperSettings reaper() {
        ReaperSettings defaults = ReaperSettings.DEFAULTS;
        return new ReaperSettings(
                settings.number(
                        "znode.container.checkIntervalMs",
                        FILE_OR_PLAIN_PROPERTY,
                        defaults.checkIntervalMs(),
                        1,
                        ConfigLimits.MAX_REAPER_INTERVAL_MS),
                settings.integer(
                        "znode.container.maxPerMinute",
                        FILE_OR_PLAIN_PROPERTY,
                        defaults.maxPerMinute(),
                        1,
                        Integer.MAX_VALUE),
                settings.number(
                        "znode.container.maxNeverUsedIntervalMs",
                        FILE_OR_PLAIN_PROPERTY,
                        defaults.maxNeverUsedIntervalMs(),
                        0,
                        ConfigLimits.MAX_REAPER_INTERVAL_MS));
    }

    private int retainedSnapshots() {
        int count = settings.integer(
                "autopurge.snapRetainCount", FILE, ConfigLimits.MIN_SNAP_RETAIN_COUNT, 0, Integer.MAX_VALUE);
        if (count < ConfigLimits.MIN_SNAP_RETAIN_COUNT) {
            warnings.add("autopurge.snapRetainCount=" + count + " is below the least that is kept, which is "
                    + ConfigLimits.MIN_SNAP_RETAIN_COUNT);
        }
        return Math.max(count, ConfigLimits.MIN_SNAP_RETAIN_COUNT);
    }

    // ---- clients

    private ServerConfig.ClientPort clientPort(@Nullable ServerSpec self, Security security) {
        HostPort address = clientAddress(self);
        TlsSettings tls = tlsReader.read(security.auth());
        if (address == null && (tls == null || tls.address() == null)) {
            warnings.add("there is no clientPort: clients cannot connect to this server");
        }
        return new ServerConfig.ClientPort(
                address,
                settings.integer("clientPortListenBacklog", FILE, -1, -1, ConfigLimits.MAX_BACKLOG),
                settings.integer(
                        "maxClientCnxns", FILE, ConfigLimits.DEFAULT_IP_CONNECTIONS, 0, ConfigLimits.MAX_CONNECTIONS),
                settings.integer("maxCnxns", FILE_OR_PROPERTY, 0, 0, ConfigLimits.MAX_CONNECTIONS),
                settings.integer(
                        "nio.sessionlessCnxnTimeout",
                        FILE_OR_PROPERTY,
                        ConfigLimits.DEFAULT_HANDSHAKE_TIMEOUT_MS,
                        1,
                        Integer.MAX_VALUE),
                fourLetterWords(),
                limitsReader.read(),
                tls);
    }

    private @Nullable HostPort clientAddress(@Nullable ServerSpec self) {
        int port = settings.integer("clientPort", FILE, 0, 0, ConfigLimits.MAX_PORT);
        String host = settings.text("clientPortAddress", FILE);
        if (port == 0 && host != null) {
            throw settings.wrong("clientPortAddress=" + host + " is set, but clientPort is not: expected both, or"
                    + " only the port; add a line clientPort=2181.");
        }
        HostPort fromFile = port == 0 ? null : new HostPort(unbracketed(host == null ? "0.0.0.0" : host), port);
        HostPort fromLine =
                self == null || self.client() == null || self.client().port() == 0 ? null : self.client();
        if (fromFile == null || fromLine == null) {
            return fromFile == null ? fromLine : fromFile;
        }
        boolean sameHost = fromFile.host().equals(fromLine.host()) || (host == null && isWildcard(fromLine.host()));
        if (!sameHost || fromFile.port() != fromLine.port()) {
            throw settings.wrong("clientPort says " + fromFile + ", the line server." + (self == null ? "" : self.id())
                    + " says " + fromLine + ": expected the same in both; remove one of them.");
        }
        return fromLine;
    }

    static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private Set<String> fourLetterWords() {
        String list = settings.text("4lw.commands.whitelist", FILE_OR_PROPERTY);
        Set<String> words = new TreeSet<>();
        for (String word : list == null ? List.<String>of() : Arrays.asList(list.split(",", -1))) {
            if (!word.isBlank()) {
                words.add(word.trim());
            }
        }
        return Set.copyOf(words);
    }

    private int defaultIoThreads() {
        return processors <= ConfigLimits.PROCESSORS_FOR_SHARED_LOOP ? 0 : Math.min(processors / 4, 8);
    }

    // ---- keys that nobody asked for

    private void warnOfOtherKeys() {
        entries.forEach((key, value) -> {
            if (settings.known().contains(key) || EnsembleConfig.isEntry(key)) {
                return;
            }
            String warning = NotThereYet.judge(settings, key, value);
            if (warning == null) {
                warnings.add(unknown(key, value));
            } else if (!warning.isEmpty()) {
                warnings.add(warning);
            }
        });
        NotThereYet.protecting().forEach(key -> {
            String value = settings.text(key, FILE_OR_PROPERTY);
            if (value != null) {
                NotThereYet.judge(settings, key, value);
            }
        });
    }

    private String unknown(String key, String value) {
        if (key.equals("jute.maxbuffer")) {
            return "jute.maxbuffer=" + value + " is ignored in the file: it is a system property, -Djute.maxbuffer="
                    + value;
        }
        Set<String> names = new TreeSet<>(settings.known());
        NotThereYet.names().forEach(names::add);
        String nearest = Spelling.nearest(key, names);
        return key + "=" + value + " is ignored: there is no such key"
                + (nearest == null ? "" : " (did you mean " + nearest + "?)");
    }
}
