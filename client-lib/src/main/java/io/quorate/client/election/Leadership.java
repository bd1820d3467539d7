package io.quorate.client.election;

import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Hold;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * One candidate's part in an election: whichever {@linkplain ElectionWay way} it is held, there is never more than one leader, as long as clocks run
 * at about the same rate. A leader that cannot be sure any more is told {@link LeadershipListener#revoked} by its own clock, before the servers
 * can have given the leadership to somebody else; a process that was stopped for longer is told so before any other callback when it goes on.
 *
 * <p>The candidacy has a session of its own, begins another one if the servers end it, and competes until it is closed.
 *
 * <p>Safe for use by any number of threads.
 */
public interface Leadership extends AutoCloseable {
    /** The election's path. */
    String path();

    /** This candidate's id among the others. */
    String id();

    /** Whether this candidate leads now, by the clock too. It may be true a little before {@code elected} is called. */
    default boolean isLeader() {
        return term().isPresent();
    }

    /** The present term, with its fencing token and its guard; empty while this candidate does not lead. */
    Optional<Hold> term();

    /** Larger than that of every term before; empty while this candidate does not lead. */
    default OptionalLong fencingToken() {
        return term().map(term -> OptionalLong.of(term.fencingToken())).orElse(OptionalLong.empty());
    }

    /** Asks the servers who leads, with what it tells about itself. */
    CompletableFuture<Optional<Worker>> leader();

    /** Asks the servers who takes part, the leader included; by sequence in the order of the line, otherwise in the order of their ids. */
    CompletableFuture<List<Worker>> participants();

    /**
     * Hands over at once if this candidate leads: it is told of the revocation first, then somebody else can lead. Competes again behind those
     * who wait. Done when the servers know it.
     */
    CompletableFuture<Void> resign();

    /** The present session, for work whose callbacks come after a revocation that is due; another one after it was ended. Not to be closed. */
    QuorateClient client();

    /**
     * Takes part no longer: the listener is told of the revocation first, then the leadership is handed over at once. Returns when that is done, in
     * bounded time; within a callback of the election it does not wait.
     */
    @Override
    void close();
}
