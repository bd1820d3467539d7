package io.quorate.client.lease;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One place in a line: a sequential node.
 *
 * <pre>
 *   _c_4f0c0b0e-…-9d1f-lock-0000000017
 *   └──────┬─────────┘└─┬─┘└───┬────┘
 *     whose it is      kind   number, given by the servers
 * </pre>
 *
 * The first part, as Curator writes it, is drawn by whoever makes the node, so that one whose creation was not answered is found again.
 *
 * @param kind which of the contest's kinds, as an index
 * @param number grows with each node that is created in the same directory
 */
public record SequenceNode(String name, int kind, long number) {
    private static final int DIGITS = 10;

    /** The members among the children of a directory, in the order of the line; other nodes are left out. */
    static List<SequenceNode> line(List<String> names, List<String> kinds) {
        return names.stream()
                .flatMap(name -> of(name, kinds).stream())
                .sorted(Comparator.comparingLong(SequenceNode::number))
                .toList();
    }

    private static Optional<SequenceNode> of(String name, List<String> kinds) {
        int cut = name.length() - DIGITS;
        if (cut < 0 || !name.chars().skip(cut).allMatch(each -> each >= '0' && each <= '9')) {
            return Optional.empty();
        }
        for (int kind = 0; kind < kinds.size(); kind++) {
            if (name.startsWith(kinds.get(kind), cut - kinds.get(kind).length())) {
                return Optional.of(new SequenceNode(name, kind, Long.parseLong(name.substring(cut))));
            }
        }
        return Optional.empty();
    }
}
