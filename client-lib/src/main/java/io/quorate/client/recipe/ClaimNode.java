package io.quorate.client.recipe;

import io.quorate.client.Op;
import io.quorate.client.OpResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOp;
import io.quorate.client.ReadResult;
import io.quorate.client.RetryPolicy;
import io.quorate.client.RetryingQuorate;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The ephemeral node that says who works on an item of a {@link WorkQueue}, as one attempt to have the item sees it. Everything goes through the
 * session of the attempt: in another one the node would be somebody else's.
 */
final class ClaimNode {
    private final QuorateClient session;
    private final RetryingQuorate nodes;
    private final String claim;
    private final String item;
    private final byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);

    /** @param ours whether the claim is there and this attempt's */
    record Seen(boolean ours, Optional<byte[]> item) {}

    ClaimNode(QuorateClient session, RetryPolicy policy, String claim, String item) {
        this.session = session;
        this.nodes = session.retrying(policy);
        this.claim = claim;
        this.item = item;
    }

    CompletableFuture<String> create() {
        return createOnce().exceptionallyCompose(failure -> {
            Throwable cause = QuorateException.causeOf(failure);
            return cause instanceof QuorateException.NoNode
                    ? nodes.createPath(Paths.parent(claim)).thenCompose(nothing -> createOnce())
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private CompletableFuture<String> createOnce() {
        return nodes.create(claim, token, CreateMode.EPHEMERAL);
    }

    /** How it stands, as of everything that this session has asked for. */
    CompletableFuture<Seen> read() {
        return nodes.sync(claim)
                .thenCompose(nothing -> nodes.multiRead(List.of(ReadOp.getData(claim), ReadOp.getData(item))))
                .thenApply(results -> new Seen(
                        data(results.get(0))
                                .filter(found -> Arrays.equals(found, token))
                                .isPresent(),
                        data(results.get(1))));
    }

    private static Optional<byte[]> data(ReadResult result) {
        return result instanceof ReadResult.Data found
                ? Optional.of(found.node().data())
                : Optional.empty();
    }

    /** Done as well if an earlier call has done it. The item goes first: who sees the claim go must not find the item still there. */
    CompletableFuture<Void> deleteWithItem() {
        CompletableFuture<Optional<List<OpResult>>> deleted =
                nodes.multi(List.of(Op.delete(item), Op.delete(claim)), Paths.parent(claim));
        return deleted.<Void>thenApply(results -> null).exceptionallyCompose(failure -> {
            Throwable cause = QuorateException.causeOf(failure);
            boolean missing = cause instanceof QuorateException known && known.code() == ErrorCode.NO_NODE;
            return missing ? doneBefore(cause) : CompletableFuture.failedFuture(cause);
        });
    }

    /** As long as the session lives, nobody but this attempt takes its claim away. */
    private CompletableFuture<Void> doneBefore(Throwable cause) {
        return read().thenCompose(seen -> !seen.ours() && seen.item().isEmpty()
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(cause));
    }

    /** Only this attempt's, whatever an earlier call may have done; done when it is not there. */
    CompletableFuture<Void> delete() {
        return read().thenCompose(seen -> seen.ours() ? session.delete(claim) : CompletableFuture.allOf());
    }

    static boolean isSessionOver(Throwable failure) {
        return QuorateException.causeOf(failure) instanceof QuorateException known
                && (known.code() == ErrorCode.SESSION_EXPIRED || known.code() == ErrorCode.AUTH_FAILED);
    }
}
