package io.quorate.tree;

import org.jspecify.annotations.Nullable;

/** Nodes in the order in which they joined, linked through their {@link NodeExtras}; a node is in one list at most. */
final class NodeList {
    private @Nullable Node first;
    private @Nullable Node last;
    private int size;

    int size() {
        return size;
    }

    @Nullable
    Node first() {
        return first;
    }

    static @Nullable Node next(Node node) {
        return node.needExtras().next;
    }

    void add(Node node) {
        NodeExtras links = node.needExtras();
        links.previous = last;
        if (last == null) {
            first = node;
        } else {
            last.needExtras().next = node;
        }
        last = node;
        size++;
    }

    /** Moves the first node to the end: whoever does so {@link #size()} times has seen all, also if some go meanwhile. */
    @Nullable
    Node rotate() {
        Node node = first;
        if (node != null && node != last) {
            remove(node);
            add(node);
        }
        return node;
    }

    void remove(Node node) {
        NodeExtras links = node.needExtras();
        if (links.previous == null) {
            first = links.next;
        } else {
            links.previous.needExtras().next = links.next;
        }
        if (links.next == null) {
            last = links.previous;
        } else {
            links.next.needExtras().previous = links.previous;
        }
        links.previous = null;
        links.next = null;
        size--;
    }
}
