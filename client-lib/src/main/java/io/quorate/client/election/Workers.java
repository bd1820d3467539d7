package io.quorate.client.election;

import io.quorate.client.NodeChildren;
import io.quorate.client.NodeData;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WatchEvent;
import io.quorate.client.Watcher;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Paths;
import io.quorate.protocol.Stat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers' list: keeps this worker's own ephemeral node there for as long as the session lives, and a copy of everybody's. All of it runs on
 * one thread, that of the election.
 *
 * <p>A node of this worker's id that belongs to another session is that of its own past, which the servers have not ended yet: it is left
 * alone until they do. What fails because the connection broke is done again when {@link #onConnected} is called next.
 */
final class Workers {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    private final String path;
    private final Worker self;
    private final List<Acl> acl;
    private final Consumer<List<Worker>> listener;
    private final Runnable onMissing;

    // One object each, so that a watcher is left once on a node however often it is read.

    private final Watcher ownWatcher = this::ownChanged;
    private final Watcher listWatcher = this::listChanged;
    private final Watcher workerWatcher = this::workerChanged;

    /** By id; only those whose data has been read. */
    private final Map<String, Worker> known = new TreeMap<>();

    /** Names whose data is being read. */
    private final Set<String> reading = new HashSet<>();

    private List<Worker> told = List.of();
    private @Nullable QuorateClient client;

    /**
     * @param listener told the list when it has changed
     * @param onMissing called when the node that the list stands below does not exist
     */
    Workers(String path, Worker self, List<Acl> acl, Consumer<List<Worker>> listener, Runnable onMissing) {
        this.path = path;
        this.self = self;
        this.acl = acl;
        this.listener = listener;
        this.onMissing = onMissing;
    }

    /** There is a server, of this client; of a new session or of the one before. */
    void onConnected(QuorateClient connected) {
        client = connected;
        reading.clear();
        register(connected);
        list(connected);
    }

    /** Nothing that comes later is looked at. */
    void close() {
        client = null;
    }

    // ---- This worker's node

    /** Looks before it writes: after a reconnect the node is there, and a write would cost the servers a transaction. */
    private void register(QuorateClient in) {
        run(in, in.exists(ownPath(), ownWatcher), "watch the registration", stat -> ownFound(in, stat), code -> {});
    }

    private void ownFound(QuorateClient in, Optional<Stat> stat) {
        if (stat.isEmpty()) {
            run(
                    in,
                    in.create(ownPath(), self.data(), CreateMode.EPHEMERAL, acl),
                    "register",
                    created -> {},
                    this::createFailed);
        } else if (!in.owns(stat.get())) {
            log.warn(
                    "{} still belongs to session 0x{}; this worker registers when the servers have ended that session",
                    ownPath(),
                    Long.toHexString(stat.get().ephemeralOwner()));
        }
    }

    private void createFailed(ErrorCode code) {
        if (code == ErrorCode.NO_NODE) {
            onMissing.run();
        }
    }

    /** Created, changed, or deleted, by whomever: the watch is put back and a lost node made again. */
    private void ownChanged(WatchEvent event) {
        QuorateClient in = client;
        if (in != null) {
            register(in);
        }
    }

    private String ownPath() {
        return nodePath(self.id());
    }

    private String nodePath(String id) {
        return (path.equals(Paths.ROOT) ? "" : path) + Paths.ROOT + id;
    }

    // ---- Everybody's

    private void listChanged(WatchEvent event) {
        QuorateClient in = client;
        if (in != null && event.type() == EventType.NODE_CHILDREN_CHANGED) {
            list(in);
        }
    }

    private void list(QuorateClient in) {
        run(in, in.getChildren(path, listWatcher), "list the workers", children -> listed(in, children), code -> {});
    }

    private void listed(QuorateClient in, NodeChildren children) {
        Set<String> present = new HashSet<>(children.names());
        known.keySet().retainAll(present);
        for (String id : children.names()) {
            if (!known.containsKey(id)) {
                read(in, id);
            }
        }
        tell();
    }

    private void workerChanged(WatchEvent event) {
        QuorateClient in = client;
        if (in == null) {
            return;
        }
        String id = Paths.name(event.path());
        if (event.type() == EventType.NODE_DELETED) {
            known.remove(id);
            // A new node of that name may be there already, which the list would not show as a change.
            list(in);
        } else {
            read(in, id);
        }
    }

    private void read(QuorateClient in, String id) {
        if (!reading.add(id)) {
            return;
        }
        run(in, in.getData(nodePath(id), workerWatcher), "read a worker", data -> wasRead(id, data), code -> {
            reading.remove(id);
            tell();
        });
    }

    private void wasRead(String id, NodeData data) {
        reading.remove(id);
        known.put(id, new Worker(id, data.data()));
        tell();
    }

    /** Told once all of a change is known. */
    private void tell() {
        List<Worker> now = new ArrayList<>(known.values());
        if (reading.isEmpty() && !now.equals(told)) {
            told = List.copyOf(now);
            listener.accept(told);
        }
    }

    // ----

    private <T> void run(
            QuorateClient in,
            java.util.concurrent.CompletableFuture<T> future,
            String what,
            Consumer<T> onValue,
            Consumer<ErrorCode> onError) {
        future.whenComplete((value, failure) -> {
                    if (in != client) {
                        return;
                    }
                    if (failure == null) {
                        onValue.accept(value);
                    } else {
                        onError.accept(failed(what, failure));
                    }
                })
                .exceptionally(bug -> {
                    if (!(bug instanceof CompletionException || bug instanceof QuorateException)) {
                        log.error("{} failed in a way that it should not", what, bug);
                    }
                    return null;
                });
    }

    private static ErrorCode failed(String what, Throwable failure) {
        ErrorCode code = failure instanceof QuorateException known ? known.code() : ErrorCode.SYSTEM_ERROR;
        boolean expected = code == ErrorCode.CONNECTION_LOSS
                || code == ErrorCode.SESSION_EXPIRED
                || code == ErrorCode.NODE_EXISTS
                || code == ErrorCode.NO_NODE;
        if (!expected) {
            log.warn("could not {}: {}", what, failure.getMessage());
        }
        return code;
    }
}
