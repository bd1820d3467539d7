package io.quorate.client.election;

import io.quorate.client.NodeChildren;
import io.quorate.client.NodeData;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.WatchEvent;
import io.quorate.client.Watcher;
import io.quorate.client.lease.Failures;
import io.quorate.client.lease.PermanentNodes;
import io.quorate.client.lease.SessionMember;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a list of workers, each of which keeps its own node there. All of it runs on one thread, that of the session. What fails because the
 * connection broke is done again with the next one.
 */
final class Workers implements SessionMember {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);

    private final String path;
    private final List<Acl> acl;
    private final Consumer<List<Worker>> listener;

    // One object each, so that a watcher is left once on a node however often it is read.

    private final Watcher listWatcher = this::listChanged;
    private final Watcher workerWatcher = this::workerChanged;

    /** By id; only those whose data has been read. */
    private final Map<String, Worker> known = new TreeMap<>();

    /** Names whose data is being read. */
    private final Set<String> reading = new HashSet<>();

    private List<Worker> told = List.of();
    private @Nullable QuorateClient client;

    /** @param listener told the list when it has changed */
    Workers(String path, List<Acl> acl, Consumer<List<Worker>> listener) {
        this.path = path;
        this.acl = acl;
        this.listener = listener;
    }

    @Override
    public void connected(QuorateClient in, long nowNanos) {
        client = in;
        reading.clear();
        list(in);
    }

    @Override
    public void disconnected(long nowNanos) {}

    /** Nothing that comes later is looked at. */
    @Override
    public void sessionEnded(long nowNanos) {
        client = null;
    }

    @Override
    public CompletableFuture<Void> closing() {
        client = null;
        return CompletableFuture.completedFuture(null);
    }

    private void listChanged(WatchEvent event) {
        QuorateClient in = client;
        if (in != null) {
            list(in);
        }
    }

    private void list(QuorateClient in) {
        CompletableFuture<NodeChildren> children = Failures.ifMissing(
                in.getChildren(path, listWatcher),
                () -> PermanentNodes.make(in, path, acl).thenCompose(made -> in.getChildren(path, listWatcher)));
        run(in, children, "list the workers", found -> listed(in, found), code -> {});
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
        run(
                in,
                in.getData(ElectionWay.child(path, id), workerWatcher),
                "read a worker",
                data -> wasRead(id, data),
                code -> {
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
            CompletableFuture<T> future,
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
        ErrorCode code = Failures.of(failure).code();
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
