package io.quorate.tree;

import io.quorate.jute.JuteWriter;

/** The tree at one zxid, written out in slices while it changes. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class SnapshotView implements AutoCloseable {
    SnapshotView() {}

    /**
     * Appends about {@code targetBytes} of the stream, at least a node.
     *
     * @return whether more follows
     * @throws IllegalStateException if the view is closed or abandoned
     */
    public boolean writeSlice(JuteWriter out, int targetBytes) {
        throw new UnsupportedOperationException("" + out + targetBytes);
    }

    public long zxid() {
        throw new UnsupportedOperationException();
    }

    public long digest() {
        throw new UnsupportedOperationException();
    }

    /** Whether changes outran it: too many bytes had to be preserved. What was written is of no use then. */
    public boolean isAbandoned() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
