package io.quorate.simulation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        DISK_FULL_MET,
        BIT_TURNED,
        BIT_TURNED_LOG,
        BIT_TURNED_SNAPSHOT,
        BIT_TURNED_EPOCH,
        /** While its server ran. */
        BIT_TURNED_RUNNING,
        ROT_NOTICED,
        DUPLICATE_CONNECTION,
        WIPED_OBSERVER,
        WIPED_VOTER,
        PURGED_LOG,
        ENSEMBLE_GREW,
        ENSEMBLE_SHRANK,
        SNAPSHOT_TAKEN,
        SESSION_CREATED,
        SESSION_MOVED,
        SESSION_CLOSED,
        SESSION_EXPIRED,
        EXPIRED_WITH_CREATE_IN_FLIGHT,
        WATCHES_RESTORED,
        WATCH_FIRED,
        WATCH_STAYS,
        WATCH_REMOVED,
        /** A watch was to be removed, or was asked for, that is not there. */
        NO_WATCHER,
        WRITE_ACKNOWLEDGED,
        WRITE_REFUSED,
        WRITE_UNKNOWN,
        READ_ANSWERED,
        READ_ONLY_SESSION,
        /** With a server that has not served with a leader what its tree is. */
        READ_ONLY_DOUBTFUL,
        /** By a server without a leader. */
        READ_ONLY_SERVED,
        READ_ONLY_REFUSED,
        SYNC_ANSWERED,
        /** An order of calls was looked for, and found. */
        ORDER_SEARCHED
    }

    /** Seeds that did not meet each of these have proven little. */
    private static final Set<Event> DANGERS = EnumSet.of(
            Event.DIFF,
            Event.TRUNC,
            Event.TRUNC_DIFF,
            Event.SNAP,
            Event.CRASH_WITH_LOST_LOG,
            Event.CRASH_IN_RECOVERY,
            Event.CRASH_ELECTION,
            Event.CRASH_LEADER_DISCOVERY,
            Event.CRASH_LEADER_SYNCHRONIZATION,
            Event.CRASH_LEARNER_DISCOVERY,
            Event.CRASH_LEARNER_EPOCH_ACCEPTED,
            Event.CRASH_LEARNER_DIFF,
            Event.CRASH_LEARNER_TRUNC,
            Event.CRASH_LEARNER_SNAP,
            Event.CRASH_LEARNER_NEWLEADER,
            Event.CRASH_LEARNER_ACKED,
            Event.ENSEMBLE_GREW,
            Event.ENSEMBLE_SHRANK,
            Event.EXPIRED_WITH_CREATE_IN_FLIGHT,
            Event.READ_ONLY_SERVED);

    private final Map<Event, Long> counts = new EnumMap<>(Event.class);

    private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);

    public void count(Event event) {
        counts.merge(event, 1L, Long::sum);
    }

    public void count(FaultKind fault) {
        faults.merge(fault, 1L, Long::sum);
    }

    /** How many there were of each kind. */
    public String faults() {
        return faults.entrySet().stream()
                .map(each -> each.getKey().label() + " " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    public long of(Event event) {
        return counts.getOrDefault(event, 0L);
    }

    /** The dangers that were not met. */
    public List<Event> missing() {
        return DANGERS.stream().filter(danger -> of(danger) == 0).toList();
    }

    public void add(Coverage other) {
        other.counts.forEach((event, count) -> counts.merge(event, count, Long::sum));
        other.faults.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
    }

    @Override
    public String toString() {
        return Arrays.stream(Event.values())
                .map(event -> event + "=" + of(event))
                .collect(Collectors.joining(" "));
    }
}
