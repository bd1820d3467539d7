package io.quorate.server.admin;

import io.quorate.replica.ReplicaDetails;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.ReplicaStatus.ConnectionStatus;
import io.quorate.replica.SessionSets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The answer to dump: who has a session, until when, with which ephemerals, and who is connected. */
final class SessionDump {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE MMM dd HH:mm:ss zzz yyyy", Locale.ENGLISH)
            .withZone(ZoneId.systemDefault());

    /** ZooKeeper rounds the time at which it gives up a silent connection to this. */
    private static final long CONNECTION_INTERVAL_MS = 10_000;

    private final long nowMs;
    private final StringBuilder text = new StringBuilder();

    SessionDump(long nowMs) {
        this.nowMs = nowMs;
    }

    String text(ReplicaStatus status, ReplicaDetails details) {
        text.append("SessionTracker dump:\n");
        sessions(details);
        ephemerals(details.ephemerals());
        connections(status.connections());
        return text.toString();
    }

    private void sessions(ReplicaDetails details) {
        SessionSets local = details.local();
        SessionSets tracked = details.tracked();
        if (local != null) {
            sets("Local Session", local);
        }
        if (tracked != null) {
            sets(local == null ? "Session" : "Global Session", tracked);
            return;
        }
        text.append("Global Sessions(").append(details.globals().size()).append("):\n");
        details.globals()
                .forEach((id, timeoutMs) ->
                        text.append(hex(id)).append('\t').append(timeoutMs).append("ms\n"));
    }

    private void sets(String name, SessionSets sets) {
        sizes(name, sets.sets().size(), sets.sessions());
        for (SessionSets.SessionSet each : sets.sets()) {
            set(
                    nowMs + each.expiresInMs(),
                    each.ids().stream().map(SessionDump::hex).toList());
        }
    }

    private void sizes(String name, int sets, int members) {
        text.append(name)
                .append(" Sets (")
                .append(sets)
                .append(")/(")
                .append(members)
                .append("):\n");
    }

    private void set(long expiresAtMs, List<String> members) {
        text.append(members.size())
                .append(" expire at ")
                .append(TIME.format(Instant.ofEpochMilli(expiresAtMs)))
                .append(":\n");
        members.forEach(each -> text.append('\t').append(each).append('\n'));
    }

    private void ephemerals(Map<Long, List<String>> byOwner) {
        text.append("ephemeral nodes dump:\nSessions with Ephemerals (")
                .append(byOwner.size())
                .append("):\n");
        byOwner.forEach((owner, paths) -> {
            text.append(hex(owner)).append(":\n");
            paths.forEach(path -> text.append('\t').append(path).append('\n'));
        });
    }

    private void connections(List<ConnectionStatus> connections) {
        Map<Long, List<String>> sets = new TreeMap<>();
        for (ConnectionStatus each : connections) {
            sets.computeIfAbsent(endMs(each), time -> new ArrayList<>())
                    .add("ip: " + each.address() + " sessionId: " + hex(each.sessionId()));
        }
        text.append("Connections dump:\n");
        sizes("Connections", sets.size(), connections.size());
        sets.forEach(this::set);
    }

    private long endMs(ConnectionStatus connection) {
        long heardMs = connection.lastResponseMs() == 0 ? nowMs : connection.lastResponseMs();
        return ((heardMs + connection.timeoutMs()) / CONNECTION_INTERVAL_MS + 1) * CONNECTION_INTERVAL_MS;
    }

    private static String hex(long sessionId) {
        return "0x" + Long.toHexString(sessionId);
    }
}
