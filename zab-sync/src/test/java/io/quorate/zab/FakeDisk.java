package io.quorate.zab;

import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one server has on disk, and the work that waits for the disk, in order. Work is done when a test says so; what was not done when the
 * server crashes never happened.
 */
final class FakeDisk implements LogPort {
    /** Ways in which a log port could break its promises, to show that the tests would see it. */
    enum Fault {
        NONE,
        REPORTS_APPENDS_EARLY,
        REPORTS_ACCEPTED_EPOCH_EARLY,
        REPORTS_CURRENT_EPOCH_EARLY,
        STORES_CURRENT_EPOCH_BEFORE_THE_HISTORY
    }

    /** @param state all that was ever applied: the tree of these tests */
    record Snapshot(long zxid, List<Proposal> state) {}

    private record Job(String name, @Nullable Proposal append, Runnable work) {}

    private final TestServer server;
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private final Map<LearnerHandler, byte[]> openSnapshots = new HashMap<>();
    private final Map<LearnerHandler, Integer> readUpTo = new HashMap<>();

    Fault fault = Fault.NONE;

    /** The largest snapshot piece, bytes. */
    int snapshotPiece = 64;

    /** Whether the log on disk may be used for learners. */
    boolean locatable = true;

    // What is durable.
    long acceptedEpoch;
    long currentEpoch;
    List<Proposal> log = new ArrayList<>();

    /** The log has nothing up to here any more; the numbers alone do not tell, when an epoch ends. */
    long purgedThrough;

    final List<Snapshot> snapshots = new ArrayList<>(List.of(new Snapshot(0, List.of())));

    FakeDisk(TestServer server) {
        this.server = server;
    }

    // ---- work
    // ------------------------------------------------------------------------------------------------------------------------

    boolean hasWork() {
        return !jobs.isEmpty();
    }

    int waiting() {
        return jobs.size();
    }

    /** Does the oldest work; a run of appends of at most {@code batch} is forced, and reported, at once. */
    void complete(int batch) {
        Job job = jobs.remove();
        job.work.run();
        if (job.append == null) {
            return;
        }
        Proposal last = job.append;
        for (int i = 1; i < batch && !jobs.isEmpty() && jobs.getFirst().append != null; i++) {
            Job next = jobs.remove();
            next.work.run();
            last = next.append;
        }
        if (fault != Fault.REPORTS_APPENDS_EARLY) {
            server.durable(last.zxid());
        }
    }

    void crash() {
        jobs.clear();
        openSnapshots.clear();
        readUpTo.clear();
    }

    private void enqueue(String name, Runnable work) {
        jobs.add(new Job(name, null, work));
    }

    // ---- the log and the epochs
    // ------------------------------------------------------------------------------------------------------

    @Override
    public void append(Proposal proposal) {
        jobs.add(new Job("append", proposal, () -> log.add(proposal)));
        if (fault == Fault.REPORTS_APPENDS_EARLY) {
            server.later(() -> server.durable(proposal.zxid()));
        }
    }

    @Override
    public void storeAcceptedEpoch(long epoch) {
        boolean early = fault == Fault.REPORTS_ACCEPTED_EPOCH_EARLY;
        if (early) {
            server.later(() -> server.acceptedEpochDurable(epoch));
        }
        enqueue("accepted epoch", () -> {
            server.cluster.checker.storesAcceptedEpoch(server, acceptedEpoch, epoch);
            acceptedEpoch = epoch;
            if (!early) {
                server.acceptedEpochDurable(epoch);
            }
        });
    }

    @Override
    public void storeCurrentEpoch(long epoch) {
        boolean early = fault == Fault.REPORTS_CURRENT_EPOCH_EARLY;
        if (early) {
            server.later(() -> server.currentEpochDurable(epoch));
        }
        Job job = new Job("current epoch", null, () -> {
            server.cluster.checker.storesCurrentEpoch(server, currentEpoch, epoch);
            currentEpoch = epoch;
            if (!early) {
                server.currentEpochDurable(epoch);
            }
        });
        if (fault == Fault.STORES_CURRENT_EPOCH_BEFORE_THE_HISTORY) {
            jobs.addFirst(job);
        } else {
            jobs.add(job);
        }
    }

    // ---- what a learner demands
    // ------------------------------------------------------------------------------------------------------

    void truncate(long zxid, boolean reload) {
        enqueue("truncate", () -> {
            if (!canTruncate(zxid)) {
                jobs.clear();
                server.cannotTruncate(zxid);
                return;
            }
            log.removeIf(each -> each.zxid() > zxid);
            snapshots.removeIf(each -> each.zxid() > zxid);
            server.say("disk: cut behind " + Zxid.show(zxid));
            if (reload) {
                server.reload();
            }
        });
    }

    /** Whether what is left is the history up to there, and nothing less. */
    private boolean canTruncate(long zxid) {
        Snapshot base = newestSnapshot(zxid);
        if (base == null) {
            return false;
        }
        long last = base.zxid();
        for (Proposal each : log) {
            if (each.zxid() > last && each.zxid() <= zxid) {
                if (!Proposal.isNext(last, each.zxid())) {
                    return false;
                }
                last = each.zxid();
            }
        }
        return last == zxid || Zxid.isEpochStart(zxid);
    }

    /** A snapshot from a leader takes the place of all. */
    void install(Snapshot snapshot) {
        enqueue("install", () -> {
            log.clear();
            snapshots.clear();
            snapshots.add(snapshot);
            purgedThrough = snapshot.zxid();
            server.say("disk: installed the snapshot of " + Zxid.show(snapshot.zxid()));
            server.reload();
        });
    }

    // ---- what this server does by itself
    // ---------------------------------------------------------------------------------------------

    /** Writes a snapshot of the tree, and purges the log behind it if asked to. */
    void takeSnapshot(boolean purge) {
        long zxid = server.treeZxid();
        snapshots.removeIf(each -> each.zxid() == zxid);
        snapshots.add(new Snapshot(zxid, List.copyOf(server.tree)));
        if (purge) {
            log.removeIf(each -> each.zxid() <= zxid);
            snapshots.removeIf(each -> each.zxid() < zxid);
            purgedThrough = zxid;
        }
    }

    @Nullable
    Snapshot newestSnapshot(long atMost) {
        Snapshot best = null;
        for (Snapshot each : snapshots) {
            if (each.zxid() <= atMost && (best == null || each.zxid() > best.zxid())) {
                best = each;
            }
        }
        return best;
    }

    /** What a restart finds. */
    Snapshot newestSnapshot() {
        return Objects.requireNonNull(newestSnapshot(Long.MAX_VALUE));
    }

    long lastZxid() {
        long last = newestSnapshot().zxid();
        return log.isEmpty() ? last : Math.max(last, log.get(log.size() - 1).zxid());
    }

    /** Whether all of the tree's history up to {@code zxid} would be there after a crash now. */
    boolean holds(long zxid) {
        return lastZxid() >= zxid || Zxid.isEpochStart(zxid);
    }

    // ---- what a leader's learners need
    // -----------------------------------------------------------------------------------------------

    @Override
    public void locate(LearnerHandler handler, long zxid, double maxBytesFactor) {
        enqueue("locate", () -> {
            LogPosition position = position(zxid);
            server.say("disk: looked for " + Zxid.show(zxid) + " in the log: "
                    + (!position.usable()
                            ? "not usable"
                            : position.found() ? "found" : "behind " + Zxid.show(position.previous())));
            handler.onLocated(position, server.cluster.nowNanos);
            server.endBatch();
        });
    }

    private LogPosition position(long zxid) {
        if (!locatable || log.isEmpty() || log.get(0).zxid() > zxid) {
            return LogPosition.UNUSABLE;
        }
        long previous = 0;
        for (Proposal each : log) {
            if (each.zxid() > zxid) {
                return new LogPosition(true, previous == zxid, previous, true, each.zxid(), true);
            }
            previous = each.zxid();
        }
        return new LogPosition(true, previous == zxid, previous, true, 0, false);
    }

    @Override
    public void read(LearnerHandler handler, long afterZxid, int maxBytes) {
        enqueue("read", () -> {
            List<Proposal> found = log.stream()
                    .filter(each -> each.zxid() > afterZxid && afterZxid >= purgedThrough)
                    .limit(2)
                    .toList();
            server.say("disk: read " + found + " behind " + Zxid.show(afterZxid));
            handler.onLogRead(found, server.cluster.nowNanos);
            server.endBatch();
        });
    }

    @Override
    public void closeLog(LearnerHandler handler) {
        server.say("disk: closed the log of " + handler);
    }

    @Override
    public void openSnapshot(LearnerHandler handler, long minZxid) {
        enqueue("open snapshot", () -> {
            Snapshot snapshot = oldestUsable(minZxid);
            openSnapshots.put(handler, stream(snapshot));
            readUpTo.put(handler, 0);
            handler.onSnapshotReady(snapshot.zxid(), server.cluster.nowNanos);
            server.endBatch();
        });
    }

    /** The oldest one that will do, to make it hard: from a file if the log goes on behind it, or from the tree. */
    private Snapshot oldestUsable(long minZxid) {
        for (Snapshot each : snapshots) {
            boolean goesOn = each.zxid() >= server.history.baseZxid() || each.zxid() >= purgedThrough;
            if (each.zxid() >= minZxid && each.zxid() > 0 && goesOn && each.zxid() <= server.treeZxid()) {
                return each;
            }
        }
        if (server.treeZxid() < minZxid) {
            throw new AssertionError("server " + server.sid + " is asked for a snapshot of " + Zxid.show(minZxid)
                    + ", but its tree is at " + Zxid.show(server.treeZxid()));
        }
        return new Snapshot(server.treeZxid(), List.copyOf(server.tree));
    }

    private static byte[] stream(Snapshot snapshot) {
        JuteWriter out = new JuteWriter(64);
        for (Proposal each : snapshot.state()) {
            out.writeLong(each.zxid()).writeBuffer(each.bytes());
        }
        out.writeLong(-1);
        return out.toByteArray();
    }

    @Override
    public void readSnapshot(LearnerHandler handler) {
        enqueue("read snapshot", () -> {
            byte[] stream = openSnapshots.get(handler);
            Integer from = readUpTo.get(handler);
            if (stream == null || from == null) {
                return;
            }
            int to = Math.min(stream.length, from + snapshotPiece);
            readUpTo.put(handler, to);
            handler.onSnapshotBytes(Arrays.copyOfRange(stream, from, to), server.cluster.nowNanos);
            server.endBatch();
        });
    }

    @Override
    public void closeSnapshot(LearnerHandler handler) {
        openSnapshots.remove(handler);
        readUpTo.remove(handler);
    }

    int openSnapshots() {
        return openSnapshots.size();
    }
}
