package io.quorate.it.harness;

import io.quorate.it.harness.WorkerProcess.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From when to when each worker was master, as the workers themselves were told, and that no two were at once. */
public final class Masterships {
    /** One worker's time as master, by the wall clock of the machine, both ends included. */
    private record Term(String worker, long fromMs, long toMs) {
        @Override
        public String toString() {
            return worker + " from " + fromMs + " to " + (toMs == Long.MAX_VALUE ? "now" : toMs);
        }
    }

    private Masterships() {}

    /**
     * Checks that terms do not overlap.
     *
     * @param events of all workers
     * @param stoppedAtMs when a worker's process was killed, or made to stand still, by worker: it did nothing after that
     * @return a sentence for each two workers that were master at the same time; empty when all is well
     */
    public static List<String> overlaps(List<Event> events, Map<String, Long> stoppedAtMs) {
        List<Term> terms = terms(events, stoppedAtMs);
        List<String> overlaps = new ArrayList<>();
        for (int i = 1; i < terms.size(); i++) {
            Term earlier = terms.get(i - 1);
            Term later = terms.get(i);
            if (later.fromMs < earlier.toMs) {
                overlaps.add("two masters at once: " + earlier + ", and " + later);
            }
        }
        return overlaps;
    }

    private static List<Term> terms(List<Event> events, Map<String, Long> stoppedAtMs) {
        Map<String, Event> open = new HashMap<>();
        List<Term> terms = new ArrayList<>();
        for (Event event :
                events.stream().sorted(Comparator.comparingLong(Event::wallMs)).toList()) {
            if (event.is("elected")) {
                open.put(event.worker(), event);
            } else if (event.is("revoked")) {
                Event elected = open.remove(event.worker());
                if (elected == null) {
                    throw new AssertionError("revoked without having been elected: " + event);
                }
                terms.add(term(elected, event.wallMs(), stoppedAtMs));
            }
        }
        open.values().forEach(elected -> terms.add(term(elected, Long.MAX_VALUE, stoppedAtMs)));
        terms.sort(Comparator.comparingLong(Term::fromMs));
        return terms;
    }

    private static Term term(Event elected, long toMs, Map<String, Long> stoppedAtMs) {
        long stopped = stoppedAtMs.getOrDefault(elected.worker(), Long.MAX_VALUE);
        return new Term(
                elected.worker(), elected.wallMs(), stopped < elected.wallMs() ? toMs : Math.min(toMs, stopped));
    }
}
