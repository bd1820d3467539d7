package io.quorate.client.election;

import io.quorate.client.NodeData;
import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Failures;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A key of an election {@linkplain ElectionWay#SESSION by session and lock}, as it was read.
 *
 * @param holder who holds it
 * @param value the holder's data, or the last one's; empty where it was to be deleted with its holder
 * @param index the fencing token of the present term, or the zxid of the last end
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record SessionKey(Optional<Worker> holder, byte[] value, long index) {
    /** Asks the servers; empty if there is no such key. To wait for a change there is {@link LeaderObserver}. */
    public static CompletableFuture<Optional<SessionKey>> read(QuorateClient in, String path) {
        CompletableFuture<Optional<NodeData>> record =
                Failures.emptyIfMissing(in.getData(ElectionWay.SESSION.recordPath(path)));
        CompletableFuture<Optional<NodeData>> holder =
                Failures.emptyIfMissing(in.getData(ElectionWay.SESSION.holderPath(path)));
        return record.thenCombine(holder, (term, node) -> term.map(found -> of(found, node)));
    }

    private static SessionKey of(NodeData record, Optional<NodeData> holder) {
        Optional<TermRecord> term = TermRecord.of(record.data());
        byte[] value = term.map(known -> holder.isPresent() ? known.value() : known.valueWithoutHolder())
                .orElse(new byte[0]);
        return new SessionKey(
                holder.map(found -> Worker.ofMasterNode(found.data())),
                value,
                record.stat().mzxid());
    }
}
