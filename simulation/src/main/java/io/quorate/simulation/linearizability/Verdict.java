package io.quorate.simulation.linearizability;

import java.util.List;

/**
 * What a {@link LinearizabilityChecker} found.
 *
 * @param steps how many calls it tried
 * @param order the order that explains the history; if there is none, or none was found, the longest that explains a part of it
 * @param stuck the calls of which none could be next behind that order
 */
public record Verdict<O>(Answer answer, long steps, List<Call<O>> order, List<Call<O>> stuck) {
    /** Whether there is an order. */
    public enum Answer {
        YES,
        NO,
        /** The search was ended before it came to an end. */
        UNDECIDED
    }

    /** The end of the longest order and what did not fit, a line each. */
    public String explanation(int lines) {
        StringBuilder text = new StringBuilder(answer + " after " + steps + " steps; the order");
        List<Call<O>> tail = order.subList(Math.max(0, order.size() - lines), order.size());
        if (tail.size() < order.size()) {
            text.append(" (").append(order.size() - tail.size()).append(" calls before)");
        }
        tail.forEach(each -> text.append("\n    ").append(each.operation()));
        text.append("\n  and none of these fits behind it:");
        stuck.stream().limit(lines).forEach(each -> text.append("\n    ").append(each.operation()));
        return text.toString();
    }
}
