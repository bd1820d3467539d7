package io.quorate.it.harness;

import static java.util.stream.Collectors.joining;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/**
 * The whole tree of one server, as the stock client reads it after a sync: data, ACL and every field of {@code Stat}. Nobody
 * may write meanwhile.
 */
public final class TreeDump {
    /** Set by each server for itself, from its own configuration, and not replicated: only that it exists is compared. */
    private static final String CONFIG_NODE = "/zookeeper/config";

    private static final int DIFFERENCES_SHOWN = 20;
    private static final long ANSWER_TIMEOUT_S = 60;
    private static final Stat NO_STAT = new Stat();

    /**
     * One node.
     *
     * @param text its data, one character a byte
     */
    public record Node(String text, List<ACL> acl, Stat stat) {
        @Override
        public String toString() {
            return "\"" + text + "\" acl=" + acl.toString().replace('\n', ' ') + " stat=" + describe(stat);
        }
    }

    private final SortedMap<String, Node> nodes;

    private TreeDump(SortedMap<String, Node> nodes) {
        this.nodes = nodes;
    }

    /** Reads the tree from this server, and from no other. */
    public static TreeDump of(ServerProcess server) {
        try (StockClient client = StockClient.connect(server.address())) {
            client.sync();
            return read(client.zooKeeper());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static TreeDump read(ZooKeeper zooKeeper) throws InterruptedException {
        SortedMap<String, Node> nodes = new TreeMap<>();
        List<String> level = List.of("/");
        while (!level.isEmpty()) {
            // One level at a time, all its requests at once: a thousand nodes are three thousand requests.
            List<Pending> pending =
                    level.stream().map(path -> Pending.ask(zooKeeper, path)).toList();
            List<String> next = new ArrayList<>();
            for (Pending node : pending) {
                nodes.put(node.path, node.result());
                node.childNames()
                        .forEach(name -> next.add(node.path.equals("/") ? "/" + name : node.path + "/" + name));
            }
            level = next;
        }
        return new TreeDump(nodes);
    }

    /** Path to node, the root and {@code /zookeeper} included. */
    public SortedMap<String, Node> nodes() {
        return nodes;
    }

    /** The nodes directly below this path. */
    public List<Node> childrenOf(String path) {
        String prefix = path + "/";
        return nodes.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith(prefix) && entry.getKey().indexOf('/', prefix.length()) < 0)
                .map(Map.Entry::getValue)
                .toList();
    }

    /**
     * The tree's digest, version 2 (protocol: storage §7), computed from what the client could see. The stored cversion
     * counts changes one way; what a client sees is twice that less the number of children (client protocol §6).
     */
    public long digest() {
        return nodes.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("/zookeeper/"))
                .mapToLong(entry -> digest(entry.getKey(), entry.getValue()))
                .sum();
    }

    private static long digest(String path, Node node) {
        Stat stat = node.stat();
        CRC32 crc = new CRC32();
        crc.update((path.equals("/") ? "" : path).getBytes(StandardCharsets.UTF_8));
        crc.update(node.text().getBytes(StandardCharsets.ISO_8859_1));
        crc.update(ByteBuffer.allocate(60)
                .putLong(stat.getCzxid())
                .putLong(stat.getMzxid())
                .putLong(stat.getPzxid())
                .putLong(stat.getCtime())
                .putLong(stat.getMtime())
                .putInt(stat.getVersion())
                .putInt((stat.getCversion() + stat.getNumChildren()) / 2)
                .putInt(stat.getAversion())
                .putLong(stat.getEphemeralOwner())
                .flip());
        return crc.getValue();
    }

    /** Where the other tree is not this one; empty when they are equal. */
    public String differences(TreeDump other) {
        SortedSet<String> paths = new TreeSet<>(nodes.keySet());
        paths.addAll(other.nodes.keySet());
        List<String> different = paths.stream()
                .filter(path -> !Objects.equals(nodes.get(path), other.nodes.get(path)))
                .toList();
        String shown = different.stream()
                .limit(DIFFERENCES_SHOWN)
                .map(path -> path + ": " + nodes.get(path) + "\n    against " + other.nodes.get(path))
                .collect(joining("\n"));
        return different.size() <= DIFFERENCES_SHOWN ? shown : shown + "\n… " + different.size() + " in all";
    }

    private static String describe(Stat stat) {
        return stat.toString().strip().replace('\n', ' ');
    }

    /** The three answers about one node, on their way. */
    private record Pending(
            String path,
            CompletableFuture<Node> data,
            CompletableFuture<List<ACL>> acl,
            CompletableFuture<List<String>> children) {

        static Pending ask(ZooKeeper zooKeeper, String path) {
            CompletableFuture<Node> data = new CompletableFuture<>();
            CompletableFuture<List<ACL>> acl = new CompletableFuture<>();
            CompletableFuture<List<String>> children = new CompletableFuture<>();
            zooKeeper.getData(
                    path,
                    false,
                    (rc, p, context, bytes, stat) -> complete(data, rc, p, () -> node(p, bytes, stat)),
                    null);
            zooKeeper.getACL(path, null, (rc, p, context, list, stat) -> complete(acl, rc, p, () -> list), null);
            zooKeeper.getChildren(path, false, (rc, p, context, names) -> complete(children, rc, p, () -> names), null);
            return new Pending(path, data, acl, children);
        }

        private static Node node(String path, byte[] bytes, Stat stat) {
            if (path.equals(CONFIG_NODE)) {
                return new Node("", List.of(), NO_STAT);
            }
            return new Node(bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1), List.of(), stat);
        }

        private static <T> void complete(CompletableFuture<T> future, int rc, String path, Supplier<T> value) {
            KeeperException.Code code = KeeperException.Code.get(rc);
            if (code == KeeperException.Code.OK) {
                future.complete(value.get());
            } else {
                future.completeExceptionally(KeeperException.create(code, path));
            }
        }

        Node result() throws InterruptedException {
            Node withoutAcl = join(data);
            return new Node(withoutAcl.text(), join(acl), withoutAcl.stat());
        }

        List<String> childNames() throws InterruptedException {
            return join(children);
        }

        private <T> T join(CompletableFuture<T> future) throws InterruptedException {
            try {
                return future.get(ANSWER_TIMEOUT_S, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new AssertionError("could not read " + path + " for the dump of a tree", e);
            }
        }
    }
}
