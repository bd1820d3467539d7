package io.quorate.client.election;

import io.quorate.client.NodeData;
import io.quorate.client.QuorateClient;
import io.quorate.client.ReadOp;
import io.quorate.client.ReadResult;
import java.util.List;
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
        return in.multiRead(List.of(
                        ReadOp.getData(ElectionWay.SESSION.recordPath(path)),
                        ReadOp.getData(ElectionWay.SESSION.holderPath(path))))
                .thenApply(both -> data(both.get(0)).map(record -> of(record, data(both.get(1)))));
    }

    private static Optional<NodeData> data(ReadResult result) {
        return result instanceof ReadResult.Data found ? Optional.of(found.node()) : Optional.empty();
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
