package io.quorate.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EnsembleConfig;
import io.quorate.protocol.OpCode;
import io.quorate.replica.ReplicaDetails;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.ReplicaStatus.ConnectionStatus;
import io.quorate.replica.ReplicaStatus.LearnerStatus;
import io.quorate.replica.ReplicaStatus.Mode;
import io.quorate.replica.ReplicaStatus.Sizes;
import io.quorate.server.client.FourLetterWord;
import io.quorate.server.client.PortStats;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.ServerConfigReader;
import io.quorate.server.disk.ForceTimes;
import io.quorate.tree.QuotaUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** protocol/config.md §3, §4, §6: the layouts that tools parse. */
class FourLetterWordsTest {
    private static final ConnectionStatus CLIENT = new ConnectionStatus(
            "/127.0.0.1:46364",
            0x1000012619d0018L,
            10_000,
            0,
            3,
            4,
            OpCode.CREATE,
            2,
            0x84,
            0,
            10.4,
            29,
            1,
            1_795_303_232_677L,
            1_270_164);
    private static final ConnectionStatus WITHOUT_SESSION =
            new ConnectionStatus("/127.0.0.1:46448", 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    @TempDir
    private Path dir;

    private ServerConfig config;
    private FourLetterWords words;

    @BeforeEach
    void configure() throws IOException {
        Path data = Files.createDirectories(dir.resolve("data"));
        Files.writeString(data.resolve("myid"), "2");
        Path version2 = Files.createDirectories(data.resolve("version-2"));
        Files.write(version2.resolve("log.1"), new byte[100]);
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(file, "dataDir=" + data + """

                        clientPort=2181
                        tickTime=2000
                        initLimit=10
                        syncLimit=5
                        server.1=a:2888:3888
                        server.2=b:2889:3889
                        server.3=c:2890:3890:observer
                        """);
        config = ServerConfigReader.read(file, new Properties(), 2);
        words = new FourLetterWords(config, new PortStats(), new ProcessFacts(new ForceTimes(1000)));
    }

    private static ReplicaStatus status(Mode mode, boolean serving) {
        return new ReplicaStatus(
                mode,
                serving,
                "broadcast",
                2,
                0x84,
                1,
                24,
                3,
                1000,
                7,
                5,
                0,
                6,
                195,
                206,
                0,
                1.59428,
                29,
                new ReplicaStatus.Leading(32, 33),
                new Sizes(56, 48, 88),
                List.of(
                        new LearnerStatus(1, "/a", false, true, true),
                        new LearnerStatus(3, "/c", true, false, true),
                        new LearnerStatus(9, "/j", false, false, false)),
                List.of(CLIENT, WITHOUT_SESSION),
                List.of(new QuotaUsage("/a/b", 3, 30, 10, -1, -1, 100), new QuotaUsage("/a/c", 4, 40, 5, 50, -1, -1)),
                new ReplicaStatus.DiskStatus(true, 22),
                new ReplicaStatus.Counts(
                        11,
                        31,
                        12,
                        13,
                        14,
                        15,
                        16,
                        17,
                        18,
                        19,
                        20,
                        21,
                        ReplicaStatus.Throttling.NONE,
                        34,
                        new Sizes(35, 36, 37),
                        new ReplicaStatus.Learning(38, 39, 40, 41),
                        Map.of("a", 42L),
                        new ReplicaStatus.Times(
                                new ReplicaStatus.Summary(1, 43, 43, 43, 0, 0, 0, 0),
                                new ReplicaStatus.Summary(1, 44, 44, 44, 0, 0, 0, 0),
                                new ReplicaStatus.Summary(1, 45, 45, 45, 0, 0, 0, 0),
                                new ReplicaStatus.Summary(1, 46, 46, 46, 0, 0, 0, 0)),
                        new ReplicaStatus.Summary(3, 10, 1, 6, 3, 6, 6, 6),
                        ReplicaStatus.Summary.NONE));
    }

    private String answer(FourLetterWord word, Mode mode) {
        return words.answer(word, status(mode, true), ReplicaDetails.NONE);
    }

    @Test
    void srvrOfALeader() {
        assertThat(answer(FourLetterWord.SRVR, Mode.LEADER)).matches("""
                Zookeeper version: 3\\.9\\.5-quorate-.*, built on \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC
                Latency min/avg/max: 0/1\\.5943/29
                Received: 195
                Sent: 206
                Connections: 0
                Outstanding: 6
                Zxid: 0x84
                Mode: leader
                Node count: 25
                Proposal sizes last/min/max: 56/48/88
                """);
    }

    @Test
    void onlyALeaderHasProposalSizes() {
        assertThat(answer(FourLetterWord.SRVR, Mode.FOLLOWER)).endsWith("Mode: follower\nNode count: 25\n");
        assertThat(answer(FourLetterWord.SRVR, Mode.STANDALONE)).endsWith("Mode: standalone\nNode count: 25\n");
    }

    @Test
    void statListsTheClientsBehindTheVersion() {
        assertThat(answer(FourLetterWord.STAT, Mode.LEADER)).contains("""
                 UTC
                Clients:
                 /127.0.0.1:46364[1](queued=0,recved=3,sent=4)
                 /127.0.0.1:46448[1](queued=1,recved=1,sent=0)

                Latency min/avg/max:""");
    }

    @Test
    void consTellsAllOfASession() {
        assertThat(answer(FourLetterWord.CONS, Mode.FOLLOWER))
                .isEqualTo(" /127.0.0.1:46364[1](queued=0,recved=3,sent=4,sid=0x1000012619d0018,lop=CREA,"
                        + "est=1795303232677,to=10000,lcxid=0x2,lzxid=0x84,lresp=1270164,llat=1,minlat=0,avglat=10,"
                        + "maxlat=29)\n /127.0.0.1:46448[1](queued=1,recved=1,sent=0)\n\n");
    }

    @Test
    void mntrHasALineAMetric() {
        String text = answer(FourLetterWord.MNTR, Mode.LEADER);
        assertThat(text.lines()).allMatch(line -> line.matches("zk_[a-z0-9_]+\t.+"));
        assertThat(text)
                .contains("zk_server_state\tleader\n")
                .contains("zk_peer_state\tleading - broadcast\n")
                .contains("zk_quorum_size\t2\n")
                .contains("zk_znode_count\t25\n")
                .contains("zk_avg_latency\t1.5943\n")
                .contains("zk_learners\t3\n")
                .contains("zk_synced_followers\t1\n")
                .contains("zk_synced_non_voting_followers\t0\n")
                .contains("zk_synced_observers\t1\n")
                .contains("zk_max_proposal_size\t88\n")
                .contains("zk_leader_uptime\t32\n")
                .contains("zk_pending_syncs\t33\n")
                .contains("zk_auth_failed_count\t31\n")
                .contains("zk_cnxn_closed_without_zk_server_running\t34\n")
                .contains("zk_last_client_response_size\t35\n")
                .contains("zk_learner_proposal_received_count\t38\n")
                .contains("zk_snap_count\t39\n")
                .contains("zk_diff_count\t40\n")
                .contains("zk_revalidate_count\t41\n")
                .contains("zk_a_quota_exceeded_error_per_namespace\t42\n")
                .contains("zk_sum_election_time\t43\n")
                .contains("zk_sum_follower_sync_time\t44\n")
                .contains("zk_sum_observer_sync_time\t0\n")
                .contains("zk_sum_snapshottime\t45\n")
                .contains("zk_sum_unavailable_time\t46\n")
                .contains("zk_connection_request_count\t11\n")
                .contains("zk_avg_readlatency\t3.3333\n")
                .contains("zk_p99_readlatency\t6\n")
                .contains("zk_cnt_dead_watchers_cleaner_latency\t0\n");
        assertThat(text.lines().map(line -> line.substring(0, line.indexOf('\t'))))
                .doesNotHaveDuplicates();
        assertThat(answer(FourLetterWord.MNTR, Mode.FOLLOWER)).doesNotContain("zk_learners", "proposal_size");
    }

    @Test
    void confShowsTheConfiguration() {
        String data = dir.resolve("data/version-2").toString();
        assertThat(answer(FourLetterWord.CONF, Mode.FOLLOWER)).isEqualTo("""
                        clientPort=2181
                        secureClientPort=-1
                        dataDir=%1$s
                        dataDirSize=100
                        dataLogDir=%1$s
                        dataLogSize=100
                        tickTime=2000
                        maxClientCnxns=60
                        minSessionTimeout=4000
                        maxSessionTimeout=40000
                        clientPortListenBacklog=-1
                        serverId=2
                        initLimit=10
                        syncLimit=5
                        electionAlg=3
                        electionPort=3889
                        quorumPort=2889
                        peerType=0
                        membership:\s
                        server.1=a:2888:3888:participant
                        server.2=b:2889:3889:participant
                        server.3=c:2890:3890:observer
                        version=0
                        """.formatted(data));
        assertThat(config.ensemble()).isInstanceOf(EnsembleConfig.class);
    }

    @Test
    void theTraceMaskIsANumberThatIsKept() {
        assertThat(answer(FourLetterWord.GTMK, Mode.LEADER)).isEqualTo("306");
        words.setTraceMask(258);
        assertThat(words.answer(FourLetterWord.STMK, status(Mode.LOOKING, false), ReplicaDetails.NONE))
                .isEqualTo("258");
        assertThat(words.answer(FourLetterWord.GTMK, status(Mode.LOOKING, false), ReplicaDetails.NONE))
                .isEqualTo("258");
    }

    @Test
    void dirsCountsBytes() {
        assertThat(answer(FourLetterWord.DIRS, Mode.FOLLOWER)).isEqualTo("datadir_size: 100\nlogdir_size: 100\n");
    }

    @Test
    void aServerWithoutALeaderSaysSo() {
        ReplicaStatus looking = status(Mode.LOOKING, false);
        assertThat(words.answer(FourLetterWord.RUOK, looking, ReplicaDetails.NONE))
                .isEqualTo("imok");
        assertThat(words.answer(FourLetterWord.ISRO, looking, ReplicaDetails.NONE))
                .isEqualTo("null");
        assertThat(words.answer(FourLetterWord.ENVI, looking, ReplicaDetails.NONE))
                .startsWith("Environment:\nzookeeper.version=3.9.5");
        for (FourLetterWord word : List.of(
                FourLetterWord.SRVR,
                FourLetterWord.STAT,
                FourLetterWord.MNTR,
                FourLetterWord.CONF,
                FourLetterWord.CONS)) {
            assertThat(words.answer(word, looking, ReplicaDetails.NONE))
                    .isEqualTo("This ZooKeeper instance is not currently serving requests\n");
        }
    }

    @Test
    void resetsAreConfirmed() {
        assertThat(answer(FourLetterWord.SRST, Mode.LEADER)).isEqualTo("Server stats reset.\n");
        assertThat(answer(FourLetterWord.CRST, Mode.LEADER)).isEqualTo("Connection stats reset.\n");
        assertThat(answer(FourLetterWord.ISRO, Mode.LEADER)).isEqualTo("rw");
    }

    @Test
    void decimalsHaveOneToFourPlaces() {
        assertThat(FourLetterWords.decimal(0)).isEqualTo("0.0");
        assertThat(FourLetterWords.decimal(2)).isEqualTo("2.0");
        assertThat(FourLetterWords.decimal(1.59428)).isEqualTo("1.5943");
        assertThat(FourLetterWords.decimal(0.0001)).isEqualTo("0.0001");
        assertThat(FourLetterWords.decimal(1234567.5)).isEqualTo("1234567.5");
    }

    @Test
    void mntrSumsQuotasByTheFirstComponentOfTheirPaths() {
        String text = words.answer(FourLetterWord.MNTR, status(Mode.LEADER, true), ReplicaDetails.NONE);
        assertThat(text.lines())
                .contains(
                        "zk_a_quota_count_limit_per_namespace\t15",
                        "zk_a_quota_bytes_limit_per_namespace\t150",
                        "zk_a_quota_count_usage_per_namespace\t7",
                        "zk_a_quota_bytes_usage_per_namespace\t70");
    }
}
