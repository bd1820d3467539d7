package io.quorate.simulation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How often the dangerous has been brought about. */
public final class Coverage {
    /** What is counted. */
    public enum Event {
        ELECTIONS_WON,
        DIFF,
        TRUNC,
        TRUNC_DIFF,
        SNAP,
        DISK_DIFF,
        CRASH_KILL,
        CRASH_POWER,
        CRASH_WITH_LOST_WRITES,
        CRASH_WITH_LOST_LOG,
        CRASH_IN_DISK_WORK,
        CRASH_IN_RECOVERY,
        CRASH_ELECTION,
        CRASH_LEADER_DISCOVERY,
        CRASH_LEADER_SYNCHRONIZATION,
        CRASH_LEADER_BROADCAST,
        CRASH_LEARNER_DISCOVERY,
        CRASH_LEARNER_EPOCH_ACCEPTED,
        CRASH_LEARNER_DIFF,
        CRASH_LEARNER_TRUNC,
        CRASH_LEARNER_SNAP,
        CRASH_LEARNER_NEWLEADER,
        CRASH_LEARNER_ACKED,
        CRASH_LEARNER_BROADCAST,
        GRACEFUL_STOP,
        DISK_FAILURE,
        PAUSE,
        PARTITION,
        ONE_WAY_PARTITION,
        CONNECTION_BREAK,
        WIPED_OBSERVER,
        PURGED_LOG,
        SNAPSHOT_TAKEN,
        SESSION_CREATED,
        SESSION_MOVED,
        SESSION_CLOSED,
        SESSION_EXPIRED,
        WATCH_FIRED,
        WRITE_ACKNOWLEDGED,
        WRITE_REFUSED,
        WRITE_UNKNOWN,
        READ_ANSWERED,
        SYNC_ANSWERED
    }

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    public void count(Event event) {
        counts.merge(event, 1L, Long::sum);
    }

    public long of(Event event) {
        return counts.getOrDefault(event, 0L);
    }

    public void add(Coverage other) {
        other.counts.forEach((event, count) -> counts.merge(event, count, Long::sum));
    }

    @Override
    public String toString() {
        return Arrays.stream(Event.values())
                .map(event -> event + "=" + of(event))
                .collect(Collectors.joining(" "));
    }
}
