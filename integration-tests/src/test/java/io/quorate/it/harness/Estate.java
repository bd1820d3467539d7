package io.quorate.it.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.StatsTrack;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.cli.SetQuotaCommand;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;

/**
 * Everything that a data directory can hold, written by the stock client, and what its heir has to be able to do with it. The server has to
 * know extended types and enforce quotas, and look for containers often ({@link #configure}).
 */
public final class Estate {
    /** Longer than any test takes until it has looked at what a session owns. */
    public static final int LONG_TIMEOUT_MS = 60_000;

    private static final int BIG_BYTES = 100_000;
    private static final int TTL_MS = 500;
    private static final long LONG_TTL_MS = 86_400_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] NOTHING = {};

    private final String root;

    private Estate(String root) {
        this.root = root;
    }

    /** What a server needs in its configuration for an estate. */
    public static Ensemble.Builder configure(Ensemble.Builder builder) {
        return builder.property("znode.container.checkIntervalMs", "300")
                .config("extendedTypesEnabled", "true")
                .config("enforceQuota", "true")
                .config("maxSessionTimeout", Integer.toString(LONG_TIMEOUT_MS));
    }

    /**
     * Writes all of it.
     *
     * @param holder keeps its ephemerals for as long as it is open
     */
    public static Estate write(StockClient holder, String root) throws Exception {
        Estate estate = new Estate(root);
        ZooKeeper zooKeeper = holder.zooKeeper();
        estate.plain(zooKeeper);
        estate.extended(zooKeeper);
        estate.acls(zooKeeper);
        estate.quotas(zooKeeper);
        estate.multi(zooKeeper);
        zooKeeper.create(root + "/held", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        zooKeeper.create(root + "/held-", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
        return estate;
    }

    /** An ephemeral of a session that is gone without a word, and has {@link #LONG_TIMEOUT_MS} to live. */
    public String abandon(ServerProcess server) throws IOException {
        String path = root + "/abandoned";
        try (WireClient client = WireClient.session(server, LONG_TIMEOUT_MS)) {
            String answer = client.ask(1, request -> {
                request.writeString(path);
                request.writeBuffer(NOTHING);
                request.writeInt(1);
                request.writeInt(Perms.ALL);
                request.writeString("world");
                request.writeString("anyone");
                request.writeInt(1);
            });
            if (!answer.equals("err 0, body")) {
                throw new AssertionError("create of " + path + ": " + answer);
            }
        }
        return path;
    }

    // ---- what is written

    private String create(ZooKeeper zooKeeper, String path, int bytes) throws KeeperException, InterruptedException {
        return zooKeeper.create(root + path, new byte[bytes], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    private void plain(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        zooKeeper.create(root, NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        zooKeeper.create(root + "/null", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        create(zooKeeper, "/empty", 0);
        create(zooKeeper, "/big", BIG_BYTES);
        create(zooKeeper, "/deleted", 1);
        create(zooKeeper, "/snowman-\u2603", 3);
        for (int i = 0; i < 3; i++) {
            zooKeeper.setData(root + "/big", new byte[BIG_BYTES + i], i);
        }
        zooKeeper.setData(root + "/empty", null, -1);
        zooKeeper.delete(root + "/deleted", 0);
        create(zooKeeper, "/deleted", 2);
        attempt("an error transaction", () -> create(zooKeeper, "/deleted", 0));
        create(zooKeeper, "/sequence", 0);
        for (int i = 0; i < 3; i++) {
            sequential(zooKeeper);
        }
        zooKeeper.delete(root + "/sequence/n-0000000001", -1);
    }

    private String sequential(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        return zooKeeper.create(root + "/sequence/n-", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL);
    }

    /** None of them can go before {@link #reap} takes its child away. */
    private void extended(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        zooKeeper.create(root + "/container", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
        create(zooKeeper, "/container/child", 0);
        ttl(zooKeeper, "/ttl", CreateMode.PERSISTENT_WITH_TTL, LONG_TTL_MS);
        create(zooKeeper, "/ttl/child", 0);
        ttl(zooKeeper, "/ttl/n-", CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL, LONG_TTL_MS);
    }

    private void ttl(ZooKeeper zooKeeper, String path, CreateMode mode, long ttlMs)
            throws KeeperException, InterruptedException {
        zooKeeper.create(root + path, NOTHING, Ids.OPEN_ACL_UNSAFE, mode, new Stat(), ttlMs);
    }

    /** The stock client asks the list whether it has a null in it, which {@code List.of} does not take. */
    private static List<ACL> acl(ACL... entries) {
        return Arrays.asList(entries);
    }

    private void acls(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        zooKeeper.addAuthInfo("digest", StockClient.bytes("owner:secret"));
        create(zooKeeper, "/acl", 0);
        zooKeeper.create(
                root + "/acl/digest",
                NOTHING,
                acl(
                        new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE),
                        new ACL(Perms.ALL, new Id("digest", "other:XVk1pLVQpWJmYvMQHoHNdfhWOm8="))),
                CreateMode.PERSISTENT);
        zooKeeper.create(
                root + "/acl/ip",
                NOTHING,
                acl(
                        new ACL(Perms.ALL, new Id("ip", "127.0.0.0/8")),
                        new ACL(Perms.READ | Perms.CREATE, new Id("ip", "10.1.2.3"))),
                CreateMode.PERSISTENT);
        List<ACL> readable = new ArrayList<>(Ids.CREATOR_ALL_ACL);
        readable.add(new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE));
        zooKeeper.create(root + "/acl/auth", NOTHING, readable, CreateMode.PERSISTENT);
        create(zooKeeper, "/acl/set", 0);
        zooKeeper.setACL(root + "/acl/set", readable, 0);
        zooKeeper.setACL(root + "/acl/set", acl(new ACL(Perms.ALL & ~Perms.DELETE, Ids.ANYONE_ID_UNSAFE)), 1);
    }

    private void quotas(ZooKeeper zooKeeper) throws Exception {
        for (String path : List.of("/soft", "/hard")) {
            create(zooKeeper, path, 1);
        }
        SetQuotaCommand.createQuota(zooKeeper, root + "/soft", new StatsTrack("count=2,bytes=10"));
        SetQuotaCommand.createQuota(
                zooKeeper, root + "/hard", new StatsTrack("count=-1,bytes=-1=;byteHardLimit=100;countHardLimit=3"));
        for (int i = 0; i < 3; i++) {
            int number = i;
            create(zooKeeper, "/soft/" + i, 5);
            attempt("the third is refused", () -> create(zooKeeper, "/hard/" + number, 5));
        }
    }

    private void multi(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        create(zooKeeper, "/multi", 0);
        List<OpResult> done = zooKeeper.multi(List.of(
                Op.create(root + "/multi/a", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                Op.create(root + "/multi/a/n-", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL),
                Op.check(root + "/multi", 0),
                Op.setData(root + "/multi/a", StockClient.bytes("set"), 0),
                Op.create(root + "/multi/b", NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                Op.delete(root + "/multi/b", 0)));
        if (done.size() != 6) {
            throw new AssertionError("a multi of six parts had " + done);
        }
        attempt(
                "a multi that fails",
                () -> zooKeeper.multi(List.of(
                        Op.setData(root + "/multi/a", StockClient.bytes("not set"), -1),
                        Op.check(root + "/multi/a", 77))));
    }

    // ---- what the heir does with it

    /** Does something that depends on all that was written, and tells what came of it: the same with every heir. */
    public List<String> goOn(ZooKeeper zooKeeper) throws Exception {
        List<String> lines = new ArrayList<>();
        lines.add("sequence: " + sequential(zooKeeper));
        lines.add("held: " + zooKeeper.getEphemerals(root).size());
        lines.add(attempt("version", () -> zooKeeper.setData(root + "/big", NOTHING, 3)));
        lines.add(attempt("old version", () -> zooKeeper.setData(root + "/big", NOTHING, 3)));
        lines.add(attempt("other's", () -> zooKeeper.setData(root + "/acl/digest", NOTHING, -1)));
        lines.add(attempt("own", () -> zooKeeper.setData(root + "/acl/auth", NOTHING, -1)));
        zooKeeper.addAuthInfo("digest", StockClient.bytes("owner:secret"));
        lines.add(attempt("own, authenticated", () -> zooKeeper.setData(root + "/acl/auth", NOTHING, -1)));
        lines.add(attempt("aversion", () -> zooKeeper.setACL(root + "/acl/set", Ids.OPEN_ACL_UNSAFE, 2)));
        lines.add(attempt("hard quota", () -> create(zooKeeper, "/hard/again", 1)));
        lines.add(attempt("bytes of hard quota", () -> zooKeeper.setData(root + "/hard/0", new byte[101], -1)));
        lines.add(attempt("soft quota", () -> create(zooKeeper, "/soft/again", 1)));
        lines.add(attempt("below", () -> zooKeeper.delete(root + "/hard/0", -1)));
        lines.add(attempt("room again", () -> create(zooKeeper, "/hard/again", 1)));
        for (String quota : List.of("/soft", "/hard")) {
            byte[] stats = zooKeeper.getData("/zookeeper/quota" + root + quota + "/zookeeper_stats", false, null);
            lines.add(quota + ": " + new String(stats, StandardCharsets.UTF_8));
        }
        reap(zooKeeper);
        return lines;
    }

    /** What goes by itself does so under the heir, too. */
    private void reap(ZooKeeper zooKeeper) throws KeeperException, InterruptedException {
        zooKeeper.delete(root + "/container/child", -1);
        ttl(zooKeeper, "/ttl/child/short", CreateMode.PERSISTENT_WITH_TTL, TTL_MS);
        for (String path : List.of("/container", "/ttl/child/short")) {
            awaitGone(zooKeeper, root + path, PATIENCE);
        }
    }

    public static void awaitGone(ZooKeeper zooKeeper, String path, Duration patience) {
        Await.until(path + " to go by itself", patience, () -> zooKeeper.exists(path, false) == null);
    }

    private interface Attempt {
        void make() throws KeeperException, InterruptedException;
    }

    private static String attempt(String what, Attempt attempt) throws InterruptedException {
        try {
            attempt.make();
            return what + ": OK";
        } catch (KeeperException e) {
            return what + ": " + e.code();
        }
    }
}
