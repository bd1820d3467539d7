package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** multi, multiRead, and check, which lives in a multi only. */
final class MultiCases {
    private static final int[] NOT_ALLOWED = {
        -11, -10, -1, 0, 3, 4, 6, 7, 8, 9, 11, 12, 14, 16, 17, 20, 22, 23, 100, 101, 107, 9999, Integer.MIN_VALUE
    };

    private MultiCases() {}

    static void addTo(Cases cases) {
        results(cases.about("multi"));
        failures(cases);
        malformed(cases);
        check(cases.about("check"));
        reads(cases.about("multiRead"));
    }

    private static void results(Cases cases) {
        cases.same(
                "empty", s -> s.session().multi(Multi.of()).exists(s.folder()).multi(Multi.of()));
        cases.same(
                "every operation that it may hold",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("p"), 0)
                                .create(OpCode.CREATE2, s.at("q"), Acls.OPEN, 0)
                                .create(OpCode.CREATE_CONTAINER, s.at("c"), Acls.OPEN, 4)
                                .create(s.at("e"), 1)
                                .create(s.at("s"), 2)
                                .create(s.at("s"), 3)
                                .create(OpCode.CREATE2, s.at("s"), Acls.OPEN, 2)
                                .setData(s.at("p"), "x", 0)
                                .check(s.at("p"), 1)
                                .delete(s.at("q"), -1))
                        .getChildren2(s.folder())
                        .getData(s.at("p")));
        cases.same(
                "later parts see earlier ones",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("a"), 0)
                                .create(s.at("a/b"), 0)
                                .setData(s.at("a/b"), "1", 0)
                                .setData(s.at("a/b"), "2", 1)
                                .check(s.at("a/b"), 2)
                                .delete(s.at("a/b"), 2)
                                .create(s.at("a/b"), 1)
                                .check(s.at("a/b"), 0)
                                .delete(s.at("a/b"), 0)
                                .delete(s.at("a"), 0)
                                .create(s.at("a"), 0))
                        .getChildren2(s.folder())
                        .exists(s.at("a")));
        cases.same(
                "the same node twice",
                s -> s.session()
                        .create(s.at("n"))
                        .multi(Multi.of().setData(s.at("n"), "1", -1).setData(s.at("n"), "2", -1))
                        .multi(Multi.of()
                                .delete(s.at("n"), -1)
                                .create(s.at("n"), 0)
                                .delete(s.at("n"), -1))
                        .exists(s.at("n"))
                        .exists(s.folder()));
        cases.same("of two hundred", s -> {
            Multi multi = Multi.of();
            for (int i = 0; i < 200; i++) {
                multi.create(s.at("n"), 2);
            }
            s.session().multi(multi).exists(s.folder());
        });
        cases.sameButZxids(Differences.NO_TRANSACTION, "create with flags of every kind", s -> {
            RawSession a = s.session();
            for (int flags : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, -1}) {
                a.multi(Multi.of().create(s.at("f"), flags))
                        .multi(Multi.of().create(OpCode.CREATE2, s.at("g"), Acls.OPEN, flags))
                        .multi(Multi.of().create(OpCode.CREATE_CONTAINER, s.at("h"), Acls.OPEN, flags));
            }
            a.multi(Multi.of().createTtl(s.at("t"), 5, 1000)).getChildren2(s.folder());
        });
    }

    private static void failures(Cases cases) {
        for (int failing = 0; failing < 4; failing++) {
            int at = failing;
            cases.same("the part with index " + at + " fails", s -> {
                Multi multi = Multi.of();
                for (int i = 0; i < 4; i++) {
                    multi.create(s.at(i == at ? "no/n" : "n" + i), 0);
                }
                s.session().multi(multi).getChildren2(s.folder());
            });
        }
        cases.sameButZxids(
                Differences.NO_TRANSACTION,
                "every error that a part can have",
                s -> s.session()
                        .create(s.at("n"))
                        .create(s.at("n/c"))
                        .create(s.at("e"), 1)
                        .create(s.at("closed"), "", "ip:10.0.0.1:rwcda")
                        .multi(Multi.of().create(s.at("n"), 0))
                        .multi(Multi.of().create(s.at("no/n"), 0))
                        .multi(Multi.of().create(s.at("e/n"), 0))
                        .multi(Multi.of().create(s.at("closed/n"), 0))
                        .multi(Multi.of().create(OpCode.CREATE, s.at("x"), "", 0))
                        .multi(Multi.of().create(OpCode.CREATE, s.at("x"), null, 0))
                        .multi(Multi.of().create(OpCode.CREATE, s.at("x"), "nobody:x:r", 0))
                        .multi(Multi.of().create(s.at("x"), 99))
                        .multi(Multi.of().delete(s.at("n"), -1))
                        .multi(Multi.of().delete(s.at("e"), 5))
                        .multi(Multi.of().delete(s.at("no"), -1))
                        .multi(Multi.of().delete("/", -1))
                        .multi(Multi.of().setData(s.at("n"), "x", 5))
                        .multi(Multi.of().setData(s.at("no"), "x", -1))
                        .multi(Multi.of().setData(s.at("closed"), "x", -1))
                        .multi(Multi.of().check(s.at("n"), 5))
                        .multi(Multi.of().check(s.at("no"), -1))
                        .multi(Multi.of().check(s.at("closed"), -1))
                        .getChildren2(s.folder()));
        cases.same("nothing of it stays, watches included", s -> {
            RawSession a = s.session().create(s.at("n"));
            a.getData(s.at("n"), true).exists(s.at("m"), true).getChildren(s.folder(), true);
            a.multi(Multi.of().setData(s.at("n"), "x", -1).create(s.at("m"), 0).delete(s.at("no"), -1))
                    .getChildren2(s.folder())
                    .getData(s.at("n"))
                    .create(s.at("m"));
        });
        cases.same(
                "a sequence that was rolled back is given out again",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("s"), 2)
                                .create(s.at("s"), 2)
                                .check(s.at("no"), 0))
                        .multi(Multi.of().create(s.at("s"), 2).create(s.at("s"), 2)));
        cases.same(
                "only the first failure is told",
                s -> s.session()
                        .multi(Multi.of().check(s.at("no"), 0).create("bad", 0).setData(s.at("no"), "x", 3)));
    }

    private static void malformed(Cases cases) {
        for (int op : NOT_ALLOWED) {
            cases.sameButZxids(
                    Differences.NO_TRANSACTION,
                    "holding operation " + op,
                    s -> s.session()
                            .multi(Multi.of()
                                    .part("op " + op, op, Body.path(s.folder()).int32(0)))
                            .multi(Multi.of()
                                    .create(s.at("n"), 0)
                                    .part("op " + op, op, Body.path(s.folder()).int32(0)))
                            .getChildren2(s.folder()));
        }
        cases.sameButZxids(
                Differences.NO_TRANSACTION,
                "without an end",
                s -> s.session()
                        .multi(Multi.of().endless())
                        .multi(Multi.of().create(s.at("n"), 0).endless())
                        .getChildren2(s.folder()));
        cases.sameButZxids(
                Differences.NO_TRANSACTION,
                "with a part that ends too early",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("n"), 0)
                                .part("a delete without a version", OpCode.DELETE, Body.path(s.at("n"))))
                        .multi(Multi.of()
                                .part("a create without anything", OpCode.CREATE, Body.of())
                                .endless())
                        .multi(Multi.of()
                                .raw("half a header", Body.of().hex("0000"))
                                .endless())
                        .getChildren2(s.folder()));
        cases.same(
                "headers of other values",
                s -> s.session()
                        .multi(Multi.of()
                                .header("err 7", OpCode.CREATE, false, 7)
                                .raw("create", Requests.createBody(s.at("a"), "", Acls.OPEN, 0)))
                        .multi(Multi.of()
                                .header("an early end", OpCode.CREATE, true, 0)
                                .create(s.at("b"), 0))
                        .multi(Multi.of()
                                .header("an end with type 5", 5, true, -1)
                                .endless())
                        .multi(Multi.of()
                                .create(s.at("c"), 0)
                                .header("an end with err 0", -1, true, 0)
                                .endless())
                        .getChildren2(s.folder()));
        cases.same(
                "bytes behind the end",
                s -> s.session()
                        .multi(Multi.of()
                                .create(s.at("a"), 0)
                                .header("end", -1, true, -1)
                                .raw("more", Body.of().hex("00112233"))
                                .endless())
                        .getChildren2(s.folder()));
        cases.sameButZxids(
                Differences.NO_TRANSACTION,
                "null paths",
                s -> s.session()
                        .multi(Multi.of().create(null, 0))
                        .multi(Multi.of().delete(null, -1))
                        .multi(Multi.of().setData(null, "x", -1))
                        .multi(Multi.of().check(null, -1))
                        .multi(Multi.of().create(s.at("n"), 0).check(null, -1))
                        .getChildren2(s.folder()));
        cases.sameButZxids(
                Differences.NO_TRANSACTION,
                "reads among writes",
                s -> s.session()
                        .multi(Multi.of().create(s.at("n"), 0).getData(s.folder(), false))
                        .multi(Multi.of().getData(s.folder(), false).create(s.at("n"), 0))
                        .multi(Multi.of().getData(s.folder(), false))
                        .multi(Multi.of().getChildren(s.folder(), false))
                        .getChildren2(s.folder()));
    }

    private static void check(Cases cases) {
        cases.same("alone", s -> s.session().check(s.folder(), -1).awaitClosed());
        for (int version : new int[] {0, 1, 2, -1, -2}) {
            cases.same(
                    "of a node at version 1, with version " + version,
                    s -> s.session()
                            .create(s.at("n"))
                            .setData(s.at("n"), "x")
                            .multi(Multi.of().check(s.at("n"), version))
                            .multi(Multi.of().check(s.at("n"), version).setData(s.at("n"), "y", -1))
                            .getData(s.at("n")));
        }
        cases.same(
                "of the root and of what may only be written",
                s -> s.session()
                        .create(s.at("w"), "", "world:anyone:w")
                        .multi(Multi.of().check("/", -1))
                        .multi(Multi.of().check(s.at("w"), -1)));
    }

    private static void reads(Cases cases) {
        cases.same("empty", s -> s.session().multiRead(Multi.of()));
        cases.same(
                "of data and children",
                s -> s.session()
                        .create(s.at("a"), "1", Acls.OPEN)
                        .create(s.at("a/b"), null, Acls.OPEN)
                        .multiRead(Multi.of()
                                .getData(s.at("a"), false)
                                .getChildren(s.at("a"), false)
                                .getData(s.at("a/b"), false)
                                .getChildren(s.at("a/b"), false)));
        cases.same(
                "some parts fail",
                s -> s.session()
                        .create(s.at("closed"), "", "ip:10.0.0.1:rwcda")
                        .multiRead(Multi.of()
                                .getData(s.at("no"), false)
                                .getData(s.folder(), false)
                                .getChildren(s.at("no"), false)
                                .getData(s.at("closed"), false)
                                .getChildren(s.at("closed"), false)
                                .getChildren(s.folder(), false)));
        cases.same(
                "all parts fail",
                s -> s.session().multiRead(Multi.of().getData(s.at("no"), false).getChildren(s.at("no"), false)));
        cases.same(
                "sets no watch",
                s -> s.session()
                        .multiRead(Multi.of().getData(s.folder(), true).getChildren(s.folder(), true))
                        .setData(s.folder(), "x")
                        .create(s.at("n"))
                        .checkWatches(s.folder(), 3));
        cases.same(
                "null and bad paths",
                s -> s.session()
                        .multiRead(Multi.of().getData(null, false))
                        .multiRead(Multi.of().getData(s.folder(), false).getChildren(null, false))
                        .multiRead(Multi.of()
                                .getData("", false)
                                .getData("x", false)
                                .getData(s.folder() + "/", false)));
        for (int op : new int[] {1, 2, 5, 13, 15, 19, 21}) {
            cases.same(
                    "holding write " + op,
                    s -> s.session()
                            .multiRead(Multi.of().part("op " + op, op, write(op, s)))
                            .multiRead(Multi.of().getData(s.folder(), false).part("op " + op, op, write(op, s)))
                            .multiRead(Multi.of()
                                    .part("op " + op, op, write(op, s))
                                    .getData(s.folder(), false))
                            .getChildren2(s.folder()));
        }
        for (int op : new int[] {-1, 0, 3, 6, 9, 12, 14, 22, 103, 9999}) {
            cases.same(
                    "holding operation " + op,
                    s -> s.session()
                            .multiRead(Multi.of()
                                    .part("op " + op, op, Body.path(s.folder()).flag(false)))
                            .multiRead(Multi.of()
                                    .getData(s.folder(), false)
                                    .part("op " + op, op, Body.path(s.folder()).flag(false))));
        }
        cases.same(
                "malformed",
                s -> s.session()
                        .multiRead(Multi.of().endless())
                        .multiRead(Multi.of().getData(s.folder(), false).endless())
                        .multiRead(Multi.of()
                                .getData(s.folder(), false)
                                .raw("half a header", Body.of().hex("00"))
                                .endless())
                        .call("no body", OpCode.MULTI_READ, Body.of()));
    }

    private static Body write(int op, Scene s) {
        return switch (op) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER ->
                Requests.createBody(s.at("n"), "", Acls.OPEN, op == OpCode.CREATE_CONTAINER ? 4 : 0);
            case OpCode.CREATE_TTL ->
                Requests.createBody(s.at("n"), "", Acls.OPEN, 5).int64(1000);
            case OpCode.SET_DATA -> Body.path(s.folder()).text("x").int32(-1);
            default -> Requests.pathVersion(s.folder(), -1);
        };
    }
}
