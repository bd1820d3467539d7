package io.quorate.client.lease;

import io.quorate.client.Op;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Something that is held: one term of a leadership, a lock, a permit of a semaphore. It begins once and ends once; who gets the same thing again
 * gets another hold.
 *
 * <p>{@link #isHeld()} keeps this process from beginning what it may not do any more. It cannot keep back what is on its way already: for that
 * there are the {@linkplain #fencingToken() token}, for whatever stands outside the servers, and the {@linkplain #guard() guard}, for what stands
 * in them.
 */
public interface Hold extends AutoCloseable {
    /** Larger than that of every holder before, who has it exclusively: what is written to may refuse one smaller than the largest it has seen. */
    long fencingToken();

    /**
     * Whether it is held still, by this process's own clock too: never true when somebody else can hold it. Once false it stays so. Costs no
     * question to the servers.
     */
    boolean isHeld();

    /** For how long it is held at least, if nothing is heard of the servers from now on; zero when it is over. */
    Duration remaining();

    /**
     * Operations that change nothing, and that the servers refuse once this hold is over: put in front of the others of a {@code multi}, they keep
     * all of it from being done. Refused by {@code NO_NODE} or {@code BAD_VERSION}, whoever holds it then and however it came about.
     */
    List<Op> guard();

    /**
     * Done when the hold is over, with the reason. Completed by the session's callback executor before any other callback of the session that comes
     * after the loss, and, as long as callbacks do not block and this process runs, before anybody else can hold it.
     */
    CompletableFuture<Loss> lost();

    /** As {@link #close()}, without waiting; done when the servers know it, or when the session is over. */
    CompletableFuture<Void> closeAsync();

    /** Gives it back at once, so that the next one can have it; waits for the servers in bounded time. Nothing happens if it is over already. */
    @Override
    void close();
}
