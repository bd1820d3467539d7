package io.quorate.client.lease;

import java.util.List;
import java.util.Optional;

/**
 * Who in a line holds, and whom the others wait for.
 *
 * @param kinds the names' middle parts that take part
 * @param own the kind that this contender enters as, an index
 * @param wakesAll whether a contender has to look at every change, because more than one may hold
 */
public record SequenceRule(List<String> kinds, int own, boolean wakesAll, Order order) {
    /** Finds who must go first. */
    @FunctionalInterface
    public interface Order {
        /** @return empty if the node at this index holds */
        Optional<SequenceNode> blocker(List<SequenceNode> line, int index);
    }

    /** The first holds; each of the others waits for the one before it, so that a change wakes one. */
    public static SequenceRule first(String kind) {
        return new SequenceRule(List.of(kind), 0, false, SequenceRule::predecessor);
    }

    /** The first so many hold. */
    public static SequenceRule firstOf(String kind, int permits) {
        return new SequenceRule(
                List.of(kind),
                0,
                true,
                (line, index) -> index < permits ? Optional.empty() : Optional.of(line.get(index - permits)));
    }

    /** Holds together with other readers, and waits for the last writer before it. */
    public static SequenceRule reader(String reader, String writer) {
        return new SequenceRule(List.of(reader, writer), 0, false, SequenceRule::writerBefore);
    }

    /** Holds alone. */
    public static SequenceRule writer(String reader, String writer) {
        return new SequenceRule(List.of(reader, writer), 1, false, SequenceRule::predecessor);
    }

    private static Optional<SequenceNode> predecessor(List<SequenceNode> line, int index) {
        return index == 0 ? Optional.empty() : Optional.of(line.get(index - 1));
    }

    private static Optional<SequenceNode> writerBefore(List<SequenceNode> line, int index) {
        for (int i = index - 1; i >= 0; i--) {
            if (line.get(i).kind() == 1) {
                return Optional.of(line.get(i));
            }
        }
        return Optional.empty();
    }

    String ownKind() {
        return kinds.get(own);
    }
}
