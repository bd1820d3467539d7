package io.quorate.replica;

import io.quorate.jute.Zxid;
import io.quorate.zab.History;
import io.quorate.zab.Proposal;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The one order of a server alone: what is on its disk is committed. Its zxids count on in the epoch that its history is in. */
final class SoleBroadcaster implements Broadcaster {
    private record WaitingSync(long token, long zxid) {}

    private final History history;
    private final LogRoom logRoom;
    private final Consumer<Proposal> deliver;
    private final LongConsumer synced;
    private final ArrayDeque<WaitingSync> syncs = new ArrayDeque<>();

    SoleBroadcaster(History history, LogRoom logRoom, Consumer<Proposal> deliver, LongConsumer synced) {
        this.history = history;
        this.logRoom = logRoom;
        this.deliver = deliver;
        this.synced = synced;
    }

    /** A server alone has no epochs to count, so its counter may run on into the high half. */
    @Override
    public long nextZxid() {
        return history.lastZxid() + 1;
    }

    @Override
    public void propose(Proposal proposal, boolean hasDigest) {
        history.append(proposal);
        logRoom.append(proposal);
    }

    @Override
    public void sync(long token) {
        syncs.add(new WaitingSync(token, history.lastZxid()));
        completeSyncs();
    }

    void onDurable(long zxid) {
        history.onDurable(zxid);
        history.commitThrough(zxid);
        for (Proposal next = history.pollDeliverable(); next != null; next = history.pollDeliverable()) {
            deliver.accept(next);
        }
        completeSyncs();
    }

    private void completeSyncs() {
        while (!syncs.isEmpty() && history.deliveredZxid() >= syncs.getFirst().zxid()) {
            synced.accept(syncs.removeFirst().token());
        }
    }

    @Override
    public String toString() {
        return "alone, at " + Zxid.show(history.lastZxid());
    }
}
