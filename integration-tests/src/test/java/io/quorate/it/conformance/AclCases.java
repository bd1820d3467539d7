package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** ACLs: which are accepted and what is stored of them, and what each permission is good for. */
final class AclCases {
    private static final String[] ACCEPTED_OR_NOT = {
        "world:anyone:rwcda",
        "world:anyone:0",
        "world:anyone:31",
        "world:anyone:32",
        "world:anyone:-1",
        "world:anyone:63",
        "world:nobody:r",
        "world::r",
        "World:anyone:r",
        "null:anyone:r",
        "null:null:r",
        ":anyone:r",
        "unknown:x:r",
        "super::rwcda",
        "super:x:r",
        "auth::rwcda",
        "auth:x:r",
        "auth:null:r",
        "digest:a:b:r",
        "digest:ab:r",
        "digest:a:b:c:r",
        "digest::b:r",
        "digest:a::r",
        "digest:::r",
        "digest::r",
        "ip:127.0.0.1:r",
        "ip:127.0.0.1/8:r",
        "ip:127.0.0.1/0:r",
        "ip:127.0.0.1/32:r",
        "ip:127.0.0.1/33:r",
        "ip:127.0.0.1/-1:r",
        "ip:127.0.0.1/:r",
        "ip:127.0.0.1/x:r",
        "ip:127.0.0.1/08:r",
        "ip:127.0.0.1/8/8:r",
        "ip:127.0.0:r",
        "ip:127.0.0.1.1:r",
        "ip:127.0.0.256:r",
        "ip:127.0.0.01:r",
        "ip:127.0.0.a:r",
        "ip:127.0.0.:r",
        "ip:.127.0.0:r",
        "ip:-1.0.0.1:r",
        "ip::r",
        "ip:localhost:r",
        "ip:::1:r",
        "ip:::1/128:r",
        "ip:::1/129:r",
        "ip:2001:db8::/32:r",
        "ip:2001:db8:0:0:0:0:0:1:r",
        "ip:2001:db8:0:0:0:0:0:0:1:r",
        "ip:::ffff:10.0.0.1:r",
        "ip:g::1:r",
        "sasl:bob:r",
        "x509:CN=bob:r",
        "host:example.org:r",
        "world:anyone:r world:anyone:r",
        "world:anyone:r world:anyone:w",
        "world:anyone:r digest:a:b:r world:anyone:r digest:a:b:r",
        "digest:a:b:r unknown:x:r",
        "world:anyone:r auth::r",
    };

    private static final String[] PERMS = {"r", "w", "c", "d", "a", "rwcd", "rwca", "rwda", "rcda", "wcda", "0"};

    private AclCases() {}

    static void addTo(Cases cases) {
        accepted(cases.about("ACLs"));
        permissions(cases.about("permissions"));
        identities(cases.about("auth"));
        sasl(cases.about("sasl"));
        whoAmI(cases.about("whoAmI"));
    }

    private static void accepted(Cases cases) {
        for (String acl : ACCEPTED_OR_NOT) {
            cases.same(
                    acl,
                    s -> s.session()
                            .create(s.at("n"), "", acl)
                            .create(s.at("m"))
                            .setAcl(s.at("m"), acl)
                            .getAcl(s.at("n"))
                            .getAcl(s.at("m"))
                            .multi(Multi.of().create(OpCode.CREATE, s.at("o"), acl, 0))
                            .auth("digest", Control.SUPER_PASSWORD)
                            .getAcl(s.at("n"))
                            .getAcl(s.at("m")));
        }
        for (String acl : new String[] {"world:null:r", "digest:null:r", "ip:null:r"}) {
            cases.differs(
                    Differences.NULL_ID,
                    acl,
                    s -> s.session()
                            .create(s.at("n"), "", acl)
                            .create(s.at("m"))
                            .setAcl(s.at("m"), acl)
                            .multi(Multi.of().create(OpCode.CREATE, s.at("o"), acl, 0))
                            .getChildren(s.folder()));
        }
        cases.same(
                "an empty list",
                s -> s.session()
                        .create(s.at("n"), "", "")
                        .create(s.at("m"))
                        .setAcl(s.at("m"), "")
                        .getAcl(s.at("m")));
        cases.same(
                "no list",
                s -> s.session()
                        .create(s.at("n"), "", null)
                        .create(s.at("m"))
                        .setAcl(s.at("m"), null)
                        .getAcl(s.at("m")));
        cases.same(
                "auth stands for every identity that was proved",
                s -> s.session()
                        .create(s.at("n"), "", "auth::rwcda")
                        .auth("digest", "ann:1")
                        .create(s.at("n"), "", "auth::rwcda")
                        .getAcl(s.at("n"))
                        .auth("digest", "bob:2")
                        .auth("digest", "ann:1")
                        .setAcl(s.at("n"), "auth:ignored:ra auth::wd world:anyone:r")
                        .getAcl(s.at("n"))
                        .auth("ip", "")
                        .create(s.at("m"), "", "auth::r auth::r")
                        .getAcl(s.at("m")));
        cases.same(
                "auth of the super user",
                s -> s.session()
                        .auth("digest", Control.SUPER_PASSWORD)
                        .create(s.at("n"), "", "auth::rwcda")
                        .getAcl(s.at("n")));
        cases.same("a hundred entries", s -> {
            StringBuilder acl = new StringBuilder("world:anyone:rwcda");
            for (int i = 0; i < 100; i++) {
                acl.append(" digest:user").append(i).append(":hash:").append("r");
            }
            s.session().create(s.at("n"), "", acl.toString()).getAcl(s.at("n"));
        });
    }

    /** Every operation on a node with this permission only, and on one below it. */
    private static void permissions(Cases cases) {
        for (String perms : PERMS) {
            cases.same("everybody has " + perms, s -> withPermission(s, s.session(), "world:anyone:" + perms));
        }
        Map<String, String> others = new LinkedHashMap<>();
        others.put("nobody has any", "ip:10.0.0.1:rwcda");
        others.put("this address has all", "ip:127.0.0.1:rwcda");
        others.put("this network has all", "ip:127.0.0.99/8:rwcda");
        others.put("a network of 0 bits has all", "ip:10.0.0.1/0:rwcda");
        others.put("an IPv6 network has all", "ip:::/0:rwcda");
        others.put("a digest that nobody has proved", "digest:ann:xyz:rwcda");
        others.put("an ACL of perms beyond the five", "world:anyone:32");
        others.put("two entries that add up", "world:anyone:r ip:127.0.0.1:w");
        others.forEach((name, acl) -> cases.same(name, s -> withPermission(s, s.session(), acl)));
        cases.same(
                "the digest that was proved",
                s -> withPermission(
                        s, s.session().auth("digest", "ann:1"), "digest:" + Requests.digest("ann:1") + ":rwcda"));
        cases.same(
                "the digest of another password",
                s -> withPermission(
                        s, s.session().auth("digest", "ann:2"), "digest:" + Requests.digest("ann:1") + ":rwcda"));
        cases.same(
                "the super user may everything",
                s -> withPermission(s, s.session().auth("digest", Control.SUPER_PASSWORD), "ip:10.0.0.1:r"));
        cases.same(
                "the wrong super password",
                s -> withPermission(s, s.session().auth("digest", Control.SUPER_PASSWORD + "x"), "ip:10.0.0.1:r"));
    }

    private static void withPermission(Scene s, RawSession a, String acl) {
        a.create(s.at("n"))
                .create(s.at("n/c"))
                .create(s.at("n/d"))
                .setAcl(s.at("n"), acl)
                .exists(s.at("n"))
                .exists(s.at("n"), true)
                .getData(s.at("n"), true)
                .getChildren(s.at("n"), true)
                .getChildren2(s.at("n"))
                .getAllChildrenNumber(s.at("n"))
                .getAcl(s.at("n"))
                .getEphemerals(s.at("n"))
                .sync(s.at("n"))
                .addWatch(s.at("n"), 0)
                .multiRead(Multi.of().getData(s.at("n"), false).getChildren(s.at("n"), false))
                .multi(Multi.of().check(s.at("n"), -1))
                .setData(s.at("n"), "x")
                .multi(Multi.of().setData(s.at("n"), "y", -1))
                .create(s.at("n/e"))
                .create(s.at("n/s"), 3)
                .createContainer(s.at("n/f"), 4)
                .multi(Multi.of().create(s.at("n/g"), 0))
                .delete(s.at("n/c"))
                .multi(Multi.of().delete(s.at("n/d"), -1))
                .getData(s.at("n/c"))
                .setAcl(s.at("n"), Acls.OPEN)
                .delete(s.at("n"));
    }

    private static void identities(Cases cases) {
        cases.same(
                "digest",
                s -> s.session()
                        .auth("digest", "ann:1")
                        .create(s.at("n"), "", "auth::rwcda")
                        .getAcl(s.at("n"))
                        .whoAmI());
        cases.same(
                "digest without a colon, empty, null",
                s -> s.session()
                        .auth("digest", "ann")
                        .whoAmI()
                        .auth("digest", "")
                        .whoAmI()
                        .auth("digest", ":")
                        .auth("digest", "a:b:c")
                        .whoAmI());
        cases.same(
                "digest with a null password",
                s -> s.session().auth("digest", null).exists(s.folder()));
        for (String scheme :
                new String[] {"unknown", "world", "", "super", "auth", "sasl", "x509", "Digest", "ensemble", "key"}) {
            cases.same(
                    "scheme \"" + scheme + "\"",
                    s -> s.session().auth(scheme, "ann:1").awaitClosedOrAnswer(s.folder()));
        }
        cases.same("no scheme", s -> s.session().auth(null, "x").awaitClosedOrAnswer(s.folder()));
        cases.same(
                "ip",
                s -> s.session()
                        .auth("ip", "10.0.0.1")
                        .whoAmI()
                        .create(s.at("n"), "", "ip:10.0.0.1:rwcda")
                        .getData(s.at("n")));
        cases.same("a failure ends the connection, not the session", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            a.auth("unknown", "x").awaitClosed();
            s.session().exists(s.at("e"));
            a.reconnect(0).exists(s.at("e")).whoAmI();
        });
        cases.same("identities are those of the connection", s -> {
            RawSession a = s.session().auth("digest", "ann:1").create(s.at("n"), "", "auth::rwcda");
            a.drop();
            a.reconnect(0).getData(s.at("n")).auth("digest", "ann:1").getData(s.at("n"));
            s.session().getData(s.at("n"));
        });
        cases.same(
                "with other xids and types",
                s -> s.session()
                        .call(
                                7,
                                "auth with xid 7",
                                OpCode.AUTH,
                                Body.of().int32(0).text("digest").text("a:b"))
                        .call(
                                -4,
                                "auth with type 9",
                                OpCode.AUTH,
                                Body.of().int32(9).text("digest").text("c:d"))
                        .call(
                                0,
                                "auth with more",
                                OpCode.AUTH,
                                Body.of().int32(0).text("digest").text("e:f").int64(0))
                        .whoAmI());
        cases.same(
                "a body that cannot be read",
                s -> s.session().call(-4, "no body", OpCode.AUTH, Body.of()).awaitClosedOrAnswer(s.folder()));
        cases.same(
                "a body that ends too early",
                s -> s.session()
                        .call(-4, "no password", OpCode.AUTH, Body.of().int32(0).text("digest"))
                        .awaitClosedOrAnswer(s.folder()));
        cases.same("many identities", s -> {
            RawSession a = s.session();
            for (int i = 0; i < 20; i++) {
                a.auth("digest", "user" + i + ":x");
            }
            a.whoAmI();
        });
    }

    private static void sasl(Cases cases) {
        cases.same(
                "where none is configured",
                s -> s.session()
                        .sasl(new byte[] {1, 2, 3})
                        .sasl(new byte[0])
                        .sasl(null)
                        .exists(s.folder()));
        cases.same(
                "bodies that are wrong",
                s -> s.session().call("no body", OpCode.SASL, Body.of()).awaitClosedOrAnswer(s.folder()));
    }

    private static void whoAmI(Cases cases) {
        cases.same(
                "of nobody, and of several",
                s -> s.session()
                        .whoAmI()
                        .auth("digest", "ann:1")
                        .whoAmI()
                        .auth("digest", "bob:2")
                        .auth("digest", "bob:3")
                        .auth("digest", "bob:2")
                        .whoAmI()
                        .auth("digest", Control.SUPER_PASSWORD)
                        .whoAmI()
                        .call("whoAmI with a body", OpCode.WHO_AM_I, Body.of().int64(5)));
    }
}
