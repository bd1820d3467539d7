package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** create, create2 and createContainer: kinds of nodes, flags, and what stands in the way. */
final class CreateCases {
    private static final int[] FLAGS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 99, -1, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final int[] CREATES = {OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER};

    private CreateCases() {}

    static void addTo(Cases cases) {
        for (int op : CREATES) {
            cases.about(Requests.opName(op));
            for (int flags : FLAGS) {
                cases.same(
                        "flags " + flags,
                        s -> s.session()
                                .create(op, s.at("n"), "ab", Acls.OPEN, flags)
                                .getChildren2(s.folder())
                                .getData(s.at("n"))
                                .create(op, s.at("n"), "ab", Acls.OPEN, flags)
                                .getChildren2(s.folder()));
            }
            obstacles(cases, op);
            bodies(cases, op);
        }
        sequences(cases.about("sequential nodes"));
        ephemerals(cases.about("ephemeral nodes"));
    }

    private static void obstacles(Cases cases, int op) {
        cases.same(
                "parent is missing",
                s -> s.session()
                        .create(op, s.at("no/n"), "", Acls.OPEN, 0)
                        .create(op, s.at("no/n"), "", Acls.OPEN, 1)
                        .create(op, s.at("no/n"), "", Acls.OPEN, 2));
        cases.same(
                "node exists",
                s -> s.session()
                        .create(op, s.at("n"), "", Acls.OPEN, 0)
                        .create(op, s.at("n"), "", Acls.OPEN, 0)
                        .create(op, s.at("n"), "", Acls.OPEN, 1)
                        .create(op, s.folder(), "", Acls.OPEN, 0)
                        .create(op, "/", "", Acls.OPEN, 0)
                        .getChildren2(s.folder()));
        cases.same(
                "parent is ephemeral",
                s -> s.session()
                        .create(s.at("e"), 1)
                        .create(op, s.at("e/n"), "", Acls.OPEN, 0)
                        .create(op, s.at("e/n"), "", Acls.OPEN, 1)
                        .create(op, s.at("e/n"), "", Acls.OPEN, 2)
                        .create(op, s.at("e/n"), "", Acls.OPEN, 4)
                        .getChildren2(s.at("e")));
        cases.same(
                "several things are wrong at once",
                s -> s.session()
                        .create(s.at("e"), 1)
                        .create(s.at("n"))
                        .create(s.at("closed"), "", "ip:10.0.0.1:rwcda")
                        .create(op, s.at("no/n"), "", "", 99)
                        .create(op, s.at("no/n"), "", "", 0)
                        .create(op, s.at("no/.."), "", "", 0)
                        .create(op, "no", "", "", 0)
                        .create(op, s.at("no/.."), "", Acls.OPEN, 0)
                        .create(op, s.at("closed/.."), "", Acls.OPEN, 0)
                        .create(op, s.at("closed/n"), "", "", 0)
                        .create(op, s.at("e/.."), "", Acls.OPEN, 0)
                        .create(op, s.at("e/no/n"), "", Acls.OPEN, 0)
                        .create(op, s.at("n"), "", "", 0));
    }

    private static void bodies(Cases cases, int op) {
        cases.same(
                "null data",
                s -> s.session()
                        .create(op, s.at("n"), null, Acls.OPEN, 0)
                        .getData(s.at("n"))
                        .exists(s.at("n")));
        cases.same("a body that ends too early", s -> {
            Body whole = Requests.createBody(s.at("n"), "data", Acls.OPEN, 0);
            RawSession a = s.session();
            for (int missing = 1; missing < whole.bytes().length; missing += 3) {
                int length = whole.bytes().length - missing;
                a.call("all but " + missing + " bytes", op, whole.cut(length));
            }
            a.call("no body", op, Body.of()).getChildren2(s.folder());
        });
        cases.same(
                "bytes behind the body",
                s -> s.session()
                        .call(
                                "4 bytes too many",
                                op,
                                Requests.createBody(s.at("n"), "", Acls.OPEN, 0).int32(7))
                        .getChildren2(s.folder()));
        cases.same(
                "lengths that cannot be",
                s -> s.session()
                        .call("path of -2", op, Body.of().int32(-2))
                        .call("path of 2^31-1", op, Body.of().int32(Integer.MAX_VALUE))
                        .call(
                                "data of -5",
                                op,
                                Body.path(s.at("n")).int32(-5).acl(Acls.OPEN).int32(0))
                        .call(
                                "data of 2^30",
                                op,
                                Body.path(s.at("n"))
                                        .int32(1 << 30)
                                        .acl(Acls.OPEN)
                                        .int32(0))
                        .call(
                                "ACL of -2",
                                op,
                                Body.path(s.at("n")).text("").int32(-2).int32(0))
                        .call(
                                "ACL of 1000",
                                op,
                                Body.path(s.at("n")).text("").int32(1000).int32(0))
                        .getChildren2(s.folder()));
    }

    private static void sequences(Cases cases) {
        cases.same(
                "count every creation and no deletion",
                s -> s.session()
                        .create(s.at("s-"), 2)
                        .create(s.at("plain"))
                        .create(s.at("t-"), 3)
                        .delete(s.at("plain"))
                        .delete(s.at("s-0000000000"))
                        .create(s.at("s-"), 2)
                        .create2(s.at("s-"), 2)
                        .create2(s.at("s-"), 3)
                        .getChildren2(s.folder()));
        cases.same(
                "a failed create does not count",
                s -> s.session()
                        .create(s.at("n"))
                        .create(s.at("n"))
                        .create(s.at("n/x/y"), 2)
                        .create(s.at("s-"), 2)
                        .getChildren2(s.folder()));
        cases.same(
                "a path that ends with a slash",
                s -> s.session()
                        .create(s.at(""), 2)
                        .create(s.at(""), 3)
                        .create2(s.at(""), 2)
                        .create(s.at("/"), 2)
                        .create(s.at("no/"), 2)
                        .create(s.at(""), 0)
                        .getChildren2(s.folder()));
        cases.same(
                "at the root", s -> s.session().create("/", 2).create("/s-", 7).create("", 2));
        cases.same(
                "odd names",
                s -> s.session()
                        .create(s.at("."), 2)
                        .create(s.at(".."), 2)
                        .create(s.at("0000000003"), 2)
                        .create(s.at("ä"), 2)
                        .create(s.at("a\u0000"), 2)
                        .create(s.at("a\u0001"), 2)
                        .getChildren2(s.folder()));
        cases.same(
                "meet an existing name",
                s -> s.session()
                        .create(s.at("s-0000000001"))
                        .create(s.at("s-"), 2)
                        .getChildren2(s.folder())
                        .create(s.at("s-0000000003"))
                        .getChildren2(s.folder())
                        .create(s.at("s-"), 2)
                        .create(s.at("s-"), 2));
        cases.same(
                "counters are per parent",
                s -> s.session()
                        .create(s.at("a"))
                        .create(s.at("b"))
                        .create(s.at("a/s"), 2)
                        .create(s.at("b/s"), 2)
                        .create(s.at("a/s"), 2)
                        .delete(s.at("a/s0000000000"))
                        .delete(s.at("a/s0000000001"))
                        .delete(s.at("a"))
                        .create(s.at("a"))
                        .create(s.at("a/s"), 2));
        cases.same(
                "inside a multi",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("s"), 2)
                                .create(s.at("p"), 0)
                                .create(s.at("s"), 3)
                                .delete(s.at("p"), -1)
                                .create(OpCode.CREATE2, s.at("s"), Acls.OPEN, 2))
                        .getChildren2(s.folder())
                        .multi(Multi.of().create(s.at("s"), 2).check(s.at("no"), -1))
                        .create(s.at("s"), 2));
    }

    private static void ephemerals(Cases cases) {
        cases.same("go with their session", s -> {
            RawSession a = s.session();
            RawSession b = s.session();
            a.create(s.at("e"), 1).create(s.at("s"), 3).create2(s.at("f"), 1);
            b.getChildren2(s.folder()).exists(s.at("e"));
            a.closeSession().awaitClosed();
            b.getChildren2(s.folder()).exists(s.at("e"));
        });
        cases.same("are anybody's to change and delete", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            RawSession b = s.session().setData(s.at("e"), "b").exists(s.at("e")).delete(s.at("e"));
            a.exists(s.at("e")).create(s.at("e"), 1);
            b.create(s.at("e"), 1).exists(s.at("e"));
        });
        cases.same("one that was made again by another session stays", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            RawSession b = s.session().delete(s.at("e")).create(s.at("e"), 1);
            a.closeSession().awaitClosed();
            b.exists(s.at("e")).getChildren2(s.folder());
        });
        cases.same("survive a lost connection", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            RawSession b = s.session();
            a.drop();
            b.exists(s.at("e"));
            a.reconnect(0).exists(s.at("e")).delete(s.at("e"));
        });
        cases.same("count for their parent", s -> {
            RawSession a = s.session().create(s.at("e"), 1).create(s.at("f"), 1);
            RawSession b = s.session().exists(s.folder());
            a.closeSession().awaitClosed();
            b.exists(s.folder()).create(s.at("s"), 2);
        });
    }
}
