package io.quorate.client.lease;

import io.quorate.client.QuorateClient;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * How a contest is carried out on the servers' nodes, for one contender. All calls come on one thread, that of the session's lease; futures of
 * the clients that they are given are completed there, too. What fails because the connection broke is asked again by the machine when there is
 * another one.
 */
public interface Contest {
    /** Reads how this contender stands. Where it says to wait, a watch was left before that was known. */
    CompletableFuture<Standing> inspect(QuorateClient in, Watches watches);

    /** @return the title, or empty when this was only a place in the line */
    CompletableFuture<Optional<Title>> claim(QuorateClient in);

    /** Begins a term on what is this session's own, by a transaction. */
    CompletableFuture<Title> begin(QuorateClient in);

    /** @return whether the node that is held is still this session's; a watch was left on it */
    CompletableFuture<Boolean> watch(QuorateClient in, Watches watches);

    /** Removes whatever of this contender may be there; done as well when nothing is. */
    CompletableFuture<Void> release(QuorateClient in);

    /** The session is over: nothing of this contender is there any more. */
    void sessionEnded();

    /** Whether a new term may be begun on a node that was held before. */
    boolean isRenewable();
}
