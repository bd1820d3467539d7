package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** The server's own nodes, and reconfig. */
final class SystemCases {
    private SystemCases() {}

    static void addTo(Cases cases) {
        nodes(cases.about("the server's own nodes"));
        reconfig(cases.about("reconfig"));
    }

    private static void nodes(Cases cases) {
        cases.same(
                "reads",
                s -> s.session()
                        .getData("/zookeeper/config")
                        .exists("/zookeeper/config")
                        .getChildren2("/zookeeper/config")
                        .getAcl("/zookeeper/config")
                        .getData("/zookeeper/quota")
                        .getChildren2("/zookeeper")
                        .getAllChildrenNumber("/zookeeper"));
        cases.same(
                "writes of anybody",
                s -> s.session()
                        .setData("/zookeeper/config", "x")
                        .setData("/zookeeper/config", "x", 5)
                        .setAcl("/zookeeper/config", Acls.OPEN)
                        .create("/zookeeper/config/x")
                        .create("/zookeeper/config")
                        .delete("/zookeeper/config")
                        .delete("/zookeeper")
                        .delete("/zookeeper/quota")
                        .create("/zookeeper")
                        .create("/zookeeper/quota")
                        .multi(Multi.of().setData("/zookeeper/config", "x", -1))
                        .multi(Multi.of().delete("/zookeeper/config", -1))
                        .multi(Multi.of().delete("/zookeeper/quota", -1))
                        .multi(Multi.of().check("/zookeeper/config", -1)));
        cases.same(
                "nodes below them",
                s -> s.session()
                        .create("/zookeeper/other")
                        .setData("/zookeeper/other", "x")
                        .getChildren2("/zookeeper")
                        .create("/zookeeper/other/e", 1)
                        .delete("/zookeeper/other/e")
                        .delete("/zookeeper/other"));
        cases.same(
                "watches on the configuration",
                s -> s.session()
                        .getData("/zookeeper/config", true)
                        .addWatch("/zookeeper/config", 0)
                        .addWatch("/zookeeper", 1)
                        .setData("/zookeeper/config", "x")
                        .removeWatches("/zookeeper/config", 3));
        cases.same(
                "the root",
                s -> s.session()
                        .getAcl("/")
                        .setData("/", "")
                        .delete("/")
                        .create("/")
                        .getChildren("/"));
    }

    private static void reconfig(Cases cases) {
        cases.same(
                "where it is disabled",
                s -> s.session()
                        .reconfig("server.5=127.0.0.1:1:2;3", null, null, -1)
                        .reconfig(null, "1", null, -1)
                        .reconfig(null, null, "server.1=127.0.0.1:1:2;3", -1)
                        .reconfig(null, null, null, -1)
                        .reconfig("", "", "", 77)
                        .getData("/zookeeper/config"));
        cases.same(
                "where it is disabled, by the super user",
                s -> s.session()
                        .auth("digest", Control.SUPER_PASSWORD)
                        .reconfig("server.5=127.0.0.1:1:2;3", null, null, -1)
                        .reconfig(null, "1", null, -1)
                        .reconfig(null, null, null, -1));
        cases.same(
                "a body that cannot be read",
                s -> s.session()
                        .call("no body", OpCode.RECONFIG, Body.of())
                        .call(
                                "no version",
                                OpCode.RECONFIG,
                                Body.of().text(null).text(null).text(null))
                        .exists(s.folder()));
    }
}
