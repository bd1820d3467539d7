package io.quorate.replica;

import io.quorate.replica.port.DiskJob;
import io.quorate.replica.port.DiskLoopPort;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageException;
import io.quorate.replica.storage.TxnLogCursor;
import io.quorate.zab.LogPosition;
import io.quorate.zab.LogReader;
import io.quorate.zab.Proposal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log on disk for learners that are behind. A log may be of gigabytes, and a disk that has to fetch them slow: so this is the work of
 * the loop that reads snapshots, never of the one that forces, and goes by steps, between which that loop does something else.
 *
 * <p>A cursor stays where it is from {@link #locate} to the last {@link #read}, so that nothing is read twice.
 */
final class LearnerReads {
    private final DiskLoopPort loop;
    private final Storage storage;

    /** On the replica's loop only. */
    private final Map<LogReader, Place> places = new HashMap<>();

    LearnerReads(DiskLoopPort loop, Storage storage) {
        this.loop = loop;
        this.storage = storage;
    }

    /** As {@link io.quorate.zab.LogPort#locate}. */
    void locate(LogReader reader, long zxid, double maxFactor) {
        forget(reader);
        Place place = new Place();
        places.put(reader, place);
        loop.submit(new LocateStep(reader, place, zxid, maxFactor));
    }

    /** As {@link io.quorate.zab.LogPort#read}. */
    void read(LogReader reader, long afterZxid, int maxBytes) {
        Place place = places.computeIfAbsent(reader, key -> new Place());
        loop.submit(new ReadStep(reader, place, afterZxid, maxBytes));
    }

    /** What is open for it is closed, and what was asked for and has not come is not told any more. It may ask again. */
    void forget(LogReader reader) {
        Place place = places.remove(reader);
        if (place != null) {
            loop.submit(new Closing(place));
        }
    }

    void closeAll() {
        List.copyOf(places.keySet()).forEach(this::forget);
    }

    private boolean isWanted(LogReader reader, Place place) {
        return places.get(reader) == place;
    }

    /** Where one learner is in the log. Touched by jobs only. */
    private static final class Place {
        private @Nullable TxnLogCursor cursor;

        /** Behind which the next entry is, as far as whoever reads was told. */
        private long after;

        /** Whether the cursor is at that next entry. */
        private boolean atNext;

        private TxnLogCursor open(TxnLogCursor opened) {
            close();
            cursor = opened;
            atNext = false;
            return opened;
        }

        private void close() {
            TxnLogCursor old = cursor;
            cursor = null;
            if (old == null) {
                return;
            }
            try {
                old.close();
            } catch (StorageException e) {
                // It was only read.
            }
        }
    }

    private record Closing(Place place) implements DiskJob {
        @Override
        public void run() {
            place.close();
        }

        @Override
        public void complete(long nowNanos) {}
    }

    /** Goes from the beginning of the file that holds a zxid to the first entry behind it. */
    private final class LocateStep implements DiskJob {
        private final LogReader reader;
        private final Place place;
        private final long zxid;
        private final double maxFactor;

        private boolean found;
        private boolean hasPrevious;
        private long previous;

        /** Null while there are steps left. */
        private @Nullable LogPosition result;

        LocateStep(LogReader reader, Place place, long zxid, double maxFactor) {
            this.reader = reader;
            this.place = place;
            this.zxid = zxid;
            this.maxFactor = maxFactor;
        }

        @Override
        public void run() {
            try {
                TxnLogCursor cursor = place.cursor == null ? begin() : place.cursor;
                result = cursor == null ? LogPosition.UNUSABLE : step(cursor);
            } catch (StorageException e) {
                result = LogPosition.UNUSABLE;
            }
            if (result != null && !result.usable()) {
                place.close();
            }
        }

        private @Nullable TxnLogCursor begin() {
            TxnLogCursor cursor = place.open(storage.log().read(zxid));
            double limit = maxFactor == 0
                    ? Double.MAX_VALUE
                    : maxFactor * storage.snapshots().newestFileBytes();
            return cursor.startsAbove() || cursor.totalFileBytes() > limit ? null : cursor;
        }

        private @Nullable LogPosition step(TxnLogCursor cursor) {
            long bytes = 0;
            while (bytes < ReplicaLimits.LOG_STEP_BYTES) {
                if (!cursor.next()) {
                    return position(0, false);
                }
                if (cursor.zxid() > zxid) {
                    place.atNext = true;
                    return position(cursor.zxid(), true);
                }
                pass(cursor.zxid());
                bytes += cursor.txn().length;
            }
            return null;
        }

        private void pass(long passed) {
            found = passed == zxid;
            if (!found) {
                previous = passed;
                hasPrevious = true;
            }
        }

        private LogPosition position(long next, boolean hasNext) {
            place.after = found ? zxid : previous;
            return new LogPosition(true, found, previous, hasPrevious, next, hasNext);
        }

        @Override
        public void complete(long nowNanos) {
            if (!isWanted(reader, place)) {
                return;
            }
            if (result != null) {
                reader.onLocated(result, nowNanos);
            } else {
                loop.submit(this);
            }
        }
    }

    /** Takes some entries, from the first behind a zxid on. */
    private final class ReadStep implements DiskJob {
        private final LogReader reader;
        private final Place place;
        private final long afterZxid;
        private final int maxBytes;
        private final List<Proposal> taken = new ArrayList<>();

        /** Whether the first entry has not been come to yet. */
        private boolean goesOn;

        ReadStep(LogReader reader, Place place, long afterZxid, int maxBytes) {
            this.reader = reader;
            this.place = place;
            this.afterZxid = afterZxid;
            this.maxBytes = maxBytes;
        }

        @Override
        public void run() {
            try {
                TxnLogCursor cursor = cursor();
                goesOn = !cursor.startsAbove() && step(cursor);
            } catch (StorageException e) {
                goesOn = false;
                taken.clear();
                place.close();
            }
        }

        private TxnLogCursor cursor() {
            TxnLogCursor current = place.cursor;
            if (current != null && (goesOn || place.after == afterZxid)) {
                return current;
            }
            return place.open(storage.log().read(afterZxid));
        }

        /** @return whether there is more to pass over */
        private boolean step(TxnLogCursor cursor) {
            place.after = afterZxid;
            long passed = 0;
            long bytes = 0;
            while (bytes < maxBytes && passed < ReplicaLimits.LOG_STEP_BYTES) {
                if (!place.atNext && !cursor.next()) {
                    return false;
                }
                place.atNext = false;
                if (cursor.zxid() > afterZxid) {
                    taken.add(new Proposal(cursor.zxid(), cursor.txn()));
                    bytes += cursor.txn().length;
                    place.after = cursor.zxid();
                } else {
                    passed += cursor.txn().length;
                }
            }
            return taken.isEmpty();
        }

        @Override
        public void complete(long nowNanos) {
            if (!isWanted(reader, place)) {
                return;
            }
            if (goesOn) {
                loop.submit(this);
            } else {
                reader.onLogRead(taken, nowNanos);
            }
        }
    }
}
