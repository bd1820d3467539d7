package io.quorate.tree;

/** Builds a tree from the body of a snapshot, which may come in pieces of any size. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class SnapshotLoader {
    public SnapshotLoader(TreeSettings settings) {
        throw new UnsupportedOperationException("" + settings);
    }

    /**
     * Takes whole records from the bytes; what is not consumed belongs to a record that goes on, and is to be fed again with more behind it.
     *
     * @return the number of bytes consumed
     * @throws SnapshotException if this is no snapshot, or a broken one
     */
    public int feed(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException("" + bytes.length + offset + length);
    }

    /** Whether the end of the nodes was consumed. */
    public boolean isComplete() {
        throw new UnsupportedOperationException();
    }

    /** The tree, as of {@code zxid}. */
    public DataTree finish(long zxid) {
        throw new UnsupportedOperationException("" + zxid);
    }
}
