package io.quorate.tree;

import java.util.ArrayDeque;
import java.util.List;

/** The digests that the tree had at some zxids, the same on every replica, so that an operator can compare them. */
final class DigestLog {
    /** A zxid that this divides is noted; as in the reference. */
    static final int INTERVAL = 128;

    static final int MAX_ENTRIES = 1_024;

    private final ArrayDeque<ZxidDigest> entries = new ArrayDeque<>();

    void onApplied(long zxid, long digest) {
        if (zxid % INTERVAL != 0) {
            return;
        }
        if (entries.size() == MAX_ENTRIES) {
            entries.removeFirst();
        }
        entries.addLast(new ZxidDigest(zxid, digest));
    }

    /** Oldest first. */
    List<ZxidDigest> entries() {
        return List.copyOf(entries);
    }
}
