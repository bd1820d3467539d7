package io.quorate.client.shell;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.QuorateException;
import io.quorate.protocol.Paths;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** Walks over nodes. */
final class Tree {
    private Tree() {}

    static String child(String parent, String name) {
        return (parent.equals(Paths.ROOT) ? "" : parent) + Paths.ROOT + name;
    }

    static List<String> sortedChildren(BlockingQuorate nodes, String path) throws InterruptedException {
        List<String> names = new ArrayList<>(nodes.getChildren(path).names());
        Collections.sort(names);
        return names;
    }

    /** The node and all below it, each before its children, in the order of names. Nodes that vanish meanwhile are left out. */
    static List<String> subtree(BlockingQuorate nodes, String top) throws InterruptedException {
        List<String> result = new ArrayList<>();
        Deque<String> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            String path = open.pop();
            List<String> names;
            try {
                names = sortedChildren(nodes, path);
            } catch (QuorateException.NoNode e) {
                if (path.equals(top)) {
                    throw e;
                }
                continue;
            }
            result.add(path);
            Collections.reverse(names);
            names.forEach(name -> open.push(child(path, name)));
        }
        return result;
    }
}
