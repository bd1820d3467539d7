package io.quorate.simulation.disk;

import io.quorate.replica.storage.RecoveredState;
import io.quorate.simulation.disk.History.Entry;
import java.util.ArrayList;
import java.util.List;

/** What a storage was given and what it said about it, and the checks of what a crash may make of both. */
final class Promises {
    static final String ACKNOWLEDGED = "an acknowledged transaction is missing";
    static final String NEVER_PROPOSED = "a transaction is there that is not part of the history";
    static final String EPOCH = "an epoch went back";
    static final String RECOVERS = "the server does not start again";

    // All that was appended, in order; the first `acknowledged` of them were reported durable.
    private List<Entry> appended = new ArrayList<>();
    private int acknowledged;
    // The history of a leader that is being installed: from then on either is right.
    private List<Entry> installing;
    private boolean started;
    private Rebuilding rebuilding = Rebuilding.NO;
    private boolean marked;

    private enum Rebuilding {
        NO,
        /** The files are being set aside: either all of the history is there, or the mark is, and it counts for nothing. */
        BEGUN,
        /** What is there came from a leader since. */
        MARKED
    }

    long acceptedEpoch;
    long acceptedEpochTried;
    long currentEpoch;
    long currentEpochTried;

    Promises copy() {
        Promises copy = new Promises();
        copy.appended = new ArrayList<>(appended);
        copy.acknowledged = acknowledged;
        copy.installing = installing;
        copy.started = started;
        copy.rebuilding = rebuilding;
        copy.marked = marked;
        copy.acceptedEpoch = acceptedEpoch;
        copy.acceptedEpochTried = acceptedEpochTried;
        copy.currentEpoch = currentEpoch;
        copy.currentEpochTried = currentEpochTried;
        return copy;
    }

    List<Entry> appended() {
        return appended;
    }

    List<Entry> acknowledged() {
        return appended.subList(0, acknowledged);
    }

    long lastZxid() {
        return appended.isEmpty() ? 0 : appended.get(appended.size() - 1).zxid();
    }

    long acknowledgedZxid() {
        return acknowledged == 0 ? 0 : appended.get(acknowledged - 1).zxid();
    }

    void started() {
        started = true;
    }

    void append(Entry entry) {
        appended.add(entry);
    }

    void acknowledgeUpTo(long zxid) {
        acknowledged = upTo(zxid);
    }

    void truncating(long zxid) {
        acknowledged = Math.min(acknowledged, upTo(zxid));
    }

    void truncated(long zxid) {
        appended = new ArrayList<>(appended.subList(0, upTo(zxid)));
        acknowledged = appended.size();
    }

    void installing(List<Entry> history) {
        installing = history;
    }

    void installed() {
        appended = new ArrayList<>(installing);
        acknowledged = appended.size();
        installing = null;
    }

    /** From here on the history is what recovery found. */
    void continueFrom(List<Entry> recovered, RecoveredState state) {
        appended = new ArrayList<>(recovered);
        acknowledged = appended.size();
        installing = null;
        // What recovery has found is on the platter by then: a mark that was removed does not come back.
        if (!marked) {
            rebuilding = Rebuilding.NO;
        }
        acceptedEpoch = state.acceptedEpoch();
        acceptedEpochTried = acceptedEpoch;
        currentEpoch = state.currentEpoch();
        currentEpochTried = currentEpoch;
    }

    void settingAside() {
        rebuilding = Rebuilding.BEGUN;
    }

    void rebuilt() {
        rebuilding = Rebuilding.NO;
    }

    /** @param marked whether the server has a mark that says that it is being rebuilt */
    void found(boolean marked) {
        if (marked && rebuilding == Rebuilding.NO) {
            throw new AssertionError("a server that has its leader's history is marked as one that has none");
        }
        if (!marked && rebuilding == Rebuilding.MARKED && currentEpochTried == 0) {
            throw new AssertionError("the mark is gone before the server has a history");
        }
        if (marked && rebuilding == Rebuilding.BEGUN) {
            appended = new ArrayList<>();
            acknowledged = 0;
            started = false;
            currentEpoch = 0;
            currentEpochTried = 0;
            rebuilding = Rebuilding.MARKED;
        }
        this.marked = marked;
    }

    private int upTo(long zxid) {
        int count = 0;
        while (count < appended.size() && appended.get(count).zxid() <= zxid) {
            count++;
        }
        return count;
    }

    /** Fails with one of the names above if that is not a state this server may be found in. */
    void check(List<Entry> recovered, RecoveredState state) {
        checkHistory(recovered, state);
        range(state.acceptedEpoch(), acceptedEpoch, acceptedEpochTried, "acceptedEpoch");
        // A history without currentEpoch is one of a leader that was not followed to the end; the mark says so.
        long tried = rebuilding == Rebuilding.MARKED ? Math.max(currentEpochTried, acceptedEpoch) : currentEpochTried;
        range(state.currentEpoch(), currentEpoch, tried, "currentEpoch");
    }

    private void checkHistory(List<Entry> recovered, RecoveredState state) {
        if (recovered.equals(installing)) {
            return;
        }
        if (started && state.emptySnapshotNeeded()) {
            throw new AssertionError(ACKNOWLEDGED + ": the whole database is");
        }
        for (int i = 0; i < recovered.size(); i++) {
            if (i >= appended.size() || !recovered.get(i).equals(appended.get(i))) {
                throw new AssertionError(NEVER_PROPOSED + ": number " + i + " is " + recovered.get(i) + "\nfound    "
                        + recovered + "\nappended " + appended + "\ninstalling " + installing);
            }
        }
        if (recovered.size() < acknowledged) {
            throw new AssertionError(ACKNOWLEDGED + ": " + appended.get(recovered.size()) + "\nfound    " + recovered
                    + "\nappended " + appended);
        }
    }

    private static void range(long found, long told, long tried, String what) {
        if (found < told || found > tried) {
            throw new AssertionError(
                    EPOCH + ": " + what + " is " + found + ", reported was " + told + ", tried " + tried);
        }
    }
}
