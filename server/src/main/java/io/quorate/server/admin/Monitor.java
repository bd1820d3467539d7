package io.quorate.server.admin;

import io.quorate.election.EnsembleConfig;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.ReplicaStatus.Mode;
import io.quorate.server.client.PortStats;
import io.quorate.server.config.ServerConfig;
import java.util.Locale;

/** The answer to "mntr": one metric a line, its value behind a tab. Metrics that this server does not measure are not there. */
final class Monitor {
    private final ServerConfig config;
    private final PortStats port;
    private final ProcessFacts process;

    Monitor(ServerConfig config, PortStats port, ProcessFacts process) {
        this.config = config;
        this.port = port;
        this.process = process;
    }

    String text(ReplicaStatus status) {
        StringBuilder text = new StringBuilder();
        line(text, "version", Version.text());
        line(text, "server_state", status.mode().name().toLowerCase(Locale.ROOT));
        EnsembleConfig ensemble = config.ensemble();
        if (ensemble != null) {
            line(text, "peer_state", peerState(status.mode()) + " - " + status.zabState());
            line(text, "quorum_size", ensemble.voters().size());
        }
        tree(text, status);
        traffic(text, status);
        line(text, "uptime", process.uptimeMs());
        line(text, "open_file_descriptor_count", process.openFiles());
        line(text, "max_file_descriptor_count", process.maxFiles());
        if (status.mode() == Mode.LEADER) {
            leader(text, status);
        }
        return text.toString();
    }

    private static void tree(StringBuilder text, ReplicaStatus status) {
        line(text, "znode_count", FourLetterWords.shownNodeCount(status));
        line(text, "ephemerals_count", status.ephemeralsCount());
        line(text, "watch_count", status.watchCount());
        line(text, "approximate_data_size", status.approximateDataSize());
        line(text, "global_sessions", status.globalSessions());
        line(text, "local_sessions", 0);
    }

    private void traffic(StringBuilder text, ReplicaStatus status) {
        line(text, "num_alive_connections", port.alive());
        line(text, "avg_latency", FourLetterWords.decimal(status.avgLatencyMs()));
        line(text, "min_latency", status.minLatencyMs());
        line(text, "max_latency", status.maxLatencyMs());
        line(text, "outstanding_requests", status.outstanding());
        line(text, "packets_received", status.packetsReceived());
        line(text, "packets_sent", status.packetsSent());
        line(text, "connection_drop_probability", "0.0");
        line(text, "connection_rejected", port.rejected());
        line(text, "unsuccessful_handshake", port.unfinishedHandshakes());
    }

    private static void leader(StringBuilder text, ReplicaStatus status) {
        line(text, "learners", status.learners().size());
        line(text, "synced_followers", FourLetterWords.synced(status, false, true));
        line(text, "synced_non_voting_followers", FourLetterWords.synced(status, false, false));
        line(text, "synced_observers", FourLetterWords.synced(status, true, false));
        line(text, "last_proposal_size", status.proposalSizes().last());
        line(text, "min_proposal_size", status.proposalSizes().min());
        line(text, "max_proposal_size", status.proposalSizes().max());
    }

    private static String peerState(Mode mode) {
        return switch (mode) {
            case LEADER -> "leading";
            case FOLLOWER -> "following";
            case OBSERVER -> "observing";
            case STANDALONE, LOOKING -> "looking";
        };
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append("zk_").append(name).append('\t').append(value).append('\n');
    }
}
