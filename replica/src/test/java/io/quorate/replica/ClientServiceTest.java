package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EventLog;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.DataStatResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.SessionPassword;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.Xid;
import io.quorate.replica.storage.MapDisk;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.Preparer;
import io.quorate.tree.QuotaListener;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.WriteRequest;
import io.quorate.zab.History;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The orders that clients are promised (DESIGN §5.5), and the handshake, on a server alone whose disk works when the test says so. */
class ClientServiceTest {
    private final MapDisk disk = new MapDisk();
    private final ReplicaHarness server = new ReplicaHarness(disk);

    private static Consumer<JuteWriter> create(String path, String data, int flags) {
        return out -> new CreateRequest(path, data.getBytes(StandardCharsets.UTF_8), Acl.OPEN, flags).write(out);
    }

    private static Consumer<JuteWriter> path(String path, boolean watch) {
        return out -> new PathWatchRequest(path, watch).write(out);
    }

    private static Consumer<JuteWriter> set(String path, String data) {
        return out -> new SetDataRequest(path, data.getBytes(StandardCharsets.UTF_8), -1).write(out);
    }

    @Test
    void aNewSessionIsAnsweredWhenItsTransactionIsForced() {
        ReplicaHarness.Client client = server.client();
        client.connection.onFrame(connectFrame(), 0, 0);
        assertThat(client.frames).isEmpty();
        server.settle();
        assertThat(client.frames).hasSize(1);
    }

    private static byte[] connectFrame() {
        JuteWriter out = new JuteWriter();
        new io.quorate.protocol.ConnectRequest(0, 0, 4000, 0, null, false).write(out);
        return out.toByteArray();
    }

    @Test
    void aTimeoutIsGrantedWithinTheServersBounds() {
        ReplicaHarness.Client client = server.client().connect();
        assertThat(client.session.timeOut()).isEqualTo(4000);
        assertThat(client.session.passwd()).isEqualTo(SessionPassword.of(client.session.sessionId()));
    }

    @Test
    void requestsThatCameBeforeTheSessionAreAnsweredBehindIt() {
        ReplicaHarness.Client client = server.client();
        client.send(connectFrame());
        client.request(1, OpCode.CREATE, create("/a", "1", 0));
        client.request(2, OpCode.GET_DATA, path("/a", false));
        server.settle();
        client.next();
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(1, 0);
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(2, 0);
    }

    @Test
    void aReadBehindAWriteOfItsConnectionWaitsForItAndSeesIt() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/a", "x", 0));
        client.request(2, OpCode.GET_DATA, path("/a", false));
        client.request(Xid.PING, OpCode.PING, out -> {});
        assertThat(client.frames).isEmpty();
        server.settle();
        assertThat(client.header().xid()).isEqualTo(1);
        JuteReader read = client.next();
        assertThat(ReplyHeader.read(read).err()).isZero();
        assertThat(DataStatResponse.read(read).data()).isEqualTo(new byte[] {'x'});
        assertThat(client.header().xid()).isEqualTo(Xid.PING);
    }

    @Test
    void theReadOfAnotherConnectionDoesNotWait() {
        ReplicaHarness.Client writer = server.client().connect();
        ReplicaHarness.Client reader = server.client().connect();
        writer.request(1, OpCode.CREATE, create("/a", "x", 0));
        reader.request(1, OpCode.EXISTS, path("/a", false));
        assertThat(reader.header().err()).isEqualTo(ErrorCode.NO_NODE.code());
    }

    @Test
    void manyWritesOfOneConnectionAreInFlightAndAnsweredInOrder() {
        ReplicaHarness.Client client = server.client().connect();
        for (int i = 1; i <= 10; i++) {
            client.request(i, OpCode.CREATE, create("/n" + i, "", 0));
        }
        server.settle();
        long zxid = 0;
        for (int i = 1; i <= 10; i++) {
            ReplyHeader header = client.header();
            assertThat(header.xid()).isEqualTo(i);
            assertThat(header.zxid()).isGreaterThan(zxid);
            zxid = header.zxid();
        }
    }

    @Test
    void anEventComesBeforeTheAnswerThatShowsTheChange() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/a", "x", 0));
        server.settle();
        client.request(2, OpCode.GET_DATA, path("/a", true));
        client.frames.clear();
        client.request(3, OpCode.SET_DATA, set("/a", "y"));
        client.request(4, OpCode.GET_DATA, path("/a", false));
        server.settle();
        ReplyHeader event = client.header();
        ReplyHeader reply = client.header();
        assertThat(event.xid()).isEqualTo(Xid.WATCH_EVENT);
        assertThat(event.zxid()).isEqualTo(reply.zxid());
        assertThat(reply.xid()).isEqualTo(3);
        assertThat(client.header().xid()).isEqualTo(4);
    }

    @Test
    void anErrorIsATransactionOfItsOwn() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.DELETE, out -> new PathVersionRequest("/none", -1).write(out));
        client.request(2, OpCode.CREATE, create("/a", "", 0));
        server.settle();
        ReplyHeader error = client.header();
        assertThat(error.err()).isEqualTo(ErrorCode.NO_NODE.code());
        assertThat(client.header().zxid()).isEqualTo(error.zxid() + 1);
    }

    @Test
    void aBodyThatCannotBeReadIsRefusedHereAndInTurn() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/a", "", 0));
        client.request(2, OpCode.CREATE, out -> out.writeInt(-7));
        client.request(3, OpCode.GET_DATA, out -> out.writeInt(-7));
        server.settle();
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(1, 0);
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(2, ErrorCode.MARSHALLING_ERROR.code());
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(3, ErrorCode.MARSHALLING_ERROR.code());
        assertThat(client.closed).isFalse();
    }

    @Test
    void anUnknownOperationIsAnsweredAndTheConnectionClosed() {
        for (int op : new int[] {0, 13, -1, -10, 20, 77}) {
            ReplicaHarness.Client client = server.client().connect();
            client.request(1, op, out -> {});
            ReplyHeader header = client.header();
            assertThat(header.err()).as("operation %d", op).isEqualTo(ErrorCode.UNIMPLEMENTED.code());
            assertThat(header.zxid()).isEqualTo(-1);
            assertThat(client.closed).isTrue();
        }
    }

    @Test
    void aSyncIsAnsweredInTurn() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/a", "", 0));
        client.request(2, OpCode.SYNC, out -> new PathRequest("/a").write(out));
        client.request(3, OpCode.EXISTS, path("/a", false));
        assertThat(client.frames).isEmpty();
        server.settle();
        assertThat(client.header().xid()).isEqualTo(1);
        JuteReader sync = client.next();
        assertThat(ReplyHeader.read(sync).xid()).isEqualTo(2);
        assertThat(sync.readString()).isEqualTo("/a");
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(3, 0);
    }

    @Test
    void aClientThatHasSeenMoreIsSentAwayWithoutAWord() {
        ReplicaHarness.Client client = server.client().connect(1L << 40, 0, new byte[16]);
        assertThat(client.closed).isTrue();
        assertThat(client.frames).isEmpty();
    }

    @Test
    void aSessionComesBackWithItsPasswordAndItsEphemerals() {
        ReplicaHarness.Client first = server.client().connect();
        first.request(1, OpCode.CREATE, create("/e", "", 1));
        server.settle();
        first.disconnect();
        ReplicaHarness.Client second = server.client().connect(0, first.session.sessionId(), first.session.passwd());
        assertThat(second.session.sessionId()).isEqualTo(first.session.sessionId());
        second.request(2, OpCode.EXISTS, path("/e", false));
        assertThat(second.header().err()).isZero();
    }

    @Test
    void aWrongPasswordIsRefusedAndDisturbsNobody() {
        ReplicaHarness.Client holder = server.client().connect();
        ReplicaHarness.Client guesser = server.client().connect(0, holder.session.sessionId(), new byte[16]);
        assertThat(guesser.session.timeOut()).isZero();
        assertThat(guesser.session.sessionId()).isZero();
        assertThat(guesser.closed).isTrue();
        assertThat(holder.closed).isFalse();
    }

    @Test
    void aSecondConnectionOfASessionReplacesTheFirst() {
        ReplicaHarness.Client first = server.client().connect();
        ReplicaHarness.Client second = server.client().connect(0, first.session.sessionId(), first.session.passwd());
        assertThat(first.closed).isTrue();
        assertThat(second.closed).isFalse();
        first.disconnect();
        second.request(1, OpCode.CREATE, create("/a", "", 1));
        server.settle();
        assertThat(second.header().err()).isZero();
    }

    @Test
    void anUnknownSessionIsRefused() {
        ReplicaHarness.Client client = server.client().connect(0, 4711, SessionPassword.of(4711));
        assertThat(client.session.timeOut()).isZero();
        assertThat(client.closed).isTrue();
    }

    @Test
    void aSilentSessionExpiresWithItsEphemeralsAndATouchedOneDoesNot() {
        ReplicaHarness.Client silent = server.client().connect();
        ReplicaHarness.Client pinging = server.client().connect();
        silent.request(1, OpCode.CREATE, create("/e", "", 1));
        for (int i = 0; i < 6; i++) {
            server.passMs(1000);
            pinging.request(Xid.PING, OpCode.PING, out -> {});
        }
        assertThat(silent.closed).isTrue();
        assertThat(pinging.closed).isFalse();
        pinging.frames.clear();
        pinging.request(1, OpCode.EXISTS, path("/e", false));
        assertThat(pinging.header().err()).isEqualTo(ErrorCode.NO_NODE.code());
    }

    @Test
    void theEndOfASessionIsAnsweredAndThenTheConnectionCloses() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/e", "", 1));
        client.request(2, OpCode.CLOSE_SESSION, out -> {});
        client.request(3, OpCode.CREATE, create("/late", "", 0));
        server.settle();
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(1, 0);
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(2, 0);
        assertThat(client.frames).isEmpty();
        assertThat(client.closed).isTrue();
        ReplicaHarness.Client other = server.client().connect();
        other.request(1, OpCode.EXISTS, path("/e", false));
        assertThat(other.header().err()).isEqualTo(ErrorCode.NO_NODE.code());
        other.request(2, OpCode.EXISTS, path("/late", false));
        assertThat(other.header().err()).isEqualTo(ErrorCode.NO_NODE.code());
    }

    @Test
    void anAuthPacketIsAnsweredBeforeWhatWaitsAndAFailedOneCloses() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/a", "", 0));
        client.request(
                Xid.AUTH,
                OpCode.AUTH,
                out -> out.writeInt(0).writeString("digest").writeBuffer(new byte[] {'u', ':', 'p'}));
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(Xid.AUTH, 0);
        client.request(
                Xid.AUTH,
                OpCode.AUTH,
                out -> out.writeInt(0).writeString("nonsense").writeBuffer(new byte[0]));
        assertThat(client.header().err()).isEqualTo(ErrorCode.AUTH_FAILED.code());
        assertThat(client.closed).isTrue();
    }

    @Test
    void aClientThatAsksForTooMuchIsNotReadUntilItIsAnswered() {
        ReplicaHarness.Client client = server.client().connect();
        for (int i = 1; i <= ReplicaHarness.OUTSTANDING_LIMIT + 1; i++) {
            assertThat(client.paused).isFalse();
            client.request(i, OpCode.CREATE, create("/n" + i, "", 0));
        }
        assertThat(client.paused).isTrue();
        server.settle();
        assertThat(client.paused).isFalse();
        assertThat(server.replica.status().outstanding()).isZero();
    }

    @Test
    void aClientThatIsPausedBeforeItsSessionIsThereIsReadAgainBehindIt() {
        ReplicaHarness.Client client = server.client();
        client.send(connectFrame());
        for (int i = 1; i <= ReplicaHarness.OUTSTANDING_LIMIT + 1; i++) {
            client.request(i, OpCode.EXISTS, path("/n" + i, false));
        }
        assertThat(client.paused).isTrue();
        server.settle();
        assertThat(client.frames).hasSize(ReplicaHarness.OUTSTANDING_LIMIT + 2);
        assertThat(client.paused).isFalse();
    }

    @Test
    void aClientIsReadAgainThoughItsNextRequestStillWaits() {
        ReplicaHarness.Client client = server.client().connect();
        int writes = 2 * ReplicaHarness.OUTSTANDING_LIMIT;
        for (int i = 1; i <= writes; i++) {
            client.request(i, OpCode.CREATE, create("/n" + i, "", 0));
        }
        assertThat(client.paused).isTrue();
        server.forceLog();
        client.request(writes + 1, OpCode.CREATE, create("/last", "", 0));
        assertThat(client.frames).hasSize(writes);
        assertThat(client.paused).as("one request is outstanding").isFalse();
    }

    @Test
    void ephemeralsOfASessionThatIsNotKnownGoByATransaction() {
        MapDisk shared = new MapDisk();
        new ReplicaHarness(shared).settle();
        TreeLoading loading = new TreeLoading(TreeSettings.defaults(), new History(500));
        Storage storage = new Storage(shared, StorageSettings.DEFAULTS.withEnsemble(false), EventLog.NONE);
        storage.recover(loading, loading);
        WriteRequest create = new WriteRequest(77, 1, OpCode.CREATE, createBody("/e", 1), List.of(), ErrorCode.OK);
        storage.log()
                .append(
                        1,
                        new Preparer(loading.tree(), QuotaListener.NONE)
                                .prepare(create, 1, 0)
                                .encode());
        storage.log().force();

        ReplicaHarness second = new ReplicaHarness(shared);
        second.settle();
        ReplicaHarness.Client client = second.client().connect();
        client.request(1, OpCode.EXISTS, path("/e", false));
        assertThat(client.header().err()).isEqualTo(ErrorCode.NO_NODE.code());
        TreeLoading again = new TreeLoading(TreeSettings.defaults(), new History(500));
        new Storage(shared, StorageSettings.DEFAULTS.withEnsemble(false), EventLog.NONE).recover(again, again);
        assertThat(again.tree().digest())
                .as("what the log says is what is served")
                .isEqualTo(second.replica.treeState().digest());
        assertThat(again.tree().danglingOwners()).isEmpty();
    }

    private static byte[] createBody(String path, int flags) {
        JuteWriter body = new JuteWriter();
        create(path, "", flags).accept(body);
        return body.toByteArray();
    }

    @Test
    void aConnectionThatGoesTakesItsShareWithIt() {
        ReplicaHarness.Client client = server.client().connect();
        for (int i = 1; i <= 5; i++) {
            client.request(i, OpCode.CREATE, create("/n" + i, "", 0));
        }
        client.disconnect();
        assertThat(server.replica.status().outstanding()).isZero();
        assertThat(server.replica.status().connections()).isEmpty();
        server.settle();
        assertThat(client.frames).isEmpty();
    }

    @Test
    void whatWasAnsweredIsThereAfterARestartAndSnapshotsMakeNoDifference() {
        MapDisk shared = new MapDisk();
        ReplicaHarness first = new ReplicaHarness(shared, 4);
        ReplicaHarness.Client client = first.client().connect();
        for (int i = 1; i <= 40; i++) {
            client.request(i, OpCode.CREATE, create("/n" + i, "v" + i, 0));
            first.settle();
        }
        assertThat(client.frames).hasSize(40);
        assertThat(shared.list(io.quorate.replica.storage.DiskDirectory.DATA))
                .filteredOn(name -> name.startsWith("snapshot."))
                .hasSizeGreaterThan(2);
        ReplicaHarness second = new ReplicaHarness(shared, 4);
        assertThat(second.replica.treeState().digest())
                .isEqualTo(first.replica.treeState().digest());
        assertThat(second.replica.treeState().appliedZxid())
                .isEqualTo(first.replica.treeState().appliedZxid());
    }

    @Test
    void whatOneStartReadFromTheLogTheNextFindsInASnapshot() {
        MapDisk shared = new MapDisk();
        ReplicaHarness first = new ReplicaHarness(shared, 200);
        ReplicaHarness.Client client = first.client().connect();
        for (int i = 1; i <= 40; i++) {
            client.request(i, OpCode.CREATE, create("/n" + i, "v" + i, 0));
            first.settle();
        }
        assertThat(replayedFrom(shared)).isEqualTo(41);

        ReplicaHarness second = new ReplicaHarness(shared, 200);
        second.settle();
        assertThat(second.replica.treeState().digest())
                .isEqualTo(first.replica.treeState().digest());
        assertThat(replayedFrom(shared)).isZero();
    }

    private static int replayedFrom(MapDisk disk) {
        TreeLoading loading = new TreeLoading(TreeSettings.defaults(), new History(500));
        new Storage(disk, StorageSettings.DEFAULTS.withEnsemble(false), EventLog.NONE).recover(loading, loading);
        return loading.replayedTxns();
    }

    @Test
    void aStopForcesTheLogAndThenSaysSo() {
        ReplicaHarness.Client client = server.client().connect();
        client.request(1, OpCode.CREATE, create("/a", "", 0));
        server.replica.stop(0);
        assertThat(server.stopped).isFalse();
        server.settle();
        assertThat(server.stopped).isTrue();
        assertThat(client.closed).isTrue();
    }

    @Test
    void aDiskThatFailsEndsTheServerWithAnExplanation() {
        server.replica.onDiskFailure(new IllegalStateException("log.1: no space left"));
        assertThat(server.fatal)
                .singleElement()
                .asString()
                .contains("log.1: no space left")
                .contains("start it again");
    }
}
