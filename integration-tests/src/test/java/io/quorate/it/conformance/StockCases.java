package io.quorate.it.conformance;

import io.quorate.it.harness.StockClient;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;

/** Every call of the stock Java client, with what its user sees of it: results, exceptions, and events as the client hands them on. */
final class StockCases {
    private StockCases() {}

    static void addTo(Cases cases) {
        cases.about("stock client: nodes");
        for (CreateMode mode : CreateMode.values()) {
            cases.same("create " + mode, s -> create(s, mode));
        }
        nodes(cases);
        multis(cases.about("stock client: multi"));
        watches(cases.about("stock client: watches"));
        sessions(cases.about("stock client: sessions and identities"));
    }

    private static byte[] data(String text) {
        return StockClient.bytes(text);
    }

    private static String create(ZooKeeper client, String path, CreateMode mode)
            throws KeeperException, InterruptedException {
        return client.create(path, data("x"), Ids.OPEN_ACL_UNSAFE, mode);
    }

    private static void create(Scene s, CreateMode mode) throws Exception {
        Stat stat = new Stat();
        s.stock()
                .call("create", z -> create(z, s.at("n"), mode))
                .call("create again", z -> create(z, s.at("n"), mode))
                .call("create with Stat", z -> z.create(s.at("m"), null, Ids.OPEN_ACL_UNSAFE, mode, stat))
                .call("its Stat", z -> stat)
                .call(
                        "create with a time to live",
                        z -> z.create(s.at("t"), null, Ids.OPEN_ACL_UNSAFE, mode, stat, mode.isTTL() ? 5000 : -1))
                .call("the children", z -> z.getChildren(s.folder(), false, stat))
                .call("the folder", z -> stat);
    }

    private static void nodes(Cases cases) {
        cases.same("a node's life", s -> {
            Stat stat = new Stat();
            s.stock()
                    .call("exists before", z -> z.exists(s.at("n"), false))
                    .call("create", z -> create(z, s.at("n"), CreateMode.PERSISTENT))
                    .call("exists", z -> z.exists(s.at("n"), false))
                    .call("getData", z -> z.getData(s.at("n"), false, stat))
                    .call("setData", z -> z.setData(s.at("n"), data("y"), 0))
                    .call("setData at a version that is gone", z -> z.setData(s.at("n"), data("z"), 0))
                    .call("setData of null", z -> z.setData(s.at("n"), null, -1))
                    .call("getData of null", z -> z.getData(s.at("n"), false, stat))
                    .call("create below", z -> create(z, s.at("n/c"), CreateMode.PERSISTENT))
                    .call("getChildren", z -> z.getChildren(s.at("n"), false))
                    .call("getAllChildrenNumber", z -> z.getAllChildrenNumber(s.folder()))
                    .call("delete with a child", z -> nothing(() -> z.delete(s.at("n"), -1)))
                    .call("delete the child", z -> nothing(() -> z.delete(s.at("n/c"), -1)))
                    .call("delete at another version", z -> nothing(() -> z.delete(s.at("n"), 1)))
                    .call("delete", z -> nothing(() -> z.delete(s.at("n"), 2)))
                    .call("getData of what is gone", z -> z.getData(s.at("n"), false, null));
        });
        cases.same("ACLs", s -> {
            Stat stat = new Stat();
            List<ACL> mine = new ArrayList<>(
                    List.of(new ACL(Perms.READ | Perms.ADMIN, new Id("digest", Requests.digest("ann:1")))));
            s.stock()
                    .call("create", z -> create(z, s.at("n"), CreateMode.PERSISTENT))
                    .call("getACL", z -> z.getACL(s.at("n"), stat))
                    .call("setACL", z -> z.setACL(s.at("n"), mine, 0))
                    .call("getACL without a right", z -> z.getACL(s.at("n"), stat))
                    .call("getData without a right", z -> z.getData(s.at("n"), false, stat))
                    .call("addAuthInfo", z -> nothing(() -> z.addAuthInfo("digest", data("ann:1"))))
                    .call("getACL", z -> z.getACL(s.at("n"), stat))
                    .call("setACL at another version", z -> z.setACL(s.at("n"), Ids.OPEN_ACL_UNSAFE, 0))
                    .call("setACL to creator", z -> z.setACL(s.at("n"), Ids.CREATOR_ALL_ACL, 1))
                    .call("getACL of it", z -> z.getACL(s.at("n"), stat))
                    .call("an empty ACL", z -> z.setACL(s.at("n"), new ArrayList<>(), -1));
        });
        cases.same(
                "paths that the client lets through, and not",
                s -> s.stock()
                        .call("no slash", z -> z.exists("x", false))
                        .call("a dot", z -> z.exists(s.at("."), false))
                        .call("a slash at the end", z -> z.getData(s.folder() + "/", false, null))
                        .call("a sequence behind a slash", z -> create(z, s.at(""), CreateMode.PERSISTENT_SEQUENTIAL))
                        .call("a parent that is not there", z -> create(z, s.at("no/n"), CreateMode.PERSISTENT)));
        cases.same(
                "sync, getConfig, getEphemerals",
                s -> s.stock()
                        .call("sync", z -> nothing(() -> z.sync(s.folder())))
                        .call("getConfig", z -> z.getConfig(false, null))
                        .call("create", z -> create(z, s.at("e"), CreateMode.EPHEMERAL))
                        .call("getEphemerals", ZooKeeper::getEphemerals)
                        .call("getEphemerals by prefix", z -> z.getEphemerals(s.at("e")))
                        .call("getEphemerals by another", z -> z.getEphemerals(s.at("no"))));
        cases.same(
                "a megabyte",
                s -> s.stock()
                        .call("create", z -> create(z, s.at("n"), CreateMode.PERSISTENT))
                        .call("setData", z -> z.setData(s.at("n"), new byte[1_000_000], -1)));
    }

    private static void multis(Cases cases) {
        cases.same(
                "of every kind",
                s -> s.stock()
                        .call(
                                "multi",
                                z -> z.multi(List.of(
                                        Op.create(s.at("a"), data("1"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                                        Op.create(
                                                s.at("s"), null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL),
                                        Op.create(s.at("c"), null, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER),
                                        Op.setData(s.at("a"), data("2"), 0),
                                        Op.check(s.at("a"), 1),
                                        Op.delete(s.at("a"), 1))))
                        .call(
                                "multi with an error",
                                z -> z.multi(List.of(
                                        Op.create(s.at("x"), null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
                                        Op.check(s.at("no"), -1),
                                        Op.delete(s.at("x"), -1))))
                        .call(
                                "multi of reads",
                                z -> z.multi(List.of(
                                        Op.getData(s.folder()), Op.getChildren(s.folder()), Op.getData(s.at("no")))))
                        .call(
                                "transaction",
                                z -> z.transaction()
                                        .create(s.at("t"), null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)
                                        .setData(s.at("t"), data("1"), -1)
                                        .commit())
                        .call(
                                "transaction that fails",
                                z -> z.transaction()
                                        .delete(s.at("t"), -1)
                                        .delete(s.at("t"), -1)
                                        .commit())
                        .call("multi of nothing", z -> z.multi(List.of()))
                        .call("the children", z -> z.getChildren(s.folder(), false)));
    }

    private static void watches(Cases cases) {
        cases.same("one-shot", s -> {
            StockSession a = s.stock();
            a.call("exists", z -> z.exists(s.at("n"), a.watcher("exists")))
                    .call("create", z -> create(z, s.at("n"), CreateMode.PERSISTENT))
                    .call("getData", z -> z.getData(s.at("n"), a.watcher("data"), null))
                    .call("getChildren", z -> z.getChildren(s.at("n"), a.watcher("children")))
                    .call("setData", z -> z.setData(s.at("n"), null, -1))
                    .call("create below", z -> create(z, s.at("n/c"), CreateMode.PERSISTENT))
                    .call("exists again", z -> z.exists(s.at("n/c"), a.watcher("again")))
                    .call("delete the child", z -> nothing(() -> z.delete(s.at("n/c"), -1)))
                    .call("delete", z -> nothing(() -> z.delete(s.at("n"), -1)));
        });
        for (AddWatchMode mode : AddWatchMode.values()) {
            cases.same(mode + " and its removal", s -> {
                StockSession a = s.stock();
                a.call("addWatch", z -> nothing(() -> z.addWatch(s.at("n"), a.watcher("lasting"), mode)))
                        .call("create", z -> create(z, s.at("n"), CreateMode.PERSISTENT))
                        .call("create below", z -> create(z, s.at("n/c"), CreateMode.PERSISTENT))
                        .call("setData", z -> z.setData(s.at("n"), null, -1))
                        .call("setData below", z -> z.setData(s.at("n/c"), null, -1))
                        .call("delete below", z -> nothing(() -> z.delete(s.at("n/c"), -1)))
                        .call("remove all", z -> nothing(() -> z.removeAllWatches(s.at("n"), WatcherType.Any, false)))
                        .call(
                                "remove once more",
                                z -> nothing(() -> z.removeAllWatches(s.at("n"), WatcherType.Any, false)))
                        .call("delete", z -> nothing(() -> z.delete(s.at("n"), -1)));
            });
        }
        for (WatcherType type : WatcherType.values()) {
            cases.same("removal of one watcher, by type " + type, s -> {
                StockSession a = s.stock();
                var data = a.watcher("data");
                a.call("create", z -> create(z, s.at("n"), CreateMode.PERSISTENT))
                        .call("getData", z -> z.getData(s.at("n"), data, null))
                        .call("getData by another", z -> z.getData(s.at("n"), a.watcher("other"), null))
                        .call("remove", z -> nothing(() -> z.removeWatches(s.at("n"), data, type, false)))
                        .call("setData", z -> z.setData(s.at("n"), null, -1))
                        .call("remove again", z -> nothing(() -> z.removeWatches(s.at("n"), data, type, false)))
                        .call(
                                "remove again, here only",
                                z -> nothing(() -> z.removeWatches(s.at("n"), data, type, true)));
            });
        }
    }

    private static void sessions(Cases cases) {
        cases.same(
                "whoAmI",
                s -> s.stock()
                        .call("whoAmI", ZooKeeper::whoAmI)
                        .call("addAuthInfo", z -> nothing(() -> z.addAuthInfo("digest", data("ann:1"))))
                        .call("whoAmI", ZooKeeper::whoAmI));
        cases.same("the timeout that was agreed on", s -> s.stock().call("timeout", ZooKeeper::getSessionTimeout));
    }

    /** What returns nothing. */
    @FunctionalInterface
    private interface Action {
        void run() throws KeeperException, InterruptedException;
    }

    private static String nothing(Action action) throws KeeperException, InterruptedException {
        action.run();
        return "done";
    }
}
