package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.election.HostPort;
import io.quorate.replica.RoleSettings;
import io.quorate.replica.storage.SnapshotCompression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol/config.md §1: what is accepted, and what an operator is told about the rest. */
class ServerConfigReaderTest {
    private static final String THREE = """
            tickTime=2000
            initLimit=10
            syncLimit=5
            clientPort=2181
            server.1=a:2888:3888
            server.2=b:2888:3888
            server.3=c:2888:3888
            """;

    @TempDir
    private Path dir;

    private Path data;
    private final Properties system = new Properties();

    @BeforeEach
    void makeDataDirectory() throws IOException {
        data = Files.createDirectory(dir.resolve("data"));
    }

    private ServerConfig read(String text) {
        Path file = dir.resolve("zoo.cfg");
        try {
            Files.writeString(file, "dataDir=" + data + "\n" + text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return ServerConfigReader.read(file, system, 2);
    }

    private String refused(String text) {
        StartException e = catchThrowableOfType(StartException.class, () -> read(text));
        assertThat(e).as("configuration: %s", text).isNotNull();
        assertThat(e.exitCode()).isEqualTo(ExitCode.INVALID_INVOCATION);
        assertThat(e.getMessage()).contains(dir.toString()).endsWith(".").doesNotContain("\n");
        return e.getMessage();
    }

    private void myid(String text) throws IOException {
        Files.writeString(data.resolve("myid"), text);
    }

    @Test
    void aServerIsToldHowToLeadAndToObserve() throws IOException {
        myid("1");
        assertThat(read(THREE).roles()).isEqualTo(RoleSettings.DEFAULTS);
        ServerConfig config =
                read(THREE + "leaderServes=no\nobserver.reconnectDelayMs=1500\nresyncOnDivergence=true\n");
        assertThat(config.roles()).isEqualTo(new RoleSettings(false, 1500, true));
        assertThat(config.warnings()).isEmpty();
        system.setProperty("zookeeper.leaderServes", "no");
        assertThat(read(THREE).roles().leaderServes()).isFalse();
    }

    @Test
    void aServerAloneNeedsADirectoryAndAPort() {
        ServerConfig config = read("clientPort=2181\n");
        assertThat(config.standalone()).isTrue();
        assertThat(config.serverId()).isEqualTo(ServerConfig.STANDALONE_ID);
        assertThat(config.clientPort().address()).isEqualTo(new HostPort("0.0.0.0", 2181));
        assertThat(config.timing()).isEqualTo(new ServerConfig.Timing(3000, 0, 0, 0, 6000, 60_000));
        assertThat(config.storage())
                .isEqualTo(new ServerConfig.Storage(
                        100_000,
                        4_194_304L << 10,
                        65_536,
                        true,
                        -1,
                        3,
                        1,
                        true,
                        true,
                        true,
                        true,
                        false,
                        1000,
                        Long.MAX_VALUE,
                        SnapshotCompression.NONE));
        assertThat(config.clientPort().maxConnectionsPerIp()).isEqualTo(60);
        assertThat(config.juteMaxBuffer()).isEqualTo(1_048_575);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void aProtectionThatIsAskedForByASystemPropertyIsNotPassedOver() {
        system.setProperty("zookeeper.ssl.crl", "false");
        assertThat(read("clientPort=2181\n").warnings()).isEmpty();
        system.setProperty("zookeeper.ssl.crl", "true");
        assertThatThrownBy(() -> read("clientPort=2181\n"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("ssl.crl=true asks for a protection that Quorate does not have yet");
    }

    @Test
    void snapshotsAreCompressedAsInZooKeeper() {
        assertThat(read("clientPort=2181\nsnapshot.compression.method=snappy\n")
                        .storage()
                        .snapshotCompression())
                .isEqualTo(SnapshotCompression.SNAPPY);
        assertThat(read("clientPort=2181\nsnapshot.compression.method=\n")
                        .storage()
                        .snapshotCompression())
                .isEqualTo(SnapshotCompression.NONE);
        assertThatThrownBy(() -> read("clientPort=2181\nsnapshot.compression.method=zip\n"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("expected gz, snappy, or nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X509AuthenticationProvider.superUser=", "X509AuthenticationProvider.superUser=  "})
    void anEmptySuperUserIsRefused(String line) {
        assertThatThrownBy(() -> read("secureClientPort=2182\n" + line + "\n")).isInstanceOf(StartException.class);
    }

    @Test
    void anEnsembleFindsItself() throws IOException {
        myid("2\n");
        ServerConfig config = read(THREE);
        assertThat(config.standalone()).isFalse();
        assertThat(config.self().orElseThrow().quorum()).isEqualTo(new HostPort("b", 2888));
        assertThat(config.timing()).isEqualTo(new ServerConfig.Timing(2000, 10, 5, 10, 4000, 40_000));
        assertThat(config.peers().electionHandshakeTimeoutMs()).isEqualTo(10_000);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void oneVoterAloneIsStandaloneUnlessTold() throws IOException {
        assertThat(read("clientPort=2181\nserver.1=a:2888:3888\n").standalone()).isTrue();
        myid("1");
        assertThat(read("standaloneEnabled=false\ninitLimit=5\nsyncLimit=2\nclientPort=2181\nserver.1=a:2888:3888\n")
                        .standalone())
                .isFalse();
    }

    @Test
    void theClientPortMayStandInTheServerLine() throws IOException {
        myid("1");
        ServerConfig config =
                read("initLimit=10\nsyncLimit=5\nserver.1=a:1:2;127.0.0.1:2182\nserver.2=b:1:2\nserver.3=c:1:2\n");
        assertThat(config.clientPort().address()).isEqualTo(new HostPort("127.0.0.1", 2182));
        assertThat(refused("clientPort=2183\ninitLimit=10\nsyncLimit=5\nserver.1=a:1:2;2182\nserver.2=b:1:2\n"))
                .contains("2183", "2182");
    }

    @Test
    void aDynamicFileHoldsTheServerLinesAndItsNameTheVersion() throws IOException {
        myid("1");
        Path dynamic = dir.resolve("zoo.cfg.dynamic.10000002a");
        Files.writeString(dynamic, "server.1=a:1:2;2181\nserver.2=b:1:2;2181\nserver.3=c:1:2;2181\n");
        ServerConfig config = read("initLimit=10\nsyncLimit=5\ndynamicConfigFile=" + dynamic + "\n");
        assertThat(config.ensemble().version()).isEqualTo(0x10000002aL);
        assertThat(config.ensemble().voters()).containsExactly(1L, 2L, 3L);
        assertThat(refused("server.1=a:1:2\ndynamicConfigFile=" + dynamic + "\n"))
                .contains("server.1", "dynamicConfigFile");
    }

    @Test
    void aPropertyOfTheVirtualMachineIsTheSameAsAKeyAndLosesToIt() {
        system.setProperty("zookeeper.snapCount", "1000");
        system.setProperty("zookeeper.preAllocSize", "64");
        system.setProperty("zookeeper.forceSync", "no");
        system.setProperty("zookeeper.skipACL", "yes");
        system.setProperty("zookeeper.maxCnxns", "7");
        system.setProperty("zookeeper.4lw.commands.whitelist", "stat, ruok");
        system.setProperty("jute.maxbuffer", "4096");
        ServerConfig config = read("clientPort=2181\nsnapCount=2000\n");
        assertThat(config.storage().snapCount()).isEqualTo(2000);
        assertThat(config.storage().preallocateKib()).isEqualTo(64);
        assertThat(config.storage().forceSync()).isFalse();
        assertThat(config.security().auth().skipAcl()).isTrue();
        assertThat(config.clientPort().maxConnections()).isEqualTo(7);
        assertThat(config.clientPort().fourLetterWords()).containsExactlyInAnyOrder("stat", "ruok");
        assertThat(config.juteMaxBuffer()).isEqualTo(4096);
        system.setProperty("zookeeper.snapCount", "x");
        assertThat(catchThrowableOfType(StartException.class, () -> read("clientPort=2181\n")))
                .hasMessageStartingWith("command line: -Dzookeeper.snapCount=x: expected a whole number");
    }

    @Test
    void oldFilesAreDeletedUnlessThatIsSwitchedOff() {
        assertThat(read("clientPort=2181\n").storage().purgeIntervalHours()).isEqualTo(1);
        ServerConfig off = read("clientPort=2181\nautopurge.purgeInterval=0\n");
        assertThat(off.storage().purgeIntervalHours()).isZero();
        assertThat(off.warnings()).isEmpty();
    }

    @Test
    void fourLetterWordsNeedTheWhitelistExceptSrvr() {
        assertThat(read("clientPort=2181\n").clientPort().allows("srvr")).isTrue();
        assertThat(read("clientPort=2181\n").clientPort().allows("stat")).isFalse();
        assertThat(read("clientPort=2181\n4lw.commands.whitelist=*\n")
                        .clientPort()
                        .allows("stat"))
                .isTrue();
    }

    @Test
    void clientsShareTheCoreLoopOnSmallMachinesOnly() throws IOException {
        assertThat(read("clientPort=2181\n").ioThreads()).isZero();
        assertThat(ServerConfigReader.read(dir.resolve("zoo.cfg"), system, 16).ioThreads())
                .isEqualTo(4);
        assertThat(read("clientPort=2181\nquorate.ioThreads=3\n").ioThreads()).isEqualTo(3);
        system.setProperty("quorate.ioThreads", "2");
        assertThat(read("clientPort=2181\n").ioThreads()).isEqualTo(2);
    }

    @Test
    void theRoleInTheServerLineWins() throws IOException {
        myid("1");
        ServerConfig config = read("peerType=observer\n" + THREE);
        assertThat(config.self().orElseThrow().isVoter()).isTrue();
        assertThat(config.warnings()).singleElement().asString().contains("peerType=observer", "server.1");
    }

    @Test
    void keysThatAreIgnoredAreNamed() {
        ServerConfig config = read("""
                clientPort=2181
                observerMasterPort=2191
                admin.serverPort=8081
                tickTme=5
                somethingElseEntirely=1
                jute.maxbuffer=100
                admin.enableServer=false
                syncEnabled=TRUE
                """);
        assertThat(config.warnings())
                .containsExactlyInAnyOrder(
                        "admin.serverPort=8081 is ignored: Quorate does not have this yet",
                        "observerMasterPort=2191 is ignored: Quorate does not have this yet",
                        "tickTme=5 is ignored: there is no such key (did you mean tickTime?)",
                        "somethingElseEntirely=1 is ignored: there is no such key",
                        "jute.maxbuffer=100 is ignored in the file: it is a system property, -Djute.maxbuffer=100");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    tickTime=abc                          | tickTime=abc: expected a whole number
                    tickTime=0                            | tickTime=0: expected a whole number of 1..
                    clientPort=70000                      | clientPort=70000: expected a whole number of 0..65535
                    clientPort=-1                         | clientPort=-1: expected
                    clientPortAddress=127.0.0.1           | clientPort is not
                    maxClientCnxns=-1                     | maxClientCnxns=-1: expected
                    maxSessionTimeout=1000                | is above maxSessionTimeout (1000 ms)
                    minSessionTimeout=0                   | minSessionTimeout=0: expected
                    peerType=leader                       | expected participant or observer
                    quorumListenOnAllIPs=yes              | expected true or false
                    standaloneEnabled=1                   | expected true or false
                    electionAlg=1                         | expected 3
                    snapCount=1                           | snapCount=1: expected a whole number of 2 or more
                    preAllocSize=99999999999999999999     | preAllocSize=
                    forceSync=maybe                       | expected yes or no
                    server.1=a:2888                       | server.1=a:2888: expected host:quorumPort:electionPort
                    server.1=a:2888:2888                  | two different ports
                    server.x=a:2888:3888                  | server.x=
                    server.1=a:1:2:observer               | no participant
                    sslQuorum=true                        | a protection that Quorate does not have yet
                    leader.maxConcurrentSnapSyncs=0       | leader.maxConcurrentSnapSyncs=0: expected
                    observer.reconnectDelayMs=-1          | observer.reconnectDelayMs=-1: expected
                    leaderServes=perhaps                  | leaderServes=perhaps: expected yes or no
                    snapshotSizeFactor=x                  | snapshotSizeFactor=x: expected a decimal number
                    DigestAuthenticationProvider.digestAlg=ROT13 | digestAlg=ROT13: expected one of
                    quorate.ioThreads=-1                  | quorate.ioThreads=-1: expected
                    DigestAuthenticationProvider.superDigest=x | expected user:BASE64
                    dynamicConfigFile=/no/such/file       | there is no such file
                    """)
    void wrongValuesAreNamedWithWhatIsExpected(String line, String message) {
        StartException e = catchThrowableOfType(StartException.class, () -> read(line + "\n"));
        assertThat(e).isNotNull();
        assertThat(e.exitCode()).isEqualTo(2);
        assertThat(e.getMessage()).contains(message).endsWith(".");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    syncLimit=5\\nserver.1=a:1:2\\nserver.2=b:1:2             | initLimit is missing
                    initLimit=5\\nserver.1=a:1:2\\nserver.2=b:1:2             | syncLimit is missing
                    initLimit=0\\nserver.1=a:1:2\\nserver.2=b:1:2             | initLimit=0: expected
                    server.2=b:1:2\\nserver.3=b:3:4\\ninitLimit=1\\nsyncLimit=1 | no line server.1
                    initLimit=1\\nsyncLimit=1\\nserver.1=a:1:2\\nserver.2=a:1:3 | a:1 is both the quorum port of server.1 and the quorum port of server.2
                    initLimit=1\\nsyncLimit=1\\nserver.1=a:1:2\\nserver.2=a:2:3 | a:2 is both the election port of server.1 and the quorum port of server.2
                    initLimit=1\\nsyncLimit=1\\nclientPort=2\\nserver.1=a:1:2\\nserver.2=a:3:4 | port 2 is both the client port and
                    server.1=a:1:2\\nserver.2=b:1:2:observer                  | only one participant
                    """)
    void ensemblesThatCannotWorkAreRefused(String lines, String message) throws IOException {
        myid("1");
        assertThat(refused(lines.replace("\\n", "\n") + "\n")).contains(message);
    }

    @Test
    void anEnsembleNeedsItsMyid() throws IOException {
        assertThat(refused(THREE)).contains("myid: there is no such file", "create it");
        myid("one");
        assertThat(refused(THREE)).contains("myid: found \"one\", expected the number");
        myid("-4");
        assertThat(refused(THREE)).contains("found \"-4\"");
        myid("4");
        assertThat(refused(THREE)).contains("found 4", "no line server.4", "[server.1, server.2, server.3]");
    }

    @Test
    void aMissingDataDirIsNamed() throws IOException {
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(file, "clientPort=2181\n");
        assertThat(catchThrowableOfType(StartException.class, () -> ServerConfigReader.read(file, system, 2)))
                .hasMessageContaining("dataDir is missing");
        assertThat(catchThrowableOfType(
                        StartException.class, () -> ServerConfigReader.read(dir.resolve("nope"), system, 2)))
                .hasMessageContaining("nope: there is no such file");
    }

    @Test
    void ensemblesOfAnUnluckySizeAreTold() throws IOException {
        myid("1");
        assertThat(read("initLimit=1\nsyncLimit=1\nclientPort=9\nserver.1=a:1:2\nserver.2=b:1:2\n")
                        .warnings())
                .containsExactly("an ensemble of 2 voting servers survives the loss of none; three survive one");
    }
}
