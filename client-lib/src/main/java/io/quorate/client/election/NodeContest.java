package io.quorate.client.election;

import io.quorate.client.NodeData;
import io.quorate.client.Op;
import io.quorate.client.OpResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Contest;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.PermanentNodes;
import io.quorate.client.lease.Standing;
import io.quorate.client.lease.Title;
import io.quorate.client.lease.Watches;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.Stat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One ephemeral node decides; a permanent one beside it counts the terms ({@link TermRecord}).
 *
 * <p>A term begins with a transaction that creates or writes the holder's node and writes the record, at the version that was read. Its token is the
 * zxid of that transaction. Its guard checks the versions of both: the holder's alone would not do, since a node that is created again begins with
 * version 0 again, while the record's version only grows.
 *
 * <p>The record is read before the holder's node. What it says can then be old, but not newer than that node's absence: a loss is never counted
 * from before it happened, and who claims on an old record is refused by its version.
 */
final class NodeContest implements Contest {
    private static final int HOLDER = 0;
    private static final int RECORD = 1;

    private final String holderPath;
    private final String recordPath;
    private final Worker self;
    private final TermRecord mine;
    private final List<Acl> acl;
    private final Consumer<Optional<Worker>> onLeader;

    /** Versions as they were read or written last. */
    private int recordVersion;

    private int holderVersion;

    /** Whether a claim was sent that may have been carried out without this side knowing. */
    private boolean inDoubt;

    private CompletableFuture<?> claim = CompletableFuture.completedFuture(null);

    /**
     * @param mine what the record says while this candidate holds
     * @param onLeader told who leads whenever it was looked at
     */
    NodeContest(
            String holderPath,
            String recordPath,
            Worker self,
            TermRecord mine,
            List<Acl> acl,
            Consumer<Optional<Worker>> onLeader) {
        this.holderPath = holderPath;
        this.recordPath = recordPath;
        this.self = self;
        this.mine = mine;
        this.acl = acl;
        this.onLeader = onLeader;
    }

    private record Seen(NodeData record, Optional<NodeData> holder) {}

    // ---- Looking

    @Override
    public CompletableFuture<Standing> inspect(QuorateClient in, Watches watches) {
        CompletableFuture<NodeData> record = in.getData(recordPath);
        CompletableFuture<Optional<NodeData>> holder =
                Failures.emptyIfMissing(in.getData(holderPath, watches.on(holderPath)));
        return Failures.emptyIfMissing(record)
                .thenCombine(holder, (term, node) -> term.map(found -> new Seen(found, node)))
                .thenCompose(
                        seen -> seen.isPresent() ? stand(in, watches, seen.get()) : makeRecordAndInspect(in, watches));
    }

    private CompletableFuture<Standing> makeRecordAndInspect(QuorateClient in, Watches watches) {
        return PermanentNodes.make(in, recordPath, acl).thenCompose(made -> inspect(in, watches));
    }

    private CompletableFuture<Standing> stand(QuorateClient in, Watches watches, Seen seen) {
        recordVersion = seen.record.stat().version();
        if (seen.holder.isEmpty()) {
            return standWithoutHolder(in, watches, seen.record);
        }
        NodeData node = seen.holder.get();
        onLeader.accept(Optional.of(Worker.ofMasterNode(node.data())));
        holderVersion = node.stat().version();
        return CompletableFuture.completedFuture(
                in.owns(node.stat())
                        ? new Standing.Ours(Optional.empty())
                        : new Standing.Taken("held by session 0x"
                                + Long.toHexString(node.stat().ephemeralOwner())));
    }

    private CompletableFuture<Standing> standWithoutHolder(QuorateClient in, Watches watches, NodeData record) {
        Optional<TermRecord> last = TermRecord.of(record.data());
        if (last.isEmpty() || last.get().isFreeFor(self.id())) {
            onLeader.accept(Optional.empty());
            return CompletableFuture.completedFuture(new Standing.Free());
        }
        // While the last holder may be back at once, nobody is told that it is gone.
        if (!last.get().lastMayReturn()) {
            onLeader.accept(Optional.empty());
        }
        Standing back = new Standing.HeldBack(
                record.stat().mzxid(),
                last.get().holdBack().toNanos(),
                "free, but " + last.get().id() + " did not give it back");
        return in.exists(holderPath, watches.on(holderPath))
                .thenCompose(stat -> stat.isPresent() ? inspect(in, watches) : CompletableFuture.completedFuture(back));
    }

    // ---- Terms

    @Override
    public CompletableFuture<Optional<Title>> claim(QuorateClient in) {
        inDoubt = true;
        CompletableFuture<Title> won = in.multi(
                        new Op.Create(holderPath, self.toMasterNode(), acl, CreateMode.EPHEMERAL, 0),
                        Op.setData(recordPath, mine.toBytes(), recordVersion))
                .thenApply(results -> won(((OpResult.Created) results.get(HOLDER)).stat(), results));
        claim = won;
        return won.thenApply(Optional::of);
    }

    @Override
    public CompletableFuture<Title> begin(QuorateClient in) {
        return in.multi(
                        Op.setData(holderPath, self.toMasterNode(), holderVersion),
                        Op.setData(recordPath, mine.toBytes(), recordVersion))
                .thenApply(results -> won(((OpResult.DataSet) results.get(HOLDER)).stat(), results));
    }

    private Title won(Stat holder, List<OpResult> results) {
        inDoubt = false;
        holderVersion = holder.version();
        recordVersion = ((OpResult.DataSet) results.get(RECORD)).stat().version();
        onLeader.accept(Optional.of(self));
        return new Title(
                holder.mzxid(), List.of(Op.check(holderPath, holderVersion), Op.check(recordPath, recordVersion)));
    }

    @Override
    public CompletableFuture<Boolean> watch(QuorateClient in, Watches watches) {
        return Failures.emptyIfMissing(in.getData(holderPath, watches.on(holderPath)))
                .thenApply(node -> {
                    onLeader.accept(node.map(found -> Worker.ofMasterNode(found.data())));
                    return node.filter(found -> in.owns(found.stat())).isPresent();
                });
    }

    @Override
    public CompletableFuture<Void> release(QuorateClient in) {
        return claim.handle((won, failure) -> inDoubt)
                .thenCompose(doubt -> doubt ? in.sync(holderPath) : CompletableFuture.<Void>completedFuture(null))
                .thenCompose(caughtUp -> removeIfOurs(in));
    }

    private CompletableFuture<Void> removeIfOurs(QuorateClient in) {
        CompletableFuture<NodeData> record = in.getData(recordPath);
        return Failures.doneIfMissing(in.getData(holderPath)
                .thenCombine(record, (holder, term) -> new Seen(term, Optional.of(holder)))
                .thenCompose(seen -> remove(in, seen)));
    }

    private CompletableFuture<Void> remove(QuorateClient in, Seen seen) {
        Stat holder = seen.holder.orElseThrow().stat();
        if (!in.owns(holder)) {
            return CompletableFuture.completedFuture(null);
        }
        return in.multi(
                        Op.delete(holderPath, holder.version()),
                        Op.setData(
                                recordPath,
                                mine.released().toBytes(),
                                seen.record.stat().version()))
                .thenAccept(done -> {});
    }

    @Override
    public void sessionEnded() {
        inDoubt = false;
    }

    @Override
    public boolean isRenewable() {
        return true;
    }
}
