package io.quorate.server.admin;

import io.quorate.election.EnsembleConfig;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.ReplicaStatus.Counts;
import io.quorate.replica.ReplicaStatus.Mode;
import io.quorate.replica.ReplicaStatus.Summary;
import io.quorate.replica.ReplicaStatus.Throttling;
import io.quorate.server.client.PortStats;
import io.quorate.server.config.ServerConfig;
import io.quorate.tree.QuotaUsage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The answer to "mntr": one metric a line, its value behind a tab, under ZooKeeper's names.
 *
 * <p>A name whose subject does not exist here (a cache, a queue between ZooKeeper's processors, a throttle) is 0 for ever, so that a panel
 * that shows it finds it. A name whose subject exists but is not measured yet is left out: a 0 would say something that is not true. Which
 * name is which is in docs/compatibility.md.
 */
final class Monitor {
    /** Counters of what does not exist here. */
    private static final List<String> ABSENT_COUNTERS = List.of(
            "add_dead_watcher_stall_time",
            "connection_drop_count",
            "dead_watchers_cleared",
            "dead_watchers_queued",
            "insecure_admin_count",
            "outstanding_changes_queued",
            "outstanding_changes_removed",
            "prep_processor_request_queued",
            "quit_leading_due_to_disloyal_voter",
            "request_commit_queued",
            "requests_not_forwarded_to_commit_processor",
            "response_packet_cache_hits",
            "response_packet_cache_misses",
            "response_packet_get_children_cache_hits",
            "response_packet_get_children_cache_misses",
            "restore_error_count",
            "restore_rate_limited_count",
            "skip_learner_request_to_next_processor_count",
            "snapshot_error_count",
            "snapshot_rate_limited_count",
            "stale_replies",
            "sync_processor_request_queued",
            "tls_handshake_exceeded",
            "unrecoverable_error_count");

    /** Summaries without percentiles of what does not exist here. */
    private static final List<String> ABSENT_SUMMARIES = List.of(
            "commit_commit_proc_req_queued",
            "commit_process_time",
            "concurrent_request_processing_in_commit_processor",
            "learner_request_processor_queue_size",
            "netty_queued_buffer_capacity",
            "pending_session_queue_size",
            "prep_process_time",
            "prep_processor_queue_size",
            "proposal_process_time",
            "read_commit_proc_issued",
            "read_commit_proc_req_queued",
            "reads_after_write_in_session_queue",
            "reads_issued_from_session_queue",
            "requests_in_session_queue",
            "restore_time",
            "session_queues_drained",
            "socket_closing_time",
            "sync_process_time",
            "sync_processor_batch_size",
            "sync_processor_queue_size",
            "time_waiting_empty_pool_in_commit_processor_read_ms",
            "write_batch_time_in_commit_processor",
            "write_commit_proc_issued",
            "write_commit_proc_req_queued");

    /** Summaries with percentiles of what does not exist here. */
    private static final List<String> ABSENT_PERCENTILES = List.of(
            "dead_watchers_cleaner_latency",
            "jvm_pause_time_ms",
            "om_commit_process_time_ms",
            "om_proposal_process_time_ms",
            "prep_processor_queue_time_ms",
            "read_commitproc_time_ms",
            "read_final_proc_time_ms",
            "sync_processor_queue_and_flush_time_ms",
            "sync_processor_queue_flush_time_ms",
            "sync_processor_queue_time_ms",
            "write_commitproc_time_ms",
            "write_final_proc_time_ms");

    private final ServerConfig config;
    private final PortStats port;
    private final ProcessFacts process;

    Monitor(ServerConfig config, PortStats port, ProcessFacts process) {
        this.config = config;
        this.port = port;
        this.process = process;
    }

    String text(ReplicaStatus status) {
        StringBuilder text = new StringBuilder(16 << 10);
        line(text, "version", Version.text());
        line(text, "server_state", status.mode().text());
        EnsembleConfig ensemble = config.ensemble();
        if (ensemble != null) {
            line(text, "peer_state", peerState(status.mode()) + " - " + status.zabState());
            if (status.mode() == Mode.OBSERVER) {
                line(text, "observer_master_id", status.leaderSid());
            }
            line(text, "quorum_size", ensemble.voters().size());
        }
        tree(text, status);
        traffic(text, status);
        process(text);
        if (status.mode() == Mode.LEADER) {
            leader(text, status);
        }
        line(text, "log_full", status.disk().full() ? 1 : 0);
        line(text, "log_unwritten_bytes", status.disk().unwrittenBytes());
        quotas(text, status.quotas());
        counters(text, status.counts());
        summaries(text, status.mode(), status.counts());
        return text.toString();
    }

    private static void tree(StringBuilder text, ReplicaStatus status) {
        line(text, "znode_count", FourLetterWords.shownNodeCount(status));
        line(text, "ephemerals_count", status.ephemeralsCount());
        line(text, "watch_count", status.watchCount());
        line(text, "approximate_data_size", status.approximateDataSize());
        line(text, "global_sessions", status.globalSessions());
        line(text, "local_sessions", status.localSessions());
    }

    private void traffic(StringBuilder text, ReplicaStatus status) {
        line(text, "num_alive_connections", port.alive());
        line(text, "avg_latency", FourLetterWords.decimal(status.avgLatencyMs()));
        line(text, "min_latency", status.minLatencyMs());
        line(text, "max_latency", status.maxLatencyMs());
        line(text, "outstanding_requests", status.outstanding());
        line(text, "packets_received", status.packetsReceived());
        line(text, "packets_sent", status.packetsSent());
        line(text, "connection_drop_probability", status.counts().throttling().dropProbability());
        line(text, "last_client_response_size", status.counts().responses().last());
        line(text, "min_client_response_size", status.counts().responses().min());
        line(text, "max_client_response_size", status.counts().responses().max());
        line(text, "outstanding_tls_handshake", 0);
        line(text, "auth_failed_count", status.counts().authFailures() + port.failedTlsHandshakes());
        line(text, "non_mtls_remote_conn_count", 0);
        line(text, "non_mtls_local_conn_count", 0);
    }

    private void process(StringBuilder text) {
        line(text, "uptime", process.uptimeMs());
        line(text, "open_file_descriptor_count", process.openFiles());
        line(text, "max_file_descriptor_count", process.maxFiles());
    }

    private static void leader(StringBuilder text, ReplicaStatus status) {
        line(text, "learners", status.learners().size());
        line(text, "synced_followers", FourLetterWords.synced(status, false, true));
        line(text, "synced_non_voting_followers", FourLetterWords.synced(status, false, false));
        line(text, "synced_observers", FourLetterWords.synced(status, true, false));
        line(text, "pending_syncs", status.leading().pendingSyncs());
        line(text, "leader_uptime", status.leading().uptimeMs());
        line(text, "last_proposal_size", status.proposalSizes().last());
        line(text, "min_proposal_size", status.proposalSizes().min());
        line(text, "max_proposal_size", status.proposalSizes().max());
    }

    /** Sums over the quotas of each first component of a path; -1 where nothing is limited. */
    private static void quotas(StringBuilder text, List<QuotaUsage> quotas) {
        Map<String, Long> sums = new TreeMap<>();
        for (QuotaUsage each : quotas) {
            String namespace = each.path().split("/", 3)[1];
            add(sums, namespace, "count_limit", limit(each.countHardLimit(), each.countLimit()));
            add(sums, namespace, "bytes_limit", limit(each.byteHardLimit(), each.byteLimit()));
            add(sums, namespace, "count_usage", each.count());
            add(sums, namespace, "bytes_usage", each.bytes());
        }
        sums.forEach((name, sum) -> line(text, name, sum));
    }

    private static long limit(long hard, long soft) {
        return hard >= 0 ? hard : soft;
    }

    private static void add(Map<String, Long> sums, String namespace, String what, long value) {
        sums.merge(
                namespace + "_quota_" + what + "_per_namespace",
                value,
                (one, other) -> Math.min(one, other) < 0 ? Math.max(one, other) : one + other);
    }

    private void counters(StringBuilder text, Counts counts) {
        line(text, "bytes_received_count", port.bytesReceived());
        line(text, "response_bytes", port.bytesSent());
        line(text, "connection_rejected", port.rejected() + counts.throttling().rejectedConnections());
        line(text, "connection_request_count", counts.connectionRequests());
        line(text, "connection_revalidate_count", counts.revalidations());
        line(text, "sessionless_connections_expired", port.unfinishedHandshakes());
        line(text, "unsuccessful_handshake", port.failedTlsHandshakes());
        line(text, "stale_sessions_expired", counts.expiredSessions());
        line(text, "watch_bytes", counts.eventBytes());
        line(text, "digest_mismatches_count", counts.digestMismatches());
        line(text, "looking_count", counts.elections());
        line(text, "proposal_count", counts.proposalsMade());
        line(text, "commit_count", counts.committedAsLeader());
        line(text, "learner_proposal_received_count", counts.learning().proposals());
        line(text, "learner_commit_received_count", counts.committedAsLearner());
        line(text, "snap_count", counts.learning().snapshotsSent());
        line(text, "diff_count", counts.learning().historiesSent());
        line(text, "revalidate_count", counts.learning().revalidated());
        line(text, "cnxn_closed_without_zk_server_running", counts.unserved());
        new TreeMap<>(counts.quotaErrors())
                .forEach((namespace, count) -> line(text, namespace + "_quota_exceeded_error_per_namespace", count));
        line(text, "snapshot_failures", counts.snapshotFailures());
        line(text, "log_full_count", counts.diskFull());
        line(text, "fsync_threshold_exceed_count", process.slowForces());
        throttling(text, counts.throttling());
        ABSENT_COUNTERS.forEach(name -> line(text, name, 0));
    }

    private static void throttling(StringBuilder text, Throttling throttling) {
        line(text, "large_requests_rejected", throttling.rejectedLarge());
        line(text, "request_throttle_wait_count", throttling.waited());
        line(text, "stale_requests", throttling.stale());
        line(text, "stale_requests_dropped", throttling.staleDropped());
        line(text, "throttled_ops", throttling.refused());
    }

    private void summaries(StringBuilder text, Mode mode, Counts counts) {
        summary(text, "fsynctime", process.forces());
        summary(text, "connection_token_deficit", counts.throttling().missingTokens());
        summary(text, "snapshottime", counts.times().snapshots());
        summary(text, "dbinittime", process.recovery());
        summary(text, "election_time", counts.times().elections());
        summary(text, "unavailable_time", counts.times().unavailable());
        boolean observes = mode == Mode.OBSERVER;
        summary(
                text,
                "follower_sync_time",
                observes ? Summary.NONE : counts.times().synchronizations());
        summary(text, "observer_sync_time", observes ? counts.times().synchronizations() : Summary.NONE);
        ABSENT_SUMMARIES.forEach(name -> summary(text, name, Summary.NONE));
        percentiles(text, "readlatency", counts.reads());
        percentiles(text, "updatelatency", counts.updates());
        percentiles(text, "request_throttle_queue_time_ms", counts.throttling().waits());
        ABSENT_PERCENTILES.forEach(name -> percentiles(text, name, Summary.NONE));
    }

    private static void summary(StringBuilder text, String name, Summary summary) {
        double average = summary.count() == 0 ? 0 : (double) summary.sum() / summary.count();
        line(text, "avg_" + name, FourLetterWords.decimal(average));
        line(text, "min_" + name, summary.min());
        line(text, "max_" + name, summary.max());
        line(text, "cnt_" + name, summary.count());
        line(text, "sum_" + name, summary.sum());
    }

    private static void percentiles(StringBuilder text, String name, Summary summary) {
        summary(text, name, summary);
        line(text, "p50_" + name, summary.p50());
        line(text, "p95_" + name, summary.p95());
        line(text, "p99_" + name, summary.p99());
        line(text, "p999_" + name, summary.p999());
    }

    private static String peerState(Mode mode) {
        return switch (mode) {
            case LEADER -> "leading";
            case FOLLOWER -> "following";
            case OBSERVER -> "observing";
            case STANDALONE, LOOKING, READ_ONLY -> "looking";
        };
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append("zk_").append(name).append('\t').append(value).append('\n');
    }
}
