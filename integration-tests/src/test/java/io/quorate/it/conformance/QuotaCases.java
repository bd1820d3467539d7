package io.quorate.it.conformance;

import io.quorate.it.conformance.Case.Profile;

/** Quotas, where they are enforced and where they are not. */
final class QuotaCases {
    private static final String[] LIMITS = {
        "count=3,bytes=-1",
        "count=-1,bytes=10",
        "count=-1,bytes=-1=;byteHardLimit=20;countHardLimit=4",
        "countHardLimit=3",
        "byteHardLimit=10",
        "byteHardLimit=0",
        "countHardLimit=0",
        "countHardLimit=-1,byteHardLimit=-1",
        "",
    };

    private QuotaCases() {}

    static void addTo(Cases cases) {
        for (Profile profile : Profile.values()) {
            boolean enforced = profile == Profile.EXTENDED;
            cases.about("quotas", profile);
            for (String limits : LIMITS) {
                cases.same((enforced ? "enforced: " : "not enforced: ") + limits, s -> underLimits(s, limits));
            }
            cases.same((enforced ? "enforced" : "not enforced") + ", statistics of a tree that was there", s -> {
                RawSession a = s.session().create(s.at("a"), "12345", Acls.OPEN).create(s.at("a/b"), "678", Acls.OPEN);
                limit(s, a, "countHardLimit=5");
                stats(s, a);
                a.setData(s.at("a/b"), "x").delete(s.at("a/b"));
                stats(s, a);
                a.multi(Multi.of().create(s.at("m"), 0).create(s.at("n"), 0));
                stats(s, a);
                a.create(s.at("e"), 1).create(s.at("f"), 1).delete(s.at("m")).create(s.at("f"), 1);
                stats(s, a);
            });
        }
        cases.differs(Differences.QUOTA_IN_MULTI, "enforced, in a multi", s -> {
            RawSession a = s.session();
            limit(s, a, "countHardLimit=3");
            a.multi(Multi.of().create(s.at("a"), 0).create(s.at("b"), 0).create(s.at("c"), 0));
            stats(s, a);
            a.create(s.at("d")).getChildren(s.folder());
        });
        cases.differs(Differences.EMPTY_LIMIT, "enforced, a limit that is no number", s -> {
            RawSession a = s.session();
            limit(s, a, "countHardLimit=");
            a.create(s.at("a"));
            stats(s, a);
        });
    }

    private static void limit(Scene s, RawSession a, String limits) {
        String quota = "/zookeeper/quota" + s.folder();
        a.create(quota).create(quota + "/zookeeper_limits", limits, Acls.OPEN).create(quota + "/zookeeper_stats");
    }

    private static void stats(Scene s, RawSession a) {
        a.getData("/zookeeper/quota" + s.folder() + "/zookeeper_stats");
    }

    private static void underLimits(Scene s, String limits) {
        RawSession a = s.session();
        limit(s, a, limits);
        stats(s, a);
        a.create(s.at("a"), "1234", Acls.OPEN).create(s.at("b"), "56789", Acls.OPEN);
        stats(s, a);
        a.create(s.at("c")).create(s.at("a/d")).setData(s.at("a"), "0123456789");
        stats(s, a);
        a.setData(s.at("b"), "")
                .setData(s.at("a"), "0123456789012345678901234567890")
                .create(s.at("s"), 2);
        stats(s, a);
        a.delete(s.at("b")).delete(s.at("c")).setData(s.folder(), "xy");
        stats(s, a);
        a.delete("/zookeeper/quota" + s.folder() + "/zookeeper_stats")
                .delete("/zookeeper/quota" + s.folder() + "/zookeeper_limits")
                .delete("/zookeeper/quota" + s.folder())
                .create(s.at("x"))
                .create(s.at("y"));
    }
}
