package io.quorate.client.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.apache.ApacheServer;
import io.quorate.client.apache.ChildJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lines as they are typed, and what is printed, which is what ZooKeeper's own shell prints for them. */
@Timeout(60)
class ShellTest {
    private static ApacheServer server;

    private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> err = new LinkedBlockingQueue<>();
    private QuorateClient client;
    private Shell shell;

    @BeforeAll
    static void startServer() throws Exception {
        System.setProperty("zookeeper.extendedTypesEnabled", "true");
        System.setProperty("zookeeper.admin.enableServer", "false");
        server = new ApacheServer();
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void connect() {
        client = QuorateClient.builder(server.address())
                .sessionTimeout(Duration.ofSeconds(10))
                .connect();
        shell = new Shell(client, out::add, err::add);
    }

    @AfterEach
    void close() {
        client.close();
    }

    /** What a line prints, after "!" what it prints as an error, and its exit code unless that is 0. */
    private String type(String line) throws InterruptedException {
        int code = shell.run(line);
        List<String> printed = new ArrayList<>();
        out.drainTo(printed);
        err.forEach(each -> printed.add("!" + each));
        err.clear();
        return String.join("\n", printed) + (code == 0 ? "" : " [" + code + "]");
    }

    @Test
    void nodesAreMadeReadAndChanged() throws Exception {
        assertThat(type("create /n one")).isEqualTo("Created /n");
        assertThat(type("create /n two")).isEqualTo("!Node already exists: /n [1]");
        assertThat(type("get /n")).isEqualTo("one");
        assertThat(type("create -s /n/s- x")).isEqualTo("Created /n/s-0000000000");
        assertThat(type("create -e -s /n/es- 'two words'")).isEqualTo("Created /n/es-0000000001");
        assertThat(type("get /n/es-0000000001")).isEqualTo("two words");
        assertThat(type("create -c /n/c")).isEqualTo("Created /n/c");
        assertThat(type("create -t 100000 /n/t")).isEqualTo("Created /n/t");
        assertThat(type("get /n/t")).isEqualTo("null");
        assertThat(type("create -c -e /n/x")).contains("-c cannot be combined").endsWith("[1]");
        assertThat(type("create -t 5 -e /n/x")).contains("TTLs cannot be used").endsWith("[1]");
        assertThat(type("create /missing/x")).isEqualTo("!Node does not exist: /missing/x [1]");
        assertThat(type("create /n/es-0000000001/x"))
                .isEqualTo("!Ephemerals cannot have children: /n/es-0000000001/x [1]");
        assertThat(type("ls /n")).isEqualTo("[c, es-0000000001, s-0000000000, t]");
        assertThat(type("ls -R /n")).isEqualTo("/n\n/n/c\n/n/es-0000000001\n/n/s-0000000000\n/n/t");
        assertThat(type("set /n three")).isEmpty();
        assertThat(type("set -v 9 /n three")).isEqualTo("!version No is not valid : /n [1]");
        assertThat(type("set /n three -s")).contains("dataVersion = 2\n").contains("numChildren = 4");
        assertThat(type("delete /n")).isEqualTo("!Node not empty: /n [1]");
        assertThat(type("deleteall /n -b 2")).isEmpty();
        assertThat(type("ls /n")).isEqualTo("!Node does not exist: /n [1]");
        assertThat(type("deleteall /n")).isEqualTo("!Node does not exist: /n [1]");
        assertThat(type("sync /")).isEqualTo("Sync is OK");
    }

    @Test
    void aStatIsShownAFieldALine() throws Exception {
        type("create /s four");
        String stat = type("stat /s");
        assertThat(stat.lines().map(line -> line.substring(0, line.indexOf(" = "))))
                .containsExactly(
                        "cZxid",
                        "ctime",
                        "mZxid",
                        "mtime",
                        "pZxid",
                        "cversion",
                        "dataVersion",
                        "aclVersion",
                        "ephemeralOwner",
                        "dataLength",
                        "numChildren");
        assertThat(stat).contains("ephemeralOwner = 0x0\ndataLength = 4\nnumChildren = 0");
        assertThat(stat)
                .containsPattern("ctime = [A-Z][a-z]{2} [A-Z][a-z]{2} \\d\\d \\d\\d:\\d\\d:\\d\\d \\S+ \\d{4}\n");
        assertThat(type("get -s /s")).isEqualTo("four\n" + stat);
        assertThat(type("ls -s /s")).isEqualTo("[]\n" + stat);
        assertThat(type("stat /nowhere")).isEqualTo("!Node does not exist: /nowhere [1]");
    }

    @Test
    void aclsAndCredentials() throws Exception {
        type("create /acl d");
        assertThat(type("getAcl /acl")).isEqualTo("'world,'anyone\n: cdrwa");
        assertThat(type("addauth digest u:p")).isEmpty();
        assertThat(type("setAcl -s /acl auth::cdrwa")).contains("aclVersion = 1");
        assertThat(type("getAcl /acl")).isEqualTo("'digest,'u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=\n: cdrwa");
        try (QuorateClient other = QuorateClient.connect(server.address())) {
            Shell stranger = new Shell(other, out::add, err::add);
            assertThat(stranger.run("get /acl")).isEqualTo(1);
            assertThat(err.poll()).isEqualTo("Insufficient permission : /acl");
        }
        assertThat(type("setAcl -v 7 /acl world:anyone:r")).isEqualTo("!version No is not valid : /acl [1]");
        assertThat(type("setAcl /acl nonsense")).isEqualTo("!nonsense does not have the form scheme:id:perm [1]");
        assertThat(type("setAcl /acl world:anyone:z"))
                .contains("Unknown perm type: z")
                .endsWith("[1]");
        type("create /acl/below d");
        assertThat(type("setAcl -R /acl world:anyone:cdrwa")).isEmpty();
        assertThat(type("getAcl /acl/below")).isEqualTo("'world,'anyone\n: cdrwa");
    }

    @Test
    void watchesPrintWhatHappened() throws Exception {
        type("create /w x");
        assertThat(type("get -w /w")).isEqualTo("x");
        shell.run("set /w y");
        assertThat(out.poll(30, TimeUnit.SECONDS))
                .matches("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeDataChanged path:/w zxid: \\d+");
        shell.run("ls -w /w");
        assertThat(out.poll(30, TimeUnit.SECONDS)).isEqualTo("[]");
        shell.run("delete /w");
        assertThat(out.poll(30, TimeUnit.SECONDS)).contains("type:NodeDeleted path:/w");
    }

    @Test
    void linesThatAreNotUnderstood() throws Exception {
        assertThat(type("frobnicate /x"))
                .contains("!Command not found: frobnicate")
                .endsWith("[127]");
        assertThat(type("get")).startsWith("!get [-s] [-w] path\n").endsWith("[1]");
        assertThat(type("get -q /x")).contains("Unknown option: '-q'").endsWith("[1]");
        assertThat(type("get 'x")).endsWith("is not closed [1]");
        assertThat(type("get x")).contains("does not begin with /").endsWith("[1]");
        assertThat(type("  ")).isEmpty();
        assertThat(type("help")).contains("\tdeleteall path [-b batch size]");
        assertThat(type("history")).contains("0 - frobnicate /x").contains("4 - get x");
        assertThat(shell.isEnded()).isFalse();
        type("quit");
        assertThat(shell.isEnded()).isTrue();
    }

    @Test
    void theProgramEndsWithTheCommandsExitCode(@TempDir Path folder) throws Exception {
        Path printed = folder.resolve("out");
        Process good = ChildJvm.start(
                printed,
                List.of(),
                ShellMain.class.getName(),
                List.of("-server", server.address(), "create", "/main", "x"));
        assertThat(good.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(printed, StandardCharsets.UTF_8)).isEqualTo("Created /main\n");
        assertThat(good.exitValue()).isZero();
        assertThat(ShellMain.run("-server", server.address() + "/main", "get", "/none"))
                .isEqualTo(1);
        assertThat(ShellMain.run("-server", server.address(), "what")).isEqualTo(127);
        assertThat(ShellMain.run("-server", "127.0.0.1:1", "-timeout", "300", "ls", "/"))
                .isEqualTo(1);
        assertThat(ShellMain.run("-server", "host:notaport", "ls", "/")).isEqualTo(1);
    }
}
