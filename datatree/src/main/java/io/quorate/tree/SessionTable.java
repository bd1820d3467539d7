package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The global sessions of the ensemble, as committed transactions made them: id → timeout in ms; and the ephemerals of each, also of
 * sessions that are not (or no longer) in the table, which a fuzzy snapshot can hold.
 */
public final class SessionTable {
    /** Takes one session. */
    @FunctionalInterface
    public interface Visitor {
        void onSession(long sessionId, int timeoutMs);
    }

    /** A session or an owner of ephemerals, mostly both. */
    private static final class Entry {
        final long id;
        final NodeList ephemerals = new NodeList();
        int timeoutMs;

        /** False: it only owns ephemerals. */
        boolean isSession;

        Entry(long id) {
            this.id = id;
        }
    }

    private static final int MIN_CAPACITY = 16;

    /** Open addressing with linear probing, at most three quarters full. The length is a power of two. */
    private @Nullable Entry[] slots = new Entry[MIN_CAPACITY];

    /** Number of entries. */
    private int used;

    /** Number of entries that are sessions; at most {@link #used}. */
    private int sessions;

    private int ephemerals;

    SessionTable() {}

    public int size() {
        return sessions;
    }

    public boolean contains(long sessionId) {
        Entry entry = find(sessionId);
        return entry != null && entry.isSession;
    }

    /** The timeout in ms, or 0 for a session that is not there. */
    public int timeoutMs(long sessionId) {
        Entry entry = find(sessionId);
        return entry != null && entry.isSession ? entry.timeoutMs : 0;
    }

    /** All ids, in no order. */
    public long[] ids() {
        long[] result = new long[sessions];
        int count = 0;
        for (Entry entry : slots) {
            if (entry != null && entry.isSession) {
                result[count++] = entry.id;
            }
        }
        return result;
    }

    /** The table must not change meanwhile. */
    public void forEach(Visitor visitor) {
        for (Entry entry : slots) {
            if (entry != null && entry.isSession) {
                visitor.onSession(entry.id, entry.timeoutMs);
            }
        }
    }

    void put(long sessionId, int timeoutMs) {
        Entry entry = need(sessionId);
        if (!entry.isSession) {
            entry.isSession = true;
            sessions++;
        }
        entry.timeoutMs = timeoutMs;
    }

    void remove(long sessionId) {
        Entry entry = find(sessionId);
        if (entry != null && entry.isSession) {
            entry.isSession = false;
            sessions--;
            dropIfUnused(entry);
        }
    }

    void write(JuteWriter out) {
        out.writeInt(sessions);
        for (Entry entry : slots) {
            if (entry != null && entry.isSession) {
                out.writeLong(entry.id).writeInt(entry.timeoutMs);
            }
        }
    }

    // --- ephemerals

    int ephemeralsCount() {
        return ephemerals;
    }

    void addEphemeral(long owner, Node node) {
        need(owner).ephemerals.add(node);
        ephemerals++;
    }

    void removeEphemeral(long owner, Node node) {
        Entry entry = need(owner);
        entry.ephemerals.remove(node);
        ephemerals--;
        dropIfUnused(entry);
    }

    @Nullable
    Node firstEphemeral(long owner) {
        Entry entry = find(owner);
        return entry == null ? null : entry.ephemerals.first();
    }

    int ephemeralsCount(long owner) {
        Entry entry = find(owner);
        return entry == null ? 0 : entry.ephemerals.size();
    }

    /** All owners of ephemerals, in no order. */
    long[] ephemeralOwners() {
        return Arrays.stream(slots)
                .filter(entry -> entry != null && entry.ephemerals.size() > 0)
                .mapToLong(entry -> entry.id)
                .toArray();
    }

    /** Owners of ephemerals that are no sessions. */
    long[] danglingOwners() {
        long[] result = new long[used - sessions];
        int count = 0;
        for (Entry entry : slots) {
            if (entry != null && !entry.isSession) {
                result[count++] = entry.id;
            }
        }
        return result;
    }

    // --- the hash table

    private @Nullable Entry find(long id) {
        int mask = slots.length - 1;
        for (int i = home(id, mask); ; i = (i + 1) & mask) {
            Entry entry = slots[i];
            if (entry == null || entry.id == id) {
                return entry;
            }
        }
    }

    private Entry need(long id) {
        Entry entry = find(id);
        if (entry == null) {
            if (used >= slots.length - slots.length / 4) {
                resize(slots.length * 2);
            }
            entry = new Entry(id);
            insert(entry);
            used++;
        }
        return entry;
    }

    private void insert(Entry entry) {
        int mask = slots.length - 1;
        int i = home(entry.id, mask);
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = entry;
    }

    private void resize(int capacity) {
        @Nullable Entry[] old = slots;
        slots = new Entry[capacity];
        for (Entry entry : old) {
            if (entry != null) {
                insert(entry);
            }
        }
    }

    private void dropIfUnused(Entry entry) {
        if (entry.isSession || entry.ephemerals.size() > 0) {
            return;
        }
        int mask = slots.length - 1;
        int gap = home(entry.id, mask);
        while (slots[gap] != entry) {
            gap = (gap + 1) & mask;
        }
        closeGap(gap, mask);
        used--;
    }

    /** Moves back what stands behind the gap and would not be found any more, since a search ends at the first free slot. */
    private void closeGap(int start, int mask) {
        int gap = start;
        int i = start;
        while (true) {
            i = (i + 1) & mask;
            Entry entry = slots[i];
            if (entry == null) {
                slots[gap] = null;
                return;
            }
            boolean homeIsBehindGap = ((i - home(entry.id, mask)) & mask) < ((i - gap) & mask);
            if (!homeIsBehindGap) {
                slots[gap] = entry;
                gap = i;
            }
        }
    }

    private static int home(long id, int mask) {
        return NameHash.mix((int) (id ^ (id >>> 32))) & mask;
    }
}
