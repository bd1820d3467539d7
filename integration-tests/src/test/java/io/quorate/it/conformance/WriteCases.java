package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** delete, setData, setACL, and what every write does to the Stats of the node and its parent. */
final class WriteCases {
    private static final int[] VERSIONS = {0, 1, 2, 3, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private WriteCases() {}

    static void addTo(Cases cases) {
        deletes(cases.about("delete"));
        setData(cases.about("setData"));
        setAcl(cases.about("setACL"));
        stats(cases.about("Stat"));
    }

    private static void deletes(Cases cases) {
        for (int version : VERSIONS) {
            cases.same(
                    "of a node at version 2, with version " + version,
                    s -> s.session()
                            .create(s.at("n"))
                            .setData(s.at("n"), "1")
                            .setData(s.at("n"), "2")
                            .delete(s.at("n"), version)
                            .exists(s.at("n"))
                            .exists(s.folder()));
        }
        cases.same(
                "of what is not there",
                s -> s.session()
                        .delete(s.at("no"))
                        .delete(s.at("no/no"))
                        .delete(s.at("no"), 3)
                        .create(s.at("n"))
                        .delete(s.at("n"))
                        .delete(s.at("n")));
        cases.same(
                "of a node with children",
                s -> s.session()
                        .create(s.at("n"))
                        .create(s.at("n/c"))
                        .delete(s.at("n"))
                        .delete(s.at("n"), 7)
                        .delete(s.at("n/c"))
                        .delete(s.at("n")));
        cases.same(
                "of the system's nodes",
                s -> s.session()
                        .delete("/")
                        .delete("/zookeeper")
                        .delete("/zookeeper/quota")
                        .delete("/zookeeper/config")
                        .delete("/zookeeper/no"));
        cases.same(
                "cut bodies",
                s -> s.session()
                        .create(s.at("n"))
                        .call("no version", OpCode.DELETE, Body.path(s.at("n")))
                        .call(
                                "half a version",
                                OpCode.DELETE,
                                Body.path(s.at("n")).hex("0000"))
                        .call("no body", OpCode.DELETE, Body.of())
                        .call(
                                "more",
                                OpCode.DELETE,
                                Requests.pathVersion(s.at("n"), -1).hex("00")));
        cases.same(
                "and creation again begins anew",
                s -> s.session()
                        .create(s.at("n"))
                        .setData(s.at("n"), "x")
                        .setAcl(s.at("n"), Acls.OPEN)
                        .create(s.at("n/c"))
                        .delete(s.at("n/c"))
                        .exists(s.at("n"))
                        .delete(s.at("n"))
                        .create(s.at("n"))
                        .exists(s.at("n")));
        cases.same(
                "of containers and their children",
                s -> s.session()
                        .createContainer(s.at("c"), 4)
                        .create(s.at("c/n"))
                        .delete(s.at("c"))
                        .delete(s.at("c/n"))
                        .exists(s.at("c"))
                        .delete(s.at("c")));
    }

    private static void setData(Cases cases) {
        for (int version : VERSIONS) {
            cases.same(
                    "on a node at version 2, with version " + version,
                    s -> s.session()
                            .create(s.at("n"))
                            .setData(s.at("n"), "1")
                            .setData(s.at("n"), "2")
                            .setData(s.at("n"), "3", version)
                            .getData(s.at("n")));
        }
        cases.same(
                "empty, null and long",
                s -> s.session()
                        .create(s.at("n"))
                        .setData(s.at("n"), "")
                        .getData(s.at("n"))
                        .setData(s.at("n"), null)
                        .getData(s.at("n"))
                        .setData(s.at("n"), "x".repeat(100_000))
                        .getData(s.at("n"))
                        .setData(s.at("n"), "é")
                        .getData(s.at("n")));
        cases.same(
                "of what is not there",
                s -> s.session().setData(s.at("no"), "x").setData(s.at("no/no"), "x", 3));
        cases.same(
                "on the root and an ephemeral",
                s -> s.session()
                        .create(s.at("e"), 1)
                        .setData(s.at("e"), "x")
                        .setData("/", "")
                        .getData(s.at("e")));
        cases.same(
                "bodies that are wrong",
                s -> s.session()
                        .create(s.at("n"))
                        .call(
                                "no version",
                                OpCode.SET_DATA,
                                Body.path(s.at("n")).text("x"))
                        .call("no data", OpCode.SET_DATA, Body.path(s.at("n")))
                        .call(
                                "data of -2",
                                OpCode.SET_DATA,
                                Body.path(s.at("n")).int32(-2).int32(-1))
                        .call(
                                "more",
                                OpCode.SET_DATA,
                                Body.path(s.at("n")).text("x").int32(-1).int64(9))
                        .getData(s.at("n")));
        cases.same(
                "to the same value counts",
                s -> s.session()
                        .create(s.at("n"))
                        .setData(s.at("n"), "x")
                        .setData(s.at("n"), "x")
                        .setData(s.at("n"), "x", 2)
                        .setData(s.at("n"), "x", 2));
    }

    private static void setAcl(Cases cases) {
        for (int version : VERSIONS) {
            cases.same(
                    "at aversion 2, with version " + version,
                    s -> s.session()
                            .create(s.at("n"))
                            .setAcl(s.at("n"), Acls.OPEN)
                            .setAcl(s.at("n"), Acls.OPEN)
                            .setAcl(s.at("n"), "world:anyone:ra", version)
                            .getAcl(s.at("n")));
        }
        cases.same(
                "compares with the aversion, not the version",
                s -> s.session()
                        .create(s.at("n"))
                        .setData(s.at("n"), "x")
                        .setAcl(s.at("n"), Acls.OPEN, 1)
                        .setAcl(s.at("n"), Acls.OPEN, 0)
                        .setData(s.at("n"), "x", 1));
        cases.same(
                "of what is not there",
                s -> s.session()
                        .setAcl(s.at("no"), Acls.OPEN)
                        .setAcl(s.at("no"), "")
                        .setAcl(s.at("no/.."), ""));
        cases.same("of the root", s -> s.session().setAcl("/", Acls.OPEN).getAcl("/"));
        cases.same(
                "cut bodies",
                s -> s.session()
                        .create(s.at("n"))
                        .call("no version", OpCode.SET_ACL, Body.path(s.at("n")).acl(Acls.OPEN))
                        .call("no ACL", OpCode.SET_ACL, Body.path(s.at("n")))
                        .call("no body", OpCode.SET_ACL, Body.of())
                        .getAcl(s.at("n")));
    }

    private static void stats(Cases cases) {
        cases.same(
                "of a node under everything that happens to it",
                s -> s.session()
                        .create(s.at("n"))
                        .exists(s.at("n"))
                        .setData(s.at("n"), "abc")
                        .exists(s.at("n"))
                        .setAcl(s.at("n"), "world:anyone:rwcda")
                        .exists(s.at("n"))
                        .create(s.at("n/a"))
                        .exists(s.at("n"))
                        .create(s.at("n/b"), 2)
                        .exists(s.at("n"))
                        .setData(s.at("n/a"), "x")
                        .exists(s.at("n"))
                        .setAcl(s.at("n/a"), Acls.OPEN)
                        .exists(s.at("n"))
                        .create(s.at("n/a/x"))
                        .exists(s.at("n"))
                        .delete(s.at("n/a/x"))
                        .exists(s.at("n"))
                        .delete(s.at("n/a"))
                        .exists(s.at("n"))
                        .delete(s.at("n/b0000000001"))
                        .exists(s.at("n")));
        cases.same(
                "failed writes change nothing",
                s -> s.session()
                        .create(s.at("n"))
                        .create(s.at("n/c"))
                        .exists(s.at("n"))
                        .create(s.at("n/c"))
                        .delete(s.at("n/no"))
                        .delete(s.at("n"))
                        .setData(s.at("n"), "x", 9)
                        .setAcl(s.at("n"), Acls.OPEN, 9)
                        .multi(Multi.of().setData(s.at("n"), "x", -1).check(s.at("n"), 9))
                        .exists(s.at("n")));
        cases.same(
                "parts of a multi share a zxid",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("n"), 0)
                                .create(s.at("n/a"), 0)
                                .create(s.at("n/b"), 0)
                                .setData(s.at("n"), "x", 0)
                                .delete(s.at("n/a"), 0)
                                .setData(s.at("n"), "y", 1))
                        .exists(s.at("n"))
                        .exists(s.at("n/b"))
                        .exists(s.folder()));
        cases.same("the parent of an ephemeral that its session took along", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            RawSession b = s.session();
            b.exists(s.folder());
            a.closeSession().awaitClosed();
            b.exists(s.folder());
        });
        cases.same(
                "of the system's nodes",
                s -> s.session()
                        .exists("/zookeeper")
                        .exists("/zookeeper/quota")
                        .exists("/zookeeper/config")
                        .getChildren("/zookeeper")
                        .getAcl("/zookeeper")
                        .getAcl("/zookeeper/quota")
                        .getAcl("/zookeeper/config"));
        cases.same(
                "create2 tells it as exists does",
                s -> s.session()
                        .create2(s.at("n"), 0)
                        .exists(s.at("n"))
                        .create2(s.at("e"), 1)
                        .exists(s.at("e"))
                        .createContainer(s.at("c"), 4)
                        .exists(s.at("c")));
    }
}
