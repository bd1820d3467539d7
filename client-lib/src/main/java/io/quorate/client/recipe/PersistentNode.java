package io.quorate.client.recipe;

import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.client.SessionKeeper;
import io.quorate.client.SessionListener;
import io.quorate.client.Watcher;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ephemeral node that is there as long as this object is open and has a session: made again in the next session, and when somebody deletes it.
 *
 * <ul>
 *   <li>SUSPENDED: the node very likely still is there. LOST: it may be gone; {@link #isThere} says false from here on, until it was seen again.
 *   <li>EXPIRED: it is gone, and made again in the next session.
 *   <li>A create whose answer was lost is found by its owner, this session.
 *   <li>A node of that path that belongs to another session is left alone; when it goes, this one is made. That is also what happens to the node of
 *       a program's previous life: the servers remove it when its session expires. Two of these objects for one path want a {@link SessionKeeper} each.
 *   <li>Nodes above it that are missing are created.
 * </ul>
 *
 * <p>It proves nothing: the node of a program that stands still is there until its session is over, and no longer. Who may act must not be decided by
 * it; that is what elections and locks are for. Safe for use by any number of threads.
 */
public final class PersistentNode implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PersistentNode.class);
    private static final long RETRY_MS = 500;

    private final SessionKeeper sessions;
    private final String path;
    private final Executor turns;
    private final SessionListener onState = this::onState;
    private final Watcher watcher = event -> reconcile();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile boolean there;

    // The rest belongs to the turns.

    private byte[] data;

    /** The session while it is connected. */
    private @Nullable QuorateClient connected;

    /** The session in which the node was last seen to, connected or not. */
    private @Nullable QuorateClient last;

    /** A look is under way: what comes meanwhile is seen to by the next. */
    private boolean busy;

    private boolean again;
    private boolean retryArranged;
    private boolean closed;

    private PersistentNode(SessionKeeper sessions, String path, byte[] data) {
        this.sessions = sessions;
        this.path = path;
        this.data = data.clone();
        this.turns = sessions.newSerialExecutor();
    }

    /** Begins to see to the node, and returns at once. */
    public static PersistentNode start(SessionKeeper sessions, String path, byte[] data) {
        Paths.problem(path).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        PersistentNode node = new PersistentNode(sessions, path, data);
        sessions.addListener(node.onState, node.turns);
        return node;
    }

    public String path() {
        return path;
    }

    /** Whether the node was there with these data when it was seen last, and the session has not been lost since. */
    public boolean isThere() {
        return there;
    }

    /** Done when the node is there for the first time. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** The data of the node from now on. */
    public void setData(byte[] newData) {
        byte[] copy = newData.clone();
        turns.execute(() -> {
            data = copy;
            reconcile();
        });
    }

    /**
     * Deletes the node, if it is this session's, and sees to it no longer.
     *
     * @return done when it is gone, be it with its session
     */
    public CompletableFuture<Void> closeAsync() {
        sessions.removeListener(onState);
        turns.execute(this::end);
        return gone.copy();
    }

    /** As {@link #closeAsync()}; does not wait for it. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the end of the session removes it at the latest
    public void close() {
        closeAsync();
    }

    private void onState(QuorateClient client, ConnectionState state, String reason) {
        switch (state) {
            case CONNECTED -> {
                connected = client.with(turns);
                last = connected;
                reconcile();
            }
            case SUSPENDED -> connected = null;
            case LOST, EXPIRED, AUTH_FAILED, CLOSED -> {
                connected = null;
                there = false;
            }
            default -> {}
        }
    }

    // ---- Turns

    /** One look at a time. */
    @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes to ended
    private void reconcile() {
        QuorateClient present = connected;
        if (closed || present == null) {
            return;
        }
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        byte[] wanted = data;
        present.retrying(RetryPolicy.DEFAULT)
                .createPath(Paths.parent(path))
                .thenCompose(nothing -> present.exists(path, watcher))
                .thenCompose(found -> put(present, found, wanted))
                .whenCompleteAsync((done, failure) -> ended(present, done, failure), turns);
    }

    /** @return whether it is there */
    private CompletableFuture<Boolean> put(QuorateClient present, Optional<Stat> found, byte[] wanted) {
        if (closed) {
            return CompletableFuture.completedFuture(false);
        }
        if (found.isEmpty()) {
            return present.create(path, wanted, CreateMode.EPHEMERAL).thenApply(created -> true);
        }
        if (!present.owns(found.get())) {
            log.info("{} is there and belongs to another session; waiting for its end", path);
            return CompletableFuture.completedFuture(false);
        }
        return present.getData(path)
                .thenCompose(read -> Arrays.equals(read.data(), wanted)
                        ? CompletableFuture.completedFuture(read.stat())
                        : present.setData(path, wanted))
                .thenApply(stat -> true);
    }

    private void ended(QuorateClient with, @Nullable Boolean done, @Nullable Throwable failure) {
        busy = false;
        boolean current = with.equals(connected);
        if (closed) {
            return;
        }
        if (failure != null) {
            failed(QuorateException.causeOf(failure));
        } else if (current) {
            there = Boolean.TRUE.equals(done);
        }
        if (there) {
            ready.complete(null);
        }
        if (again || !current) {
            again = false;
            reconcile();
        }
    }

    /** A lost connection is seen to when there is another; everything else may pass or be mended by somebody. */
    private void failed(Throwable cause) {
        boolean harmless = isCode(cause, ErrorCode.CONNECTION_LOSS)
                || isCode(cause, ErrorCode.NODE_EXISTS)
                || isCode(cause, ErrorCode.NO_NODE)
                || isOver(cause);
        if (!harmless) {
            log.warn("{} cannot be made, next attempt in {} ms: {}", path, RETRY_MS, cause.getMessage());
        }
        if (!retryArranged) {
            retryArranged = true;
            sessions.later(this::retry, turns, RETRY_MS);
        }
    }

    private void retry() {
        retryArranged = false;
        reconcile();
    }

    private static boolean isCode(Throwable cause, ErrorCode code) {
        return cause instanceof QuorateException known && known.code() == code;
    }

    private static boolean isOver(Throwable cause) {
        return isCode(cause, ErrorCode.SESSION_EXPIRED) || isCode(cause, ErrorCode.AUTH_FAILED);
    }

    // ---- The end

    private void end() {
        if (closed) {
            return;
        }
        closed = true;
        there = false;
        connected = null;
        QuorateClient session = last;
        if (session == null) {
            gone.complete(null);
        } else {
            remove(session);
        }
    }

    /**
     * Only a node that is this session's, whatever an earlier attempt may have done: the sync is answered behind that. Tried until a server has said
     * how it stands, or that the session is over.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes to removed
    private void remove(QuorateClient session) {
        session.sync(path)
                .thenCompose(nothing -> session.exists(path))
                .thenCompose(found -> found.filter(session::owns)
                        .map(stat -> session.delete(path))
                        .orElseGet(CompletableFuture::allOf))
                .whenCompleteAsync((nothing, failure) -> removed(session, failure), turns);
    }

    private void removed(QuorateClient session, @Nullable Throwable failure) {
        Throwable cause = failure == null ? null : QuorateException.causeOf(failure);
        if (cause == null || isCode(cause, ErrorCode.NO_NODE) || isOver(cause)) {
            gone.complete(null);
            return;
        }
        log.debug("{} is not deleted yet: {}", path, cause.getMessage());
        sessions.later(() -> remove(session), turns, RETRY_MS);
    }
}
