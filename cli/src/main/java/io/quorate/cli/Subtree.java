package io.quorate.cli;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.NodeData;
import io.quorate.client.QuorateException;
import io.quorate.protocol.Paths;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** Walks over a node and all below it. */
final class Subtree {
    /** Told of each node, parents before their children, siblings by name. */
    interface Visitor {
        /** @param depth 0 for the node that the walk began with */
        void visit(String path, int depth, NodeData data);
    }

    private Subtree() {}

    private static String child(String parent, String name) {
        return (parent.equals(Paths.ROOT) ? "" : parent) + "/" + name;
    }

    static List<String> children(BlockingQuorate nodes, String path) throws InterruptedException {
        List<String> names = new ArrayList<>(nodes.getChildren(path).names());
        Collections.sort(names);
        return names;
    }

    private record Place(String path, int depth) {}

    /** Nodes that vanish meanwhile are left out, unless it is the first one. */
    static void walk(BlockingQuorate nodes, String top, Visitor visitor) throws InterruptedException {
        visitor.visit(top, 0, nodes.getData(top));
        Deque<Place> places = new ArrayDeque<>();
        push(nodes, new Place(top, 0), places);
        while (!places.isEmpty()) {
            Place place = places.pop();
            try {
                visitor.visit(place.path(), place.depth(), nodes.getData(place.path()));
                push(nodes, place, places);
            } catch (QuorateException.NoNode gone) {
                // Left out.
            }
        }
    }

    private static void push(BlockingQuorate nodes, Place parent, Deque<Place> places) throws InterruptedException {
        List<String> names = children(nodes, parent.path());
        Collections.reverse(names);
        names.forEach(name -> places.push(new Place(child(parent.path(), name), parent.depth() + 1)));
    }
}
