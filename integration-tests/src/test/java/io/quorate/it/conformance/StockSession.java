package io.quorate.it.conformance;

import static java.util.stream.Collectors.joining;

import io.quorate.it.harness.StockClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.ClientInfo;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Apache ZooKeeper's own Java client, whose calls, results, exceptions and watch events go into the transcript. Behind each call stand the
 * events that the client has been given until then.
 */
final class StockSession implements AutoCloseable {
    private static final long TIMEOUT_S = 20;

    /** Something that the client can do; null where it returns nothing. */
    @FunctionalInterface
    interface Call {
        @Nullable
        Object on(ZooKeeper client) throws KeeperException, InterruptedException;
    }

    private final String name;
    private final Transcript transcript;
    private final StockClient client;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    StockSession(String name, int port, Transcript transcript) {
        this.name = name;
        this.transcript = transcript;
        this.client = StockClient.connect("127.0.0.1:" + port, Duration.ofMillis(Handshake.TIMEOUT_MS));
        transcript.name(client.zooKeeper().getSessionId(), name);
    }

    /** A watcher of its own name. */
    Watcher watcher(String label) {
        return new Recorder(label, events);
    }

    /** Tells events apart by who was told. */
    private record Recorder(String label, BlockingQueue<String> events) implements Watcher {
        @Override
        public void process(WatchedEvent event) {
            if (event.getType() != EventType.None) {
                events.add(label + " " + event.getType() + " " + event.getPath() + " " + event.getState());
            }
        }
    }

    StockSession call(String what, Call call) throws InterruptedException {
        transcript.line(name + "> " + what);
        transcript.line(name + "< " + outcome(call));
        return events();
    }

    private String outcome(Call call) throws InterruptedException {
        try {
            return show(call.on(client.zooKeeper()));
        } catch (KeeperException e) {
            String results = e.getResults() == null ? "" : " " + show(e.getResults());
            return e.code() + " " + e.getPath() + results;
        } catch (IllegalArgumentException e) {
            return "the client refuses it: " + e.getMessage();
        }
    }

    /** Notes every event that the client got before now, watcher by watcher: the client tells its watchers in any order. */
    StockSession events() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        client.zooKeeper().sync("/", (rc, path, context) -> reached.countDown(), null);
        if (!reached.await(TIMEOUT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("the client's event thread stands still");
        }
        List<String> taken = new ArrayList<>();
        events.drainTo(taken);
        taken.sort(Comparator.comparing(event -> event.substring(0, event.indexOf(' '))));
        taken.forEach(event -> transcript.line(name + "! " + event));
        return this;
    }

    private String show(@Nullable Object result) {
        if (result instanceof Stat stat) {
            return stat(stat);
        }
        if (result instanceof byte[] data) {
            return '"' + new String(data, StandardCharsets.UTF_8) + '"';
        }
        if (result instanceof ACL acl) {
            return acl.getId().getScheme() + ":" + acl.getId().getId() + ":" + Acls.show(acl.getPerms());
        }
        if (result instanceof ClientInfo info) {
            return info.getAuthScheme() + ":" + info.getUser();
        }
        if (result instanceof List<?> list) {
            boolean free = !list.isEmpty() && !(list.get(0) instanceof OpResult);
            var shown = list.stream().map(this::show);
            return (free ? shown.sorted() : shown).collect(joining(", ", "[", "]"));
        }
        return result instanceof OpResult part ? part(part) : String.valueOf(result);
    }

    private String part(OpResult part) {
        if (part instanceof OpResult.CreateResult create) {
            return part.getType() + " " + create.getPath() + show(create.getStat());
        }
        if (part instanceof OpResult.SetDataResult set) {
            return part.getType() + show(set.getStat());
        }
        if (part instanceof OpResult.GetDataResult get) {
            return part.getType() + " " + show(get.getData()) + show(get.getStat());
        }
        if (part instanceof OpResult.GetChildrenResult get) {
            return part.getType() + " " + show(get.getChildren());
        }
        return part instanceof OpResult.ErrorResult error
                ? part.getType() + " " + ReplyText.error(error.getErr())
                : Integer.toString(part.getType());
    }

    private String stat(Stat stat) {
        return new ReplyText(transcript)
                .stat(new Frame(Body.of()
                        .int64(stat.getCzxid())
                        .int64(stat.getMzxid())
                        .int64(stat.getCtime())
                        .int64(stat.getMtime())
                        .int32(stat.getVersion())
                        .int32(stat.getCversion())
                        .int32(stat.getAversion())
                        .int64(stat.getEphemeralOwner())
                        .int32(stat.getDataLength())
                        .int32(stat.getNumChildren())
                        .int64(stat.getPzxid())
                        .bytes()));
    }

    @Override
    public void close() {
        client.close();
    }
}
