package io.quorate.zab;

import io.quorate.jute.Zxid;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The recent part of the one order of transactions, as far as this server has it: the window of committed proposals, and behind it those
 * that are logged but not known to be committed. It outlives the roles of a server.
 *
 * <pre>
 *   base | first … (delivered) … (committed) … last
 *          |------ window ------|---- outstanding ---|
 * </pre>
 *
 * <p>Entries have sequence numbers that never change while they are held, so a learner's place is a number and not a search. An entry is
 * dropped from the front only when it was delivered and the window is full.
 */
public final class History {
    private static final int INITIAL_CAPACITY = 1024;

    private final int windowCount;
    private final long windowBytes;

    /** Entries by {@code seq & (length - 1)}; the length is a power of two. */
    private @Nullable Proposal[] ring = new Proposal[INITIAL_CAPACITY];

    /** Sequence number of the oldest entry held; {@code firstSeq <= deliveredSeq <= committedSeq <= endSeq}. */
    private long firstSeq;

    /** Behind the last entry delivered to the tree. */
    private long deliveredSeq;

    /** Behind the last entry known to be committed. */
    private long committedSeq;

    /** Behind the last entry. */
    private long endSeq;

    /** Zxid before the oldest entry held: there is no transaction between the two. */
    private long baseZxid;

    /** What is forced on this server's disk, at least; never beyond the last entry. */
    private long durableZxid;

    private long bytes;

    public History(int windowCount) {
        this(windowCount, ZabLimits.MAX_WINDOW_BYTES);
    }

    History(int windowCount, long windowBytes) {
        this.windowCount = windowCount;
        this.windowBytes = windowBytes;
    }

    /** Forgets all: the state is that of a snapshot. */
    public void reset(long zxid) {
        Arrays.fill(ring, null);
        firstSeq = endSeq;
        deliveredSeq = endSeq;
        committedSeq = endSeq;
        bytes = 0;
        baseZxid = zxid;
        durableZxid = zxid;
    }

    /** Becomes what another one is, which is of no use afterwards: the history was read anew from disk. */
    public void replaceBy(History other) {
        ring = other.ring;
        firstSeq = other.firstSeq;
        deliveredSeq = other.deliveredSeq;
        committedSeq = other.committedSeq;
        endSeq = other.endSeq;
        baseZxid = other.baseZxid;
        durableZxid = other.durableZxid;
        bytes = other.bytes;
    }

    /** Adds what was read from this server's own log, and was applied to its tree, at start-up. */
    public void restore(Proposal proposal) {
        append(proposal);
        durableZxid = proposal.zxid();
        committedSeq = endSeq;
        deliveredSeq = endSeq;
        trim();
    }

    /**
     * Adds a proposal behind the last one.
     *
     * @throws IllegalStateException if it is not above the last one
     */
    public void append(Proposal proposal) {
        if (proposal.zxid() <= lastZxid()) {
            throw new IllegalStateException(
                    "proposal " + Zxid.show(proposal.zxid()) + " is not above the last one, " + Zxid.show(lastZxid()));
        }
        if (endSeq - firstSeq == ring.length) {
            grow();
        }
        ring[index(endSeq)] = proposal;
        endSeq++;
        bytes += proposal.bytes().length;
    }

    /** All up to {@code zxid} is forced on this server's disk. */
    public void onDurable(long zxid) {
        durableZxid = Math.max(durableZxid, Math.min(zxid, lastZxid()));
    }

    /** All up to {@code zxid} is committed. */
    public void commitThrough(long zxid) {
        while (committedSeq < endSeq && at(committedSeq).zxid() <= zxid) {
            committedSeq++;
        }
    }

    /** The next proposal that is committed and durable, in order, or null; it counts as delivered. */
    public @Nullable Proposal pollDeliverable() {
        if (deliveredSeq == committedSeq) {
            return null;
        }
        Proposal next = at(deliveredSeq);
        if (next.zxid() > durableZxid) {
            return null;
        }
        deliveredSeq++;
        trim();
        return next;
    }

    /**
     * Cuts off all above {@code zxid}.
     *
     * @return whether what was delivered to the tree is still a part of the history; if not, the tree must be loaded anew, and {@link #reset}
     */
    public boolean truncateAfter(long zxid) {
        if (zxid < deliveredZxid()) {
            return false;
        }
        while (endSeq > firstSeq && at(endSeq - 1).zxid() > zxid) {
            bytes -= at(endSeq - 1).bytes().length;
            endSeq--;
            ring[index(endSeq)] = null;
        }
        committedSeq = Math.min(committedSeq, endSeq);
        durableZxid = Math.min(durableZxid, lastZxid());
        return true;
    }

    /** Whether the history could be cut off behind {@code zxid}, as far as the entries held tell: it is one of them, or the beginning of an epoch. */
    boolean mayEndAt(long zxid) {
        if (zxid <= baseZxid || Zxid.isEpochStart(zxid)) {
            return true;
        }
        long after = seqAfter(zxid);
        return after > firstSeq && at(after - 1).zxid() == zxid;
    }

    /** Zxid of the last entry, or of the state that the history began with. */
    public long lastZxid() {
        return endSeq > firstSeq ? at(endSeq - 1).zxid() : baseZxid;
    }

    public long committedZxid() {
        return committedSeq > firstSeq ? at(committedSeq - 1).zxid() : baseZxid;
    }

    public long deliveredZxid() {
        return deliveredSeq > firstSeq ? at(deliveredSeq - 1).zxid() : baseZxid;
    }

    public long durableZxid() {
        return durableZxid;
    }

    /** Zxid before the oldest entry held. */
    public long baseZxid() {
        return baseZxid;
    }

    /** Whether the window of committed proposals has an entry. */
    boolean hasCommitted() {
        return committedSeq > firstSeq;
    }

    /** Number of entries that are not known to be committed. */
    public int outstanding() {
        return (int) (endSeq - committedSeq);
    }

    /** Bytes of all entries held. */
    public long bytes() {
        return bytes;
    }

    long firstSeq() {
        return firstSeq;
    }

    long committedSeq() {
        return committedSeq;
    }

    long endSeq() {
        return endSeq;
    }

    /** The entry of a sequence number between {@link #firstSeq} and {@link #endSeq}. */
    Proposal at(long seq) {
        Proposal proposal = ring[index(seq)];
        if (proposal == null || seq < firstSeq || seq >= endSeq) {
            throw new IllegalStateException("no entry " + seq + ", held are " + firstSeq + " to " + endSeq);
        }
        return proposal;
    }

    /** Sequence number of the first entry above {@code zxid}; {@link #endSeq} if there is none. */
    long seqAfter(long zxid) {
        long low = firstSeq;
        long high = endSeq;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (at(middle).zxid() <= zxid) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void trim() {
        while (firstSeq < deliveredSeq && (deliveredSeq - firstSeq > windowCount || bytes > windowBytes)) {
            Proposal oldest = at(firstSeq);
            baseZxid = oldest.zxid();
            bytes -= oldest.bytes().length;
            ring[index(firstSeq)] = null;
            firstSeq++;
        }
    }

    private void grow() {
        @Nullable Proposal[] larger = new Proposal[ring.length * 2];
        for (long seq = firstSeq; seq < endSeq; seq++) {
            larger[(int) (seq & (larger.length - 1))] = ring[index(seq)];
        }
        ring = larger;
    }

    private int index(long seq) {
        return (int) (seq & (ring.length - 1));
    }
}
