package io.quorate.it.conformance;

import io.quorate.it.conformance.Case.Profile;
import io.quorate.protocol.OpCode;

/** createTTL, where it is enabled and where it is not. */
final class TtlCases {
    private static final int[] FLAGS = {0, 1, 2, 3, 4, 5, 6, 7, -1};
    private static final long[] TTLS = {
        1,
        2,
        60_000,
        (1L << 40) - 1,
        1L << 40,
        0,
        -1,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        (1L << 56) - 1,
        0xff00_0000_0000_0001L
    };

    private TtlCases() {}

    static void addTo(Cases cases) {
        cases.about("createTTL");
        for (int flags : FLAGS) {
            cases.same(
                    "disabled, flags " + flags,
                    s -> s.session()
                            .createTtl(s.at("n"), flags, 1000)
                            .createTtl(s.at("n"), flags, 0)
                            .multi(Multi.of().createTtl(s.at("m"), flags, 1000))
                            .getChildren2(s.folder()));
        }
        cases.about("createTTL", Profile.EXTENDED);
        for (int flags : FLAGS) {
            cases.sameButZxids(
                    Differences.NO_TRANSACTION,
                    "flags " + flags,
                    s -> s.session()
                            .createTtl(s.at("n"), flags, 60_000)
                            .createTtl(s.at("n"), flags, 60_000)
                            .getChildren2(s.folder())
                            .multi(Multi.of().createTtl(s.at("m"), flags, 60_000))
                            .create(s.at("o"), flags)
                            .create2(s.at("p"), flags)
                            .createContainer(s.at("q"), flags)
                            .multi(Multi.of().create(s.at("r"), flags))
                            .multi(Multi.of().create(OpCode.CREATE2, s.at("s"), Acls.OPEN, flags))
                            .multi(Multi.of().create(OpCode.CREATE_CONTAINER, s.at("t"), Acls.OPEN, flags))
                            .getChildren2(s.folder()));
        }
        for (long ttl : TTLS) {
            cases.same(
                    "ttl " + ttl,
                    s -> s.session()
                            .createTtl(s.at("n"), 5, ttl)
                            .createTtl(s.at("s"), 6, ttl)
                            .exists(s.at("n"))
                            .multi(Multi.of().createTtl(s.at("m"), 5, ttl))
                            .getChildren2(s.folder()));
        }
    }
}
