package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The children of one node: a hash table of references, keyed by the names that the children hold.
 *
 * <p>One {@link Segment} holds up to {@value Segment#MAX_CHILDREN} of them. A {@link Directory} of segments takes over from there: each
 * segment holds one range of hashes and is split in two when it is full, so that no insertion ever moves more than one segment's
 * children, however many there are.
 *
 * <pre>
 *   hash:  31        ...        0
 *         | which segment →     |        the first bits choose the segment, as many as needed
 *         |          ← slot, tag|        the last 8 bits choose the slot and are kept beside it
 * </pre>
 *
 * <p>Since segments are ranges of hashes, a walk that remembers the hash it has come to ({@link #segmentAt}, {@link #segmentEnd}) sees
 * every child that is there from its start to its end, whatever is inserted, removed or split meanwhile.
 */
abstract sealed class ChildTable {
    static final long HASH_END = 1L << 32;

    static ChildTable empty() {
        return Segment.EMPTY;
    }

    abstract int size();

    abstract @Nullable Node find(int hash, byte[] bytes, int offset, int length);

    /** @param path only ASCII from {@code start} to {@code end} */
    abstract @Nullable Node find(int hash, String path, int start, int end);

    /**
     * Takes in a child whose name is not in the table yet.
     *
     * @return the table to use from now on
     */
    abstract ChildTable add(Node child, int hash);

    /** @return the table to use from now on */
    abstract ChildTable remove(Node child, int hash);

    /**
     * The segment that holds a hash.
     *
     * @param hash unsigned, below {@link #HASH_END}
     */
    abstract Segment segmentAt(long hash);

    /** The first hash behind the segment that holds {@code hash}; {@link #HASH_END} for the last one. */
    abstract long segmentEnd(long hash);

    /** Every child, in no order. The table must not change meanwhile. */
    final void forEach(Consumer<Node> visitor) {
        for (long hash = 0; hash < HASH_END; hash = segmentEnd(hash)) {
            for (Node child : segmentAt(hash).slots) {
                if (child != null) {
                    visitor.accept(child);
                }
            }
        }
    }

    /** Any child, of which there must be one. */
    final Node first() {
        for (long hash = 0; hash < HASH_END; hash = segmentEnd(hash)) {
            for (Node child : segmentAt(hash).slots) {
                if (child != null) {
                    return child;
                }
            }
        }
        throw new AssertionError("no child among " + size());
    }

    /** Writes the names, as a vector of strings. */
    final void writeNames(JuteWriter out) {
        out.writeInt(size());
        for (long hash = 0; hash < HASH_END; hash = segmentEnd(hash)) {
            for (Node child : segmentAt(hash).slots) {
                if (child != null) {
                    child.writeName(out);
                }
            }
        }
    }

    /**
     * Open addressing with linear probing. Up to {@value #DENSE} children stand side by side without tags. A tag is the last 8 bits of the
     * hash: it spares most looks at names, and tells a child's own slot without hashing again when its neighbour goes.
     */
    static final class Segment extends ChildTable {
        static final int DENSE = 4;
        static final int MAX_CAPACITY = 256;
        static final int MAX_CHILDREN = MAX_CAPACITY - MAX_CAPACITY / 8;

        /** Segments at this depth grow instead of splitting: only colliding hashes, by accident or on purpose, lead here. */
        static final int MAX_DEPTH = 20;

        private static final @Nullable Node[] NO_SLOTS = {};
        private static final Segment EMPTY = new Segment(0, 0);

        @Nullable
        Node[] slots;

        byte @Nullable [] tags;
        private int count;

        /** How many first bits of the hash all children here share. */
        final int depth;

        private Segment(int depth, int capacity) {
            this.depth = depth;
            this.slots = capacity == 0 ? NO_SLOTS : new Node[capacity];
            this.tags = capacity > DENSE ? new byte[capacity] : null;
        }

        @Override
        int size() {
            return count;
        }

        @Override
        @Nullable
        Node find(int hash, byte[] bytes, int offset, int length) {
            if (tags == null) {
                for (int i = 0; i < count; i++) {
                    Node child = slots[i];
                    if (child != null && child.nameEquals(bytes, offset, length)) {
                        return child;
                    }
                }
                return null;
            }
            int mask = slots.length - 1;
            for (int i = hash & 0xff & mask; ; i = (i + 1) & mask) {
                Node child = slots[i];
                if (child == null) {
                    return null;
                }
                if (tags[i] == (byte) hash && child.nameEquals(bytes, offset, length)) {
                    return child;
                }
            }
        }

        @Override
        @Nullable
        Node find(int hash, String path, int start, int end) {
            if (tags == null) {
                for (int i = 0; i < count; i++) {
                    Node child = slots[i];
                    if (child != null && child.nameEquals(path, start, end)) {
                        return child;
                    }
                }
                return null;
            }
            int mask = slots.length - 1;
            for (int i = hash & 0xff & mask; ; i = (i + 1) & mask) {
                Node child = slots[i];
                if (child == null) {
                    return null;
                }
                if (tags[i] == (byte) hash && child.nameEquals(path, start, end)) {
                    return child;
                }
            }
        }

        @Override
        ChildTable add(Node child, int hash) {
            if (this == EMPTY) {
                Segment first = new Segment(0, 2);
                first.put(child, hash);
                return first;
            }
            if (!isFull()) {
                put(child, hash);
                return this;
            }
            if (slots.length < MAX_CAPACITY || depth == MAX_DEPTH) {
                grow();
                put(child, hash);
                return this;
            }
            return new Directory(this).add(child, hash);
        }

        @Override
        ChildTable remove(Node child, int hash) {
            take(child, hash);
            return count == 0 && depth == 0 ? EMPTY : this;
        }

        @Override
        Segment segmentAt(long hash) {
            return this;
        }

        @Override
        long segmentEnd(long hash) {
            return HASH_END;
        }

        private boolean isFull() {
            return tags == null ? count == slots.length : count >= slots.length - slots.length / 8;
        }

        private void put(Node child, int hash) {
            if (tags == null) {
                slots[count++] = child;
                return;
            }
            int mask = slots.length - 1;
            int i = hash & 0xff & mask;
            while (slots[i] != null) {
                i = (i + 1) & mask;
            }
            slots[i] = child;
            tags[i] = (byte) hash;
            count++;
        }

        private void grow() {
            @Nullable Node[] oldSlots = slots;
            byte[] oldTags = tags;
            int capacity = oldSlots.length * 2;
            slots = new Node[capacity];
            tags = capacity > DENSE ? new byte[capacity] : null;
            count = 0;
            for (int i = 0; i < oldSlots.length; i++) {
                Node child = oldSlots[i];
                if (child != null) {
                    put(child, oldTags == null ? child.nameHash() : oldTags[i]);
                }
            }
        }

        private void take(Node child, int hash) {
            if (tags == null) {
                int i = 0;
                while (slots[i] != child) {
                    i++;
                }
                slots[i] = slots[--count];
                slots[count] = null;
                return;
            }
            int mask = slots.length - 1;
            int i = hash & 0xff & mask;
            while (slots[i] != child) {
                i = (i + 1) & mask;
            }
            count--;
            closeGap(i, mask, tags);
        }

        /** Moves back what stands behind the gap and would not be found any more, since a search ends at the first free slot. */
        private void closeGap(int start, int mask, byte[] tagOf) {
            int gap = start;
            int i = start;
            while (true) {
                i = (i + 1) & mask;
                Node child = slots[i];
                if (child == null) {
                    slots[gap] = null;
                    return;
                }
                int home = tagOf[i] & 0xff & mask;
                boolean homeIsBehindGap = ((i - home) & mask) < ((i - gap) & mask);
                if (!homeIsBehindGap) {
                    slots[gap] = child;
                    tagOf[gap] = tagOf[i];
                    gap = i;
                }
            }
        }

        /** The two halves of this segment's range of hashes. */
        private Segment[] split() {
            int[] hashes = new int[slots.length];
            int upper = 0;
            for (int i = 0; i < slots.length; i++) {
                Node child = slots[i];
                if (child != null) {
                    hashes[i] = child.nameHash();
                    upper += (hashes[i] << depth) >>> 31;
                }
            }
            Segment[] halves = {
                new Segment(depth + 1, capacityFor(count - upper)), new Segment(depth + 1, capacityFor(upper))
            };
            for (int i = 0; i < slots.length; i++) {
                Node child = slots[i];
                if (child != null) {
                    halves[(hashes[i] << depth) >>> 31].put(child, hashes[i]);
                }
            }
            return halves;
        }

        private static int capacityFor(int children) {
            int capacity = 8;
            while (children > capacity - capacity / 8) {
                capacity *= 2;
            }
            return capacity;
        }
    }

    /** Segments by the first bits of the hash; a segment that needs fewer bits than the directory has stands in it more than once. */
    static final class Directory extends ChildTable {
        private Segment[] segments;
        private int depth;
        private int count;

        private Directory(Segment only) {
            segments = new Segment[] {only};
            count = only.size();
        }

        @Override
        int size() {
            return count;
        }

        @Override
        @Nullable
        Node find(int hash, byte[] bytes, int offset, int length) {
            return segments[index(hash)].find(hash, bytes, offset, length);
        }

        @Override
        @Nullable
        Node find(int hash, String path, int start, int end) {
            return segments[index(hash)].find(hash, path, start, end);
        }

        @Override
        ChildTable add(Node child, int hash) {
            while (true) {
                Segment segment = segments[index(hash)];
                boolean mustSplit = segment.isFull()
                        && segment.slots.length >= Segment.MAX_CAPACITY
                        && segment.depth < Segment.MAX_DEPTH;
                if (!mustSplit) {
                    segment.add(child, hash);
                    count++;
                    return this;
                }
                split(segment, index(hash));
            }
        }

        @Override
        ChildTable remove(Node child, int hash) {
            segments[index(hash)].take(child, hash);
            count--;
            return count == 0 ? empty() : this;
        }

        @Override
        Segment segmentAt(long hash) {
            return segments[index((int) hash)];
        }

        @Override
        long segmentEnd(long hash) {
            int shift = 32 - segmentAt(hash).depth;
            return ((hash >>> shift) + 1) << shift;
        }

        private int index(int hash) {
            return depth == 0 ? 0 : hash >>> (32 - depth);
        }

        private void split(Segment segment, int at) {
            if (segment.depth == depth) {
                doubleDirectory();
                split(segment, at * 2);
                return;
            }
            Segment[] halves = segment.split();
            int span = 1 << (depth - segment.depth);
            int first = at & -span;
            for (int i = 0; i < span; i++) {
                segments[first + i] = halves[i < span / 2 ? 0 : 1];
            }
        }

        private void doubleDirectory() {
            Segment[] doubled = new Segment[segments.length * 2];
            for (int i = 0; i < segments.length; i++) {
                doubled[2 * i] = segments[i];
                doubled[2 * i + 1] = segments[i];
            }
            segments = doubled;
            depth++;
        }
    }
}
