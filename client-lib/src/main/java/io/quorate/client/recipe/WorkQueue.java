package io.quorate.client.recipe;

import io.quorate.client.Op;
import io.quorate.client.OpResult;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.RetryPolicy;
import io.quorate.client.RetryingQuorate;
import io.quorate.client.SessionKeeper;
import io.quorate.client.cache.CacheChange;
import io.quorate.client.cache.CacheListener;
import io.quorate.client.cache.CacheState;
import io.quorate.client.cache.TreeCache;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A queue of work with priorities, whose items survive the consumer that took them.
 *
 * <pre>
 *   PATH/items/PPPPPP-NNNNNNNNNN     an item: priority, number of its arrival
 *   PATH/claims/(the item's name)    ephemeral: somebody works on it
 * </pre>
 *
 * <ul>
 *   <li>{@link #put} puts an item in once, also over a lost connection: it is a multi with a guard.
 *   <li>{@link #take} gives the item of the lowest priority number, of those the oldest, that nobody works on, as far as this program knows.
 *   <li>An item goes when {@link Item#done} is called. When the consumer's session ends before, the item is given to another: <em>at least once</em>.
 *       {@code done} then fails, so that the first one learns that somebody else may have done the work too, and does not take the other's item away.
 *   <li>SUSPENDED: the work very likely still is this one's. LOST: it may be given to somebody else from now on; {@link
 *       SessionKeeper#addListener} tells that moment. A consumer that stands still beyond its session time-out is taken for dead, and goes on working
 *       when it wakes: what it writes elsewhere needs a fence, or has to bear being done twice.
 *   <li>All items are held in memory, up to {@value #MAX_NODES} nodes: for work orders, not for bulk data. With more, takers are refused.
 * </ul>
 *
 * <p>The form of the names is this library's own. Safe for use by any number of threads.
 */
public final class WorkQueue implements AutoCloseable {
    public static final int MAX_PRIORITY = 999_999;
    private static final int MAX_NODES = 100_000;
    private static final long RETRY_MS = 200;

    private final SessionKeeper sessions;
    private final String path;
    private final String items;
    private final String claims;
    private final RetryPolicy policy;
    private final Executor turns;

    /** Where takers are told, so that what they do then keeps nobody from taking more. */
    private final Executor answers;

    private final TreeCache cache;

    // The rest belongs to the turns.

    /** Names of all items. */
    private final Set<String> all = new HashSet<>();

    /** Those of them that nobody is known to work on, in the order in which they are given out. */
    private final TreeSet<String> free = new TreeSet<>();

    private final Set<String> claimed = new HashSet<>();
    private final Deque<CompletableFuture<Item>> takers = new ArrayDeque<>();

    /** All items are known: while they are still looked through, what matters most may not have been seen. */
    private boolean current;

    /** One at a time, so that two takers of this program never ask for the same. */
    private @Nullable Claim claiming;

    /** Why nothing is given out any more. */
    private Optional<String> over = Optional.empty();

    private WorkQueue(SessionKeeper sessions, String path, RetryPolicy policy) {
        this.sessions = sessions;
        this.path = path;
        this.items = path + "/items";
        this.claims = path + "/claims";
        this.policy = policy;
        turns = sessions.newSerialExecutor();
        answers = sessions.newSerialExecutor();
        cache = TreeCache.builder(sessions, path)
                .maxNodes(MAX_NODES)
                .listener(new Changes())
                .start();
    }

    /** @param path of the queue, not the root; created where it is missing */
    public static WorkQueue open(SessionKeeper sessions, String path, RetryPolicy policy) {
        Paths.problem(path).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        if (path.equals(Paths.ROOT)) {
            throw new IllegalArgumentException("a queue needs a node of its own, not the root");
        }
        return new WorkQueue(sessions, path, policy);
    }

    /** Done when the items are known that were there at the beginning: {@link #take} keeps to the order of priorities among what is known. */
    public CompletableFuture<Void> ready() {
        return cache.ready();
    }

    /** An item that this program works on. */
    public final class Item {
        private final Claim claim;
        private final byte[] data;
        private final AtomicBoolean released = new AtomicBoolean();

        private Item(Claim claim, byte[] data) {
            this.claim = claim;
            this.data = data;
        }

        public byte[] data() {
            return data.clone();
        }

        /**
         * The work is done: the item goes. Fails with {@link QuorateException.SessionExpired} if the session was lost meanwhile, so that another one
         * may have got it; may be called again, also after {@link QuorateException.ConnectionLoss}.
         */
        public CompletableFuture<Void> done() {
            if (released.get()) {
                return CompletableFuture.failedFuture(new IllegalStateException("the item was given back"));
            }
            return claim.removeWithItem();
        }

        /** Gives it back, for anybody. Done when others can have it. */
        public CompletableFuture<Void> release() {
            if (released.compareAndSet(false, true)) {
                turns.execute(claim::release);
            }
            return claim.given.copy();
        }
    }

    /** @param priority 0..{@value #MAX_PRIORITY}, 0 comes first */
    public CompletableFuture<Void> put(byte[] data, int priority) {
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("priority " + priority + " is outside 0.." + MAX_PRIORITY);
        }
        byte[] copy = data.clone();
        RetryingQuorate nodes = sessions.client().retrying(policy);
        return putOnce(nodes, copy, priority).exceptionallyCompose(failure -> {
            Throwable cause = QuorateException.causeOf(failure);
            return cause instanceof QuorateException known && known.code() == ErrorCode.NO_NODE
                    ? nodes.createPath(items).thenCompose(nothing -> putOnce(nodes, copy, priority))
                    : CompletableFuture.failedFuture(cause);
        });
    }

    private CompletableFuture<Void> putOnce(RetryingQuorate nodes, byte[] data, int priority) {
        String name = items + String.format(Locale.ROOT, "/%06d-", priority);
        CompletableFuture<Optional<List<OpResult>>> created =
                nodes.multi(List.of(Op.create(name, data, CreateMode.PERSISTENT_SEQUENTIAL)), path);
        return created.thenAccept(results -> {});
    }

    /** The next item, as soon as there is one. Cancel the future to want it no longer. */
    public CompletableFuture<Item> take() {
        CompletableFuture<Item> taker = new CompletableFuture<>();
        turns.execute(() -> {
            takers.add(taker);
            serve();
        });
        return taker;
    }

    /** Takes no more; items that were taken stay theirs. */
    @Override
    public void close() {
        cache.close();
    }

    // ---- Turns

    private final class Changes implements CacheListener {
        @Override
        public void changed(CacheChange change) {
            turns.execute(() -> onChange(change));
        }

        @Override
        public void stateChanged(CacheState state, String reason) {
            turns.execute(() -> {
                current = state == CacheState.CURRENT;
                if (state == CacheState.FAILED || state == CacheState.CLOSED) {
                    over = Optional.of("the queue " + path + ": " + reason);
                }
                serve();
            });
        }
    }

    private void onChange(CacheChange change) {
        String parent = change.path().equals(Paths.ROOT) ? "" : Paths.parent(change.path());
        if (parent.equals(items)) {
            note(all, change);
        } else if (parent.equals(claims)) {
            note(claimed, change);
        }
        refresh(Paths.name(change.path()));
    }

    private static void note(Set<String> names, CacheChange change) {
        String name = Paths.name(change.path());
        if (change.after().isPresent()) {
            names.add(name);
        } else {
            names.remove(name);
        }
    }

    private void refresh(String name) {
        boolean asked = claiming != null && claiming.name.equals(name);
        if (all.contains(name) && !claimed.contains(name) && !asked) {
            free.add(name);
            serve();
        } else {
            free.remove(name);
        }
    }

    private void serve() {
        takers.removeIf(CompletableFuture::isDone);
        if (over.isPresent()) {
            refuseTakers(over.get());
        } else if (current && claiming == null && !takers.isEmpty() && !free.isEmpty()) {
            claiming = new Claim(free.first(), sessions.client());
            free.remove(claiming.name);
            claiming.ask();
        }
    }

    private void refuseTakers(String reason) {
        List<CompletableFuture<Item>> refused = List.copyOf(takers);
        takers.clear();
        answers.execute(() -> refused.forEach(each -> each.completeExceptionally(new IllegalStateException(reason))));
    }

    /** Looked at again some time later: what is known of claims may be behind, and a claim that came and went may not be told at all. */
    private void refreshLater(String name) {
        sessions.later(() -> refresh(name), turns, RETRY_MS);
    }

    private void claimEnded(Claim claim, Optional<byte[]> item) {
        claiming = null;
        if (item.isPresent()) {
            hand(new Item(claim, item.get()));
        } else {
            refreshLater(claim.name);
        }
        serve();
    }

    private void hand(Item item) {
        takers.removeIf(CompletableFuture::isDone);
        CompletableFuture<Item> taker = over.isPresent() ? null : takers.poll();
        if (taker == null) {
            item.claim.release();
            return;
        }
        answers.execute(() -> {
            if (!taker.complete(item)) {
                turns.execute(() -> hand(item));
            }
        });
    }

    /**
     * This program's attempt to have an item, over one session. Whether it came about is read from the claim's node, which holds an id of its own:
     * neither the answer to the create nor the node's owner can tell, since the one may be lost, and the other has other queues as well.
     */
    private final class Claim {
        final String name;
        final CompletableFuture<Void> given = new CompletableFuture<>();
        private final ClaimNode node;

        Claim(String name, QuorateClient session) {
            this.name = name;
            node = new ClaimNode(session, policy, claims + "/" + name, items + "/" + name);
        }

        @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes to asked
        void ask() {
            node.create().whenCompleteAsync((nothing, failure) -> asked(failure), turns);
        }

        private void asked(@Nullable Throwable failure) {
            if (failure != null
                    && QuorateException.causeOf(failure) instanceof QuorateException known
                    && !known.mayHaveHappened()) {
                claimEnded(this, Optional.empty());
            } else {
                look();
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes to seen
        private void look() {
            node.read().whenCompleteAsync(this::seen, turns);
        }

        private void seen(ClaimNode.@Nullable Seen seen, @Nullable Throwable failure) {
            if (seen != null) {
                if (seen.ours() && seen.item().isEmpty()) {
                    release();
                }
                claimEnded(this, seen.ours() ? seen.item() : Optional.empty());
            } else if (failure != null && ClaimNode.isSessionOver(failure)) {
                claimEnded(this, Optional.empty());
            } else {
                sessions.later(this::look, turns, RETRY_MS);
            }
        }

        CompletableFuture<Void> removeWithItem() {
            return node.deleteWithItem();
        }

        /** Until a server has said that it is gone, or that the session is: nobody else can have the item before. */
        @SuppressWarnings("FutureReturnValueIgnored") // its outcome is seen to here
        void release() {
            node.delete()
                    .whenCompleteAsync(
                            (nothing, failure) -> {
                                if (failure == null || ClaimNode.isSessionOver(failure)) {
                                    given.complete(null);
                                    refreshLater(name);
                                } else {
                                    sessions.later(this::release, turns, RETRY_MS);
                                }
                            },
                            turns);
        }
    }
}
