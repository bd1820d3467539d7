package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** setWatches and setWatches2: a client that comes back, and what it has missed. */
final class WatchesAgainCases {
    private static final String[] NONE = {};

    private WatchesAgainCases() {}

    static void addTo(Cases cases) {
        missed(cases.about("setWatches"));
        again(cases.about("setWatches2"));
    }

    /** The last zxid before everything, and one after everything, that a client may have seen. */
    private static final long BEFORE = 0;

    private static final long AFTER = Long.MAX_VALUE;

    private static void missed(Cases cases) {
        for (long since : new long[] {BEFORE, AFTER, -1, Long.MIN_VALUE}) {
            cases.same("every list, on nodes there and not there, since " + since, s -> {
                RawSession a =
                        s.session().create(s.at("n")).setData(s.at("n"), "x").create(s.at("n/c"));
                String[] both = {s.at("n"), s.at("no")};
                a.setWatches(since, both, NONE, NONE);
                a.setWatches(since, NONE, both, NONE);
                a.setWatches(since, NONE, NONE, both);
                afterwards(a, s);
            });
        }
        cases.same("since the last change, and since the one before", s -> {
            RawSession a = s.session().create(s.at("n"));
            long created = a.lastZxid();
            long changed = a.setData(s.at("n"), "x").lastZxid();
            long childCreated = a.create(s.at("n/c")).lastZxid();
            String[] node = {s.at("n")};
            s.say("since the creation");
            a.setWatches(created, node, NONE, NONE).setWatches(created, NONE, NONE, node);
            s.say("since the new data");
            a.setWatches(changed, node, NONE, NONE).setWatches(changed, NONE, NONE, node);
            s.say("since the child");
            a.setWatches(childCreated, node, NONE, NONE).setWatches(childCreated, NONE, NONE, node);
            afterwards(a, s);
        });
        cases.same("all lists at once", s -> {
            RawSession a = s.session().create(s.at("n")).create(s.at("m"));
            a.setWatches(
                    BEFORE,
                    new String[] {s.at("n"), s.at("no"), s.at("m")},
                    new String[] {s.at("m"), s.at("no2")},
                    new String[] {s.at("n"), s.at("m"), s.at("no3")});
            afterwards(a, s);
            a.create(s.at("no")).create(s.at("no2")).create(s.at("no3"));
        });
        cases.same("the same path twice", s -> {
            RawSession a = s.session().create(s.at("n"));
            String[] twice = {s.at("n"), s.at("n")};
            a.setWatches(BEFORE, twice, NONE, NONE);
            a.setWatches(AFTER, twice, twice, twice);
            afterwards(a, s);
        });
        cases.same(
                "empty, null and cut lists",
                s -> s.session()
                        .setWatches(0, NONE, NONE, NONE)
                        .call(
                                "null lists",
                                OpCode.SET_WATCHES,
                                Body.of().int64(0).int32(-1).int32(-1).int32(-1))
                        .call(
                                "lists of -2",
                                OpCode.SET_WATCHES,
                                Body.of().int64(0).int32(-2).int32(-2).int32(-2))
                        .call(
                                "two lists",
                                OpCode.SET_WATCHES,
                                Body.of().int64(0).int32(0).int32(0))
                        .call(
                                "a list that ends",
                                OpCode.SET_WATCHES,
                                Body.of().int64(0).int32(2).text("/"))
                        .call("no body", OpCode.SET_WATCHES, Body.of())
                        .call(
                                "more",
                                OpCode.SET_WATCHES,
                                Body.of().int64(0).int32(0).int32(0).int32(0).int32(7)));
        cases.same(
                "with an ordinary xid",
                s -> s.session()
                        .create(s.at("n"))
                        .call(
                                "setWatches",
                                OpCode.SET_WATCHES,
                                Body.of().int64(0).texts(s.at("n")).texts().texts()));
        cases.differs(Differences.FILTERED_CATCH_UP, "an event goes only to who may read", s -> {
            RawSession a = s.session().auth("digest", "ann:1").create(s.at("n"), "", "auth::rwcda");
            RawSession b = s.session();
            String[] node = {s.at("n"), s.at("no")};
            b.setWatches(BEFORE, node, NONE, NONE)
                    .setWatches(BEFORE, NONE, node, NONE)
                    .setWatches(BEFORE, NONE, NONE, node);
            b.setWatches(AFTER, node, NONE, node);
            a.setData(s.at("n"), "x").create(s.at("n/c"));
            b.events();
        });
        cases.same("on a new connection of the session", s -> {
            RawSession a = s.session().create(s.at("n")).getData(s.at("n"), true);
            RawSession b = s.session();
            a.drop();
            b.setData(s.at("n"), "x");
            a.reconnect(0).setData(s.at("n"), "y").setWatches(BEFORE, new String[] {s.at("n")}, NONE, NONE);
            a.setWatches(AFTER, new String[] {s.at("n")}, NONE, NONE).setData(s.at("n"), "z");
        });
    }

    private static void again(Cases cases) {
        cases.same("lasting watches are set and tell nothing of what was", s -> {
            RawSession a = s.session().create(s.at("n"));
            String[] both = {s.at("n"), s.at("no")};
            a.setWatches2(BEFORE, NONE, NONE, NONE, both, NONE);
            a.create(s.at("no"));
            afterwards(a, s);
        });
        cases.same("recursive ones as well", s -> {
            RawSession a = s.session().create(s.at("n"));
            String[] both = {s.at("n"), s.at("no")};
            a.setWatches2(BEFORE, NONE, NONE, NONE, NONE, both);
            a.create(s.at("no"));
            afterwards(a, s);
        });
        cases.same("all five lists", s -> {
            RawSession a = s.session().create(s.at("n"));
            String[] node = {s.at("n")};
            a.setWatches2(AFTER, node, node, node, node, node);
            a.checkWatches(s.at("n"), 1).checkWatches(s.at("n"), 2).checkWatches(s.at("n"), 3);
            a.checkWatches(s.at("n"), 4).checkWatches(s.at("n"), 5);
            afterwards(a, s);
        });
        cases.same("missed events too", s -> {
            RawSession a = s.session().create(s.at("n"));
            String[] both = {s.at("n"), s.at("no")};
            a.setWatches2(BEFORE, both, both, both, NONE, NONE);
        });
        cases.same(
                "null and cut lists",
                s -> s.session()
                        .call(
                                "null lists",
                                OpCode.SET_WATCHES2,
                                Body.of().int64(0).hex("ffffffffffffffffffffffffffffffffffffffff"))
                        .call(
                                "three lists",
                                OpCode.SET_WATCHES2,
                                Body.of().int64(0).int32(0).int32(0).int32(0))
                        .call("no body", OpCode.SET_WATCHES2, Body.of()));
    }

    private static void afterwards(RawSession a, Scene s) {
        a.setData(s.at("n"), "y").create(s.at("n/d")).delete(s.at("n/d")).setData(s.at("n"), "z");
    }
}
