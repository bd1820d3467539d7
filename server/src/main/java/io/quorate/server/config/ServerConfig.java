package io.quorate.server.config;

import io.quorate.election.EnsembleConfig;
import io.quorate.election.HostPort;
import io.quorate.election.ServerSpec;
import io.quorate.replica.ClientLimits;
import io.quorate.replica.RoleSettings;
import io.quorate.replica.SessionModes;
import io.quorate.replica.storage.SnapshotCompression;
import io.quorate.tree.AuthSettings;
import io.quorate.tree.ReaperSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that was configured, checked. Immutable.
 *
 * @param file the zoo.cfg it was read from
 * @param serverId this server's id: its myid in an ensemble, {@link #STANDALONE_ID} for a server alone that has none
 * @param ensemble who belongs to the ensemble; null for a server alone
 * @param sessionModes which kinds of sessions there are; global ones only for a server alone
 * @param roles how it leads and observes
 * @param reaper when containers and nodes with a time to live go
 * @param juteMaxBuffer largest frame that is accepted from a client, in bytes
 * @param juteExtraSize how much larger a field of what was accepted may be, in bytes
 * @param ioThreads threads for client connections; 0: they share the core loop's thread
 * @param warnings what an operator should know, one sentence an element
 */
public record ServerConfig(
        Path file,
        long serverId,
        @Nullable EnsembleConfig ensemble,
        Directories directories,
        Timing timing,
        ClientPort clientPort,
        Peers peers,
        Storage storage,
        Sync sync,
        Security security,
        SessionModes sessionModes,
        RoleSettings roles,
        ReaperSettings reaper,
        int juteMaxBuffer,
        int juteExtraSize,
        int ioThreads,
        List<String> warnings) {
    /** What stands for the server's id in session ids when a server is alone. */
    public static final long STANDALONE_ID = 1;

    /** Where files go: both directories without the "version-2" that is put below them. */
    public record Directories(Path data, Path log) {}

    /** Times that are counted in ticks, and their tick. */
    public record Timing(
            int tickTimeMs,
            int initLimitTicks,
            int syncLimitTicks,
            int connectToLeaderLimitTicks,
            int minSessionTimeoutMs,
            int maxSessionTimeoutMs) {}

    /**
     * Where and how clients are served.
     *
     * @param address null if there is no client port
     * @param backlog length of the accept queue; -1: the system's default
     * @param maxConnectionsPerIp 0: no limit
     * @param maxConnections 0: no limit
     * @param handshakeTimeoutMs how long a connection may be silent before its session is there
     * @param fourLetterWords the words that are answered; srvr always is
     * @param limits how much clients may ask for at once; its limit on outstanding requests is for the whole ensemble
     * @param tls how clients are served with TLS; null if they are not
     */
    public record ClientPort(
            @Nullable HostPort address,
            int backlog,
            int maxConnectionsPerIp,
            int maxConnections,
            int handshakeTimeoutMs,
            Set<String> fourLetterWords,
            ClientLimits limits,
            @Nullable TlsSettings tls) {
        /** The element of {@link #fourLetterWords} that stands for all. */
        public static final String ALL_WORDS = "*";

        /** Where clients are served with TLS only; null if they are not. */
        public @Nullable HostPort secureAddress() {
            return tls == null ? null : tls.address();
        }

        public boolean allows(String word) {
            return word.equals("srvr") || fourLetterWords.contains(ALL_WORDS) || fourLetterWords.contains(word);
        }
    }

    /**
     * How servers find and hear each other.
     *
     * @param electionBindTries 0: for ever
     * @param electionHandshakeTimeoutMs how long a dialler may take to say who it is
     */
    public record Peers(
            boolean listenOnAllAddresses,
            int connectTimeoutMs,
            int electionBindTries,
            int electionHandshakeTimeoutMs,
            int minNotificationIntervalMs,
            int maxNotificationIntervalMs) {}

    /**
     * How the log and the snapshots are written.
     *
     * @param forceSync whether what is acknowledged has been forced to the disk
     * @param preallocateKib by how much a log file grows at once
     * @param snapSizeLimitBytes log bytes after which a snapshot is taken
     * @param txnLogSizeLimitKib length after which a log file is ended; -1: no limit
     * @param retainedSnapshots how many are kept by a purge
     * @param purgeIntervalHours how often older ones are deleted, and the logs that only they need; 0: never
     * @param autocreateDirectories whether missing directories are made
     * @param autocreateDatabase whether a server without any files may start with an empty, trusted database
     * @param trustEmptySnapshot whether a log without any snapshot is replayed
     * @param forceWarningMs a force of the log that takes longer is worth a warning
     * @param snapshotBytesPerSecond how fast a snapshot is written at most; Long.MAX_VALUE: as fast as the disk takes it
     */
    public record Storage(
            int snapCount,
            long snapSizeLimitBytes,
            int preallocateKib,
            boolean forceSync,
            long txnLogSizeLimitKib,
            int retainedSnapshots,
            int purgeIntervalHours,
            boolean digest,
            boolean lastProcessedZxid,
            boolean autocreateDirectories,
            boolean autocreateDatabase,
            boolean trustEmptySnapshot,
            int forceWarningMs,
            long snapshotBytesPerSecond,
            SnapshotCompression snapshotCompression) {}

    /**
     * How learners are brought up to date.
     *
     * @param commitLogCount committed proposals that are kept in memory for them
     * @param snapshotSizeFactor how much log may be sent, as a part of the newest snapshot's size; 0: any amount, below: none
     * @param forceSnapshotSync whether every learner gets a snapshot
     * @param maxSnapshotSyncs how many may get one at once
     * @param maxHistorySyncs how many may be brought up to date by proposals at once
     */
    public record Sync(
            int commitLogCount,
            double snapshotSizeFactor,
            boolean forceSnapshotSync,
            int maxSnapshotSyncs,
            int maxHistorySyncs) {}

    /**
     * Who may do what, and with what kinds of nodes.
     *
     * @param extendedTypes whether there are nodes with a time to live
     * @param enforceQuota whether writes beyond a hard limit are refused
     */
    public record Security(AuthSettings auth, boolean extendedTypes, boolean enforceQuota) {}

    public ServerConfig {
        warnings = List.copyOf(warnings);
    }

    /** Whether this server is alone: no election, no quorum, no log of others. */
    public boolean standalone() {
        return ensemble == null;
    }

    /** This server's own line; empty for a server alone. */
    public Optional<ServerSpec> self() {
        return ensemble == null ? Optional.empty() : ensemble.server(serverId);
    }
}
