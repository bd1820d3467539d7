package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** Reads, sync, ping, and the operations that ask about the session. */
final class ReadCases {
    private static final int[] WITH_WATCH = {OpCode.EXISTS, OpCode.GET_DATA, OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2};

    private ReadCases() {}

    static void addTo(Cases cases) {
        for (int op : WITH_WATCH) {
            reads(cases.about(Requests.opName(op)), op);
        }
        getAcl(cases.about("getACL"));
        getAllChildrenNumber(cases.about("getAllChildrenNumber"));
        getEphemerals(cases.about("getEphemerals"));
        sync(cases.about("sync"));
        ping(cases.about("ping"));
    }

    private static void reads(Cases cases, int op) {
        cases.same(
                "of all kinds of nodes",
                s -> s.session()
                        .create(s.at("p"), "abc", Acls.OPEN)
                        .create(s.at("e"), 1)
                        .createContainer(s.at("c"), 4)
                        .create(s.at("p/1"))
                        .create(s.at("p/2"), 2)
                        .read(op, s.folder(), false)
                        .read(op, s.at("p"), false)
                        .read(op, s.at("e"), false)
                        .read(op, s.at("c"), false)
                        .read(op, "/zookeeper", false)
                        .read(op, "/zookeeper/config", false)
                        .read(op, "/zookeeper/quota", false));
        cases.same(
                "of what is not there",
                s -> s.session()
                        .read(op, s.at("no"), false)
                        .read(op, s.at("no/no"), true)
                        .read(op, s.at("no"), true));
        cases.same(
                "of malformed paths",
                s -> s.session()
                        .read(op, s.folder() + "/", false)
                        .read(op, "/" + s.folder(), false)
                        .read(op, s.at("."), false)
                        .read(op, "no slash", false)
                        .read(op, s.folder().substring(1), false)
                        .read(op, "//", false)
                        .read(op, s.at("a\u0000"), false)
                        .read(op, s.at("a\u0001"), false)
                        .read(op, null, false));
        cases.same(
                "bodies that are wrong",
                s -> s.session()
                        .call("no watch", op, Body.path(s.folder()))
                        .call("watch 2", op, Body.path(s.folder()).hex("02"))
                        .call("watch ff", op, Body.path(s.folder()).hex("ff"))
                        .call("no body", op, Body.of())
                        .call("path of -2", op, Body.of().int32(-2).flag(false))
                        .call("path of 99", op, Body.of().int32(99).flag(false))
                        .call(
                                "path of 2^31-1",
                                op,
                                Body.of().int32(Integer.MAX_VALUE).flag(false)));
        cases.same(
                "bytes behind the body",
                s -> s.session()
                        .create(s.at("n"))
                        .call("more", op, Body.path(s.at("n")).flag(false).hex("0102")));
        cases.same(
                "with a path that is not UTF-8",
                s -> s.session()
                        .call(
                                "c0 80",
                                op,
                                Body.of()
                                        .data(new byte[] {'/', (byte) 0xc0, (byte) 0x80})
                                        .flag(false))
                        .call(
                                "ff",
                                op,
                                Body.of().data(new byte[] {'/', (byte) 0xff}).flag(false)));
    }

    private static void getAcl(Cases cases) {
        cases.same(
                "of all kinds",
                s -> s.session()
                        .getAcl("/")
                        .getAcl(s.folder())
                        .create(s.at("r"), "", "world:anyone:r")
                        .getAcl(s.at("r"))
                        .create(s.at("a"), "", "world:anyone:a")
                        .getAcl(s.at("a"))
                        .create(s.at("w"), "", "world:anyone:wcd")
                        .getAcl(s.at("w")));
        cases.same(
                "of what is not there",
                s -> s.session().getAcl(s.at("no")).getAcl("").getAcl(null).getAcl("x"));
        cases.same("hides hashes from those who may not administer", s -> {
            String owner = Requests.digest("bob:secret");
            RawSession a = s.session().auth("digest", "bob:secret");
            a.create(s.at("n"), "", "digest:" + owner + ":rwcda world:anyone:r digest:ann:xyz:r");
            a.getAcl(s.at("n"));
            s.session().getAcl(s.at("n"));
            s.session().auth("digest", "ann:wrong").getAcl(s.at("n"));
        });
        cases.same(
                "hides nothing of other schemes",
                s -> s.session()
                        .create(s.at("n"), "", "ip:127.0.0.1:r digest:a:b:r ip:10.0.0.0/8:wa")
                        .getAcl(s.at("n")));
        cases.same(
                "bodies that are wrong",
                s -> s.session()
                        .call("no body", OpCode.GET_ACL, Body.of())
                        .call("more", OpCode.GET_ACL, Body.path(s.folder()).int32(1)));
    }

    private static void getAllChildrenNumber(Cases cases) {
        cases.same(
                "counts everything below",
                s -> s.session()
                        .getAllChildrenNumber(s.folder())
                        .create(s.at("a"))
                        .create(s.at("a/b"))
                        .create(s.at("a/b/c"))
                        .create(s.at("ab"))
                        .create(s.at("e"), 1)
                        .getAllChildrenNumber(s.folder())
                        .getAllChildrenNumber(s.at("a"))
                        .getAllChildrenNumber(s.at("a/b"))
                        .getAllChildrenNumber(s.at("a/b/c"))
                        .getAllChildrenNumber(s.at("e")));
        cases.same(
                "of the root and the system's nodes",
                s -> s.session()
                        .getAllChildrenNumber("/")
                        .create(s.at("a"))
                        .getAllChildrenNumber("/")
                        .getAllChildrenNumber("/zookeeper"));
        cases.same(
                "of what is not there or may not be read",
                s -> s.session()
                        .create(s.at("closed"), "", "ip:10.0.0.1:rwcda")
                        .create(s.at("p"))
                        .create(s.at("p/closed"), "", "ip:10.0.0.1:rwcda")
                        .getAllChildrenNumber(s.at("closed"))
                        .getAllChildrenNumber(s.at("p"))
                        .getAllChildrenNumber(s.at("no"))
                        .getAllChildrenNumber(null)
                        .getAllChildrenNumber(s.folder() + "/")
                        .call("no body", OpCode.GET_ALL_CHILDREN_NUMBER, Body.of()));
    }

    private static void getEphemerals(Cases cases) {
        cases.same(
                "by prefix, which is any string",
                s -> s.session()
                        .create(s.at("a"), 1)
                        .create(s.at("ab"), 1)
                        .create(s.at("d"))
                        .create(s.at("d/a"), 1)
                        .create(s.at("s"), 3)
                        .getEphemerals(s.at("a"))
                        .getEphemerals(s.folder())
                        .getEphemerals(s.at(""))
                        .getEphemerals(s.at("d"))
                        .getEphemerals(s.at("d/"))
                        .getEphemerals(s.at("no"))
                        .getEphemerals(s.folder().substring(0, 3))
                        .getEphemerals(s.folder().substring(1)));
        cases.same(
                "all of them",
                s -> s.session()
                        .create(s.at("a"), 1)
                        .create(s.at("b"), 1)
                        .getEphemerals("/")
                        .getEphemerals("")
                        .getEphemerals("  ")
                        .getEphemerals(null)
                        .getEphemerals("//"));
        cases.same("of this session only", s -> {
            s.session().create(s.at("a"), 1);
            s.session().create(s.at("b"), 1).getEphemerals("/").getEphemerals(s.at("a"));
            s.session().getEphemerals("/");
        });
        cases.same(
                "whatever their ACL is, and not those that are gone",
                s -> s.session()
                        .create(OpCode.CREATE, s.at("a"), "", "ip:10.0.0.1:r", 1)
                        .create(s.at("b"), 1)
                        .delete(s.at("b"))
                        .getEphemerals("/")
                        .call("no body", OpCode.GET_EPHEMERALS, Body.of()));
    }

    private static void sync(Cases cases) {
        cases.same(
                "echoes any path",
                s -> s.session()
                        .sync(s.folder())
                        .sync(s.at("no"))
                        .sync("/")
                        .sync("")
                        .sync("no slash")
                        .sync("/a//b/../")
                        .sync(s.at("\u0000")));
        cases.same(
                "of null and of bad bodies",
                s -> s.session()
                        .sync(null)
                        .call("no body", OpCode.SYNC, Body.of())
                        .call("more", OpCode.SYNC, Body.path("/x").int32(1))
                        .call("path of 99", OpCode.SYNC, Body.of().int32(99)));
        cases.same(
                "between writes, in order",
                s -> s.session()
                        .hold()
                        .create(s.at("n"))
                        .sync(s.at("n"))
                        .getData(s.at("n"))
                        .setData(s.at("n"), "x")
                        .sync("/")
                        .sync("/a")
                        .getData(s.at("n"))
                        .release());
    }

    private static void ping(Cases cases) {
        cases.same(
                "is answered with xid -2 whatever it had",
                s -> s.session()
                        .ping()
                        .call(5, "ping with xid 5", OpCode.PING, Body.of())
                        .call(0, "ping with xid 0", OpCode.PING, Body.of())
                        .call(-2, "ping with a body", OpCode.PING, Body.of().int64(1)));
        cases.same(
                "keeps its place among requests",
                s -> s.session()
                        .hold()
                        .create(s.at("n"))
                        .ping()
                        .getData(s.at("n"))
                        .ping()
                        .delete(s.at("n"))
                        .ping()
                        .release());
        cases.same(
                "other requests with xids of every kind",
                s -> s.session()
                        .call(
                                0,
                                "exists with xid 0",
                                OpCode.EXISTS,
                                Body.path("/").flag(false))
                        .call(
                                -7,
                                "exists with xid -7",
                                OpCode.EXISTS,
                                Body.path("/").flag(false))
                        .call(
                                7,
                                "exists with xid 7",
                                OpCode.EXISTS,
                                Body.path("/").flag(false))
                        .call(
                                7,
                                "exists with xid 7 again",
                                OpCode.EXISTS,
                                Body.path("/").flag(false))
                        .call(
                                3,
                                "exists with xid 3",
                                OpCode.EXISTS,
                                Body.path("/").flag(false))
                        .call(Integer.MIN_VALUE, "create with xid -2^31", OpCode.CREATE, create(s.at("n")))
                        .call(Integer.MAX_VALUE, "create with xid 2^31-1", OpCode.CREATE, create(s.at("m")))
                        .call(0, "create with xid 0", OpCode.CREATE, create(s.at("o")))
                        .call(-2, "create with xid -2", OpCode.CREATE, create(s.at("p"))));
    }

    private static Body create(String path) {
        return Requests.createBody(path, "", Acls.OPEN, 0);
    }
}
