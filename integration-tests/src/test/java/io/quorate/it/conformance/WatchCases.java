package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.List;

/** Who is told what, in which order, and what the operations on watches answer. */
final class WatchCases {
    private static final int CHILDREN = 1;
    private static final int DATA = 2;
    private static final int ANY = 3;
    private static final int PERSISTENT = 4;
    private static final int RECURSIVE = 5;
    private static final int[] TYPES = {0, CHILDREN, DATA, ANY, PERSISTENT, RECURSIVE, 6, -1};

    /** Ways to leave a watch on a path. */
    private enum Kind {
        EXISTS,
        DATA,
        CHILD,
        PERSISTENT,
        RECURSIVE;

        void set(RawSession session, String path) {
            switch (this) {
                case EXISTS -> session.exists(path, true);
                case DATA -> session.getData(path, true);
                case CHILD -> session.getChildren(path, true);
                case PERSISTENT -> session.addWatch(path, 0);
                case RECURSIVE -> session.addWatch(path, 1);
            }
        }
    }

    private WatchCases() {}

    static void addTo(Cases cases) {
        oneShot(cases.about("one-shot watches"));
        lasting(cases.about("persistent watches"));
        mixes(cases.about("mixes of watches"));
        order(cases.about("order of events and replies"));
        addWatch(cases.about("addWatch"));
        for (int op : new int[] {OpCode.CHECK_WATCHES, OpCode.REMOVE_WATCHES}) {
            checkOrRemove(cases.about(op == OpCode.CHECK_WATCHES ? "checkWatches" : "removeWatches"), op);
        }
        WatchesAgainCases.addTo(cases);
    }

    // ---- what fires

    private static void oneShot(Cases cases) {
        for (Kind kind : new Kind[] {Kind.EXISTS, Kind.DATA, Kind.CHILD}) {
            cases.same(kind + " on a node that is there", s -> {
                RawSession a = s.session().create(s.at("n"));
                kind.set(a, s.at("n"));
                everything(a, s);
            });
            cases.same(kind + " fires once for one session and once for each", s -> {
                RawSession a = s.session().create(s.at("n"));
                RawSession b = s.session();
                kind.set(b, s.at("n"));
                kind.set(b, s.at("n"));
                kind.set(a, s.at("n"));
                everything(s.session(), s);
                a.events();
                b.events();
            });
            cases.same(kind + " on a node that is not there", s -> {
                RawSession a = s.session();
                kind.set(a, s.at("n"));
                a.create(s.at("n"));
                everything(a, s);
            });
            cases.same(kind + " set again by every event", s -> {
                RawSession a = s.session().create(s.at("n"));
                for (int i = 0; i < 3; i++) {
                    kind.set(a, s.at("n"));
                    a.setData(s.at("n"), "x").create(s.at("n/c")).delete(s.at("n/c"));
                }
            });
        }
        cases.same(
                "a read without a watch takes none away",
                s -> s.session()
                        .create(s.at("n"))
                        .getData(s.at("n"), true)
                        .getData(s.at("n"), false)
                        .exists(s.at("n"), false)
                        .setData(s.at("n"), "x"));
        cases.same(
                "of other spellings of the path",
                s -> s.session()
                        .exists(s.folder() + "/", true)
                        .exists("/" + s.at("n"), true)
                        .exists(s.at("n/"), true)
                        .exists("", true)
                        .create(s.at("n"))
                        .setData(s.folder(), "x")
                        .setData("/", ""));
    }

    private static void lasting(Cases cases) {
        for (Kind kind : new Kind[] {Kind.PERSISTENT, Kind.RECURSIVE}) {
            cases.same(kind + " on a node", s -> {
                RawSession a = s.session().create(s.at("n"));
                kind.set(a, s.at("n"));
                everything(a, s);
                everything(a.create(s.at("n")), s);
            });
            cases.same(kind + " on a node that is not there yet", s -> {
                RawSession a = s.session();
                kind.set(a, s.at("n"));
                everything(a.create(s.at("n")), s);
            });
            cases.same(kind + " on the parent, the grandparent and the root", s -> {
                RawSession a = s.session().create(s.at("n"));
                kind.set(a, s.folder());
                everything(a, s);
                RawSession b = s.session();
                kind.set(b, "/");
                everything(b.create(s.at("n")), s);
            });
            cases.same(kind + " is not that of a sibling with the same beginning", s -> {
                RawSession a = s.session();
                kind.set(a, s.at("n"));
                a.create(s.at("n"))
                        .create(s.at("n2"))
                        .create(s.at("n2/c"))
                        .delete(s.at("n2/c"))
                        .create(s.at("n/n2"));
            });
            cases.same(kind + " turned into the other", s -> {
                RawSession a = s.session().create(s.at("n"));
                kind.set(a, s.at("n"));
                (kind == Kind.RECURSIVE ? Kind.PERSISTENT : Kind.RECURSIVE).set(a, s.at("n"));
                everything(a, s);
            });
        }
        cases.same(
                "a recursive one below a recursive one tells once",
                s -> s.session()
                        .create(s.at("n"))
                        .create(s.at("n/a"))
                        .addWatch(s.folder(), 1)
                        .addWatch(s.at("n"), 1)
                        .addWatch(s.at("n/a"), 1)
                        .setData(s.at("n/a"), "x")
                        .create(s.at("n/a/b"))
                        .delete(s.at("n/a/b"))
                        .delete(s.at("n/a"))
                        .removeWatches(s.at("n"), RECURSIVE)
                        .setData(s.at("n"), "x")
                        .removeWatches(s.folder(), RECURSIVE)
                        .setData(s.at("n"), "x"));
        cases.same("a session's ephemerals that it takes along", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            RawSession b = s.session().addWatch(s.folder(), 1);
            RawSession c = s.session().addWatch(s.folder(), 0).addWatch(s.at("e"), 0);
            a.closeSession().awaitClosed();
            b.events();
            c.events();
        });
        cases.same("the parts of a multi", s -> {
            RawSession a = s.session().addWatch(s.folder(), 0);
            RawSession b = s.session().addWatch(s.folder(), 1);
            a.multi(Multi.of()
                    .create(s.at("n"), 0)
                    .create(s.at("n/c"), 0)
                    .setData(s.at("n"), "x", -1)
                    .setData(s.at("n"), "y", -1)
                    .delete(s.at("n/c"), -1)
                    .delete(s.at("n"), -1));
            b.events();
        });
        cases.same(
                "on a deep tree",
                s -> s.session()
                        .addWatch(s.folder(), 1)
                        .create(s.at("a"))
                        .create(s.at("a/b"))
                        .create(s.at("a/b/c"))
                        .create(s.at("a/b/c/d"))
                        .setData(s.at("a/b/c/d"), "x")
                        .setAcl(s.at("a/b/c/d"), Acls.OPEN)
                        .delete(s.at("a/b/c/d")));
    }

    /** Every subset of kinds on a node, and on the node above it, in one session. */
    private static void mixes(Cases cases) {
        List<Kind> kinds = List.of(Kind.DATA, Kind.CHILD, Kind.PERSISTENT, Kind.RECURSIVE);
        List<List<Kind>> above =
                List.of(List.of(), List.of(Kind.CHILD), List.of(Kind.PERSISTENT), List.of(Kind.RECURSIVE), kinds);
        for (int subset = 1; subset < 1 << kinds.size(); subset++) {
            List<Kind> on = new ArrayList<>();
            for (int bit = 0; bit < kinds.size(); bit++) {
                if ((subset & 1 << bit) != 0) {
                    on.add(kinds.get(bit));
                }
            }
            for (List<Kind> parent : above) {
                cases.same("on the node " + on + ", on its parent " + parent, s -> mix(s, on, parent));
            }
        }
    }

    private static void mix(Scene s, List<Kind> on, List<Kind> parent) {
        RawSession a = s.session().create(s.at("n"));
        RawSession b = s.session();
        for (RawSession each : new RawSession[] {a, b}) {
            on.forEach(kind -> kind.set(each, s.at("n")));
            parent.forEach(kind -> kind.set(each, s.folder()));
        }
        everything(a, s);
        b.events();
        a.create(s.at("n")).setData(s.at("n"), "x");
        b.events();
    }

    /** What can happen to a node and around it, ending with its deletion. */
    private static void everything(RawSession a, Scene s) {
        a.setData(s.at("n"), "x")
                .setAcl(s.at("n"), Acls.OPEN)
                .create(s.at("n/c"))
                .setData(s.at("n/c"), "x")
                .delete(s.at("n/c"))
                .create(s.at("m"))
                .delete(s.at("m"))
                .setData(s.folder(), "x")
                .delete(s.at("n"));
    }

    // ---- order

    private static void order(Cases cases) {
        cases.same(
                "an event comes before the reply of the write that caused it",
                s -> s.session()
                        .getChildren(s.folder(), true)
                        .exists(s.at("n"), true)
                        .hold()
                        .create(s.at("n"))
                        .getData(s.at("n"), true)
                        .setData(s.at("n"), "1")
                        .getData(s.at("n"), true)
                        .setData(s.at("n"), "2")
                        .getData(s.at("n"))
                        .delete(s.at("n"))
                        .release());
        cases.same("an event comes before a read that shows the change", s -> {
            RawSession a = s.session().create(s.at("n"));
            RawSession b = s.session().getData(s.at("n"), true);
            a.setData(s.at("n"), "x");
            b.getData(s.at("n"), true);
            a.setData(s.at("n"), "y").delete(s.at("n"));
            b.exists(s.at("n"));
        });
        cases.same("many changes of others, in the order of transactions", s -> {
            RawSession a = s.session().addWatch(s.folder(), 1);
            RawSession b = s.session();
            b.hold();
            for (int i = 0; i < 20; i++) {
                b.create(s.at("n" + i)).setData(s.at("n" + i), "x");
            }
            b.release();
            a.events();
        });
        cases.same(
                "pipelined writes and reads of one session",
                s -> s.session()
                        .hold()
                        .create(s.at("a"))
                        .exists(s.at("b"))
                        .create(s.at("b"))
                        .exists(s.at("b"))
                        .multi(Multi.of().delete(s.at("a"), -1).create(s.at("c"), 0))
                        .getChildren(s.folder())
                        .ping()
                        .sync("/")
                        .delete(s.at("no"))
                        .getChildren2(s.folder())
                        .setData(s.at("b"), "x", 3)
                        .getData(s.at("b"))
                        .call(
                                "a body that cannot be read",
                                OpCode.DELETE,
                                Body.of().hex("00"))
                        .exists(s.at("c"))
                        .release());
        cases.same("two sessions watch each other's nodes", s -> {
            RawSession a = s.session().create(s.at("a"), 1);
            RawSession b = s.session().create(s.at("b"), 1).exists(s.at("a"), true);
            a.exists(s.at("b"), true).setData(s.at("b"), "x");
            b.events().setData(s.at("a"), "y");
            a.events().exists(s.at("b"), true);
            b.closeSession().awaitClosed();
            a.events();
        });
        cases.same("closing the session that watches its own ephemeral", s -> {
            RawSession a =
                    s.session().create(s.at("e"), 1).exists(s.at("e"), true).getChildren(s.folder(), true);
            a.closeSession().awaitClosed();
        });
    }

    // ---- operations on watches

    private static void addWatch(Cases cases) {
        for (int mode : new int[] {0, 1, 2, 3, -1, Integer.MAX_VALUE}) {
            cases.same(
                    "mode " + mode,
                    s -> s.session()
                            .addWatch(s.folder(), mode)
                            .create(s.at("n"))
                            .checkWatches(s.folder(), ANY));
        }
        cases.same(
                "bodies that are wrong",
                s -> s.session()
                        .call("no mode", OpCode.ADD_WATCH, Body.path(s.folder()))
                        .call("no body", OpCode.ADD_WATCH, Body.of())
                        .call(
                                "more",
                                OpCode.ADD_WATCH,
                                Requests.pathVersion(s.folder(), 0).int32(1))
                        .create(s.at("n")));
        cases.same("needs no permission and tells only who may read", s -> {
            RawSession a = s.session().auth("digest", "ann:1");
            a.create(s.at("n"), "", "auth::rwcda");
            RawSession b =
                    s.session().addWatch(s.at("n"), 0).addWatch(s.folder(), 1).exists(s.at("n"), true);
            a.setData(s.at("n"), "x").create(s.at("n/c")).create(s.at("n/d"), "", "auth::rwcda");
            a.setData(s.at("n/c"), "x").delete(s.at("n/c")).delete(s.at("n/d")).delete(s.at("n"));
            b.events();
        });
        cases.same("who may read changes", s -> {
            RawSession a = s.session().auth("digest", "ann:1").create(s.at("n"));
            RawSession b = s.session().addWatch(s.at("n"), 0).getData(s.at("n"), true);
            RawSession c = s.session().getData(s.at("n"), true);
            a.setAcl(s.at("n"), "auth::rwcda").setData(s.at("n"), "x");
            b.events();
            c.events();
            a.setAcl(s.at("n"), Acls.OPEN).setData(s.at("n"), "y");
            b.events();
            c.events();
        });
    }

    private static void checkOrRemove(Cases cases, int op) {
        for (int type : TYPES) {
            cases.same(
                    "type " + type + " where there is no watch",
                    s -> checkOrRemove(s.session(), op, s.folder(), type).exists(s.folder()));
            for (Kind kind : Kind.values()) {
                cases.same("type " + type + " where there is one of kind " + kind, s -> {
                    RawSession a = s.session().create(s.at("n"));
                    kind.set(a, s.at("n"));
                    checkOrRemove(a, op, s.at("n"), type);
                    checkOrRemove(a, op, s.at("n"), type);
                    a.setData(s.at("n"), "x")
                            .create(s.at("n/c"))
                            .delete(s.at("n/c"))
                            .delete(s.at("n"));
                });
            }
            cases.same("type " + type + " where there are all kinds", s -> {
                RawSession a = s.session().create(s.at("n"));
                for (Kind kind : Kind.values()) {
                    kind.set(a, s.at("n"));
                }
                checkOrRemove(a, op, s.at("n"), type);
                a.setData(s.at("n"), "x")
                        .create(s.at("n/c"))
                        .delete(s.at("n/c"))
                        .delete(s.at("n"));
            });
        }
        cases.same("of another session, another path, and one that has fired", s -> {
            RawSession a = s.session().create(s.at("n")).getData(s.at("n"), true);
            RawSession b = s.session();
            checkOrRemove(b, op, s.at("n"), ANY);
            checkOrRemove(a, op, s.folder(), ANY);
            checkOrRemove(a, op, s.at("n/c"), ANY);
            a.setData(s.at("n"), "x");
            checkOrRemove(a, op, s.at("n"), ANY);
        });
        cases.same("of a node that is not there", s -> {
            RawSession a = s.session().exists(s.at("no"), true);
            checkOrRemove(a, op, s.at("no"), CHILDREN);
            checkOrRemove(a, op, s.at("no"), DATA);
            a.create(s.at("no"));
        });
        cases.same(
                "bodies that are wrong",
                s -> s.session()
                        .call("no type", op, Body.path(s.folder()))
                        .call("no body", op, Body.of())
                        .call("more", op, Requests.pathVersion(s.folder(), ANY).int32(1)));
    }

    private static RawSession checkOrRemove(RawSession session, int op, String path, int type) {
        return op == OpCode.CHECK_WATCHES ? session.checkWatches(path, type) : session.removeWatches(path, type);
    }
}
