package io.quorate.it.harness;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.quorate.it.harness.TreeDump.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says what is wrong with a tree, given what clients wrote to it: every acknowledged write is there, none is there twice,
 * one of unknown fate is there at most once, and nothing is there that nobody wrote.
 */
public final class HistoryChecker {
    private final Map<String, Node> nodes;
    private final List<String> violations = new ArrayList<>();

    private HistoryChecker(Map<String, Node> nodes) {
        this.nodes = nodes;
    }

    /**
     * Checks one tree.
     *
     * @param root the path below which the writers' folders and nodes are
     * @return a sentence for each violation; empty when all is well
     */
    public static List<String> violations(String root, Collection<Write> writes, Map<String, Node> nodes) {
        HistoryChecker checker = new HistoryChecker(nodes);
        writes.stream()
                .collect(groupingBy(Write::kind))
                .forEach((kind, ofKind) -> ofKind.stream()
                        .collect(groupingBy(Write::writer))
                        .forEach((writer, ofWriter) -> {
                            List<Write> inOrder = ofWriter.stream()
                                    .sorted(Comparator.comparingInt(Write::number))
                                    .toList();
                            switch (kind) {
                                case CREATE -> checker.checkCreator(folder(root, writer), inOrder);
                                case SET -> checker.checkSetter(node(root, writer), inOrder);
                            }
                        }));
        return checker.violations;
    }

    static String folder(String root, int writer) {
        return root + "/create-" + writer;
    }

    static String node(String root, int writer) {
        return root + "/set-" + writer;
    }

    private void checkCreator(String folder, List<Write> writes) {
        Map<String, String> pathByData = new HashMap<>();
        nodes.forEach((path, node) -> {
            if (path.startsWith(folder + "/")) {
                String twin = pathByData.put(node.text(), path);
                if (twin != null) {
                    violations.add("the write " + node.text() + " is there twice: " + twin + " and " + path);
                }
            }
        });
        Set<String> written = writes.stream().map(Write::data).collect(toSet());
        Set<String> unasked = new HashSet<>(pathByData.keySet());
        unasked.removeAll(written);
        unasked.forEach(data -> violations.add(pathByData.get(data) + " holds " + data + ", which nobody wrote"));
        String previous = "";
        for (Write write : writes) {
            if (write.acknowledged()) {
                checkCreated(write, pathByData);
                if (write.path().compareTo(previous) <= 0) {
                    violations.add(
                            "the later write " + write.data() + " got " + write.path() + ", not above " + previous);
                }
                previous = write.path();
            }
        }
    }

    private void checkCreated(Write write, Map<String, String> pathByData) {
        String path = pathByData.get(write.data());
        if (path == null) {
            violations.add("the acknowledged create " + write.data() + " at " + write.path() + " is lost");
        } else if (!path.equals(write.path())) {
            violations.add(
                    "the create " + write.data() + " was acknowledged at " + write.path() + " and is at " + path);
        }
    }

    private void checkSetter(String path, List<Write> writes) {
        Node node = nodes.get(path);
        if (node == null) {
            violations.add(path + " is lost");
            return;
        }
        int acknowledged = (int) writes.stream().filter(Write::acknowledged).count();
        int version = node.stat().getVersion();
        if (version < acknowledged) {
            violations.add(path + " has version " + version + " after " + acknowledged + " acknowledged sets");
        }
        if (version > writes.size()) {
            violations.add(path + " has version " + version + " after " + writes.size() + " sets in all");
        }
        int lastAcknowledged = -1;
        int lastVersion = 0;
        for (Write write : writes) {
            if (write.acknowledged()) {
                if (write.version() <= lastVersion) {
                    violations.add("set " + write.number() + " of " + path + " was acknowledged with version "
                            + write.version() + " after version " + lastVersion);
                }
                lastVersion = write.version();
                lastAcknowledged = write.number();
            }
        }
        checkLastSet(path, node, lastAcknowledged, lastVersion, writes.size());
    }

    private void checkLastSet(String path, Node node, int lastAcknowledged, int lastVersion, int writes) {
        int value = node.text().isEmpty() ? -1 : Integer.parseInt(node.text());
        if (value < lastAcknowledged || value >= writes) {
            violations.add(
                    path + " holds " + value + "; the last acknowledged set was " + lastAcknowledged + " of " + writes);
        }
        if (value == lastAcknowledged && node.stat().getVersion() != Math.max(lastVersion, 0)) {
            violations.add(path + " holds the acknowledged set " + value + " of version " + lastVersion
                    + " but has version " + node.stat().getVersion());
        }
    }
}
