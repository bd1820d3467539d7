package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.Xid;
import io.quorate.replica.ClientLimits.ConnectionRate;
import io.quorate.replica.ClientLimits.RequestAdmission;
import io.quorate.replica.ReplicaHarness.Client;
import io.quorate.replica.storage.MapDisk;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the operator's limits do to clients of a server alone, whose disk works when the test says so. */
class ClientLimitsTest {
    private static final int MANY = 1000;
    private static final int SESSION_TIMEOUT_MS = 4000;

    private static ReplicaHarness server(ConnectionRate rate, RequestAdmission admission, int threshold, int maxBytes) {
        return new ReplicaHarness(new MapDisk(), 100_000, new ClientLimits(MANY, rate, admission, threshold, maxBytes));
    }

    private static ReplicaHarness admitting(int maxRequests, boolean stale, boolean drop, int refusedAfterMs) {
        return server(
                ConnectionRate.UNLIMITED,
                new RequestAdmission(maxRequests, stale, drop, refusedAfterMs),
                ClientLimits.NO_LARGE_REQUESTS,
                ClientLimits.DEFAULT_LARGE_REQUEST_BYTES);
    }

    private static Consumer<JuteWriter> create(String path, int bytes) {
        return out -> new CreateRequest(path, new byte[bytes], Acl.OPEN, 0).write(out);
    }

    private static Consumer<JuteWriter> exists(String path) {
        return out -> new PathWatchRequest(path, false).write(out);
    }

    private static void answers(Client client, int xid, ErrorCode code) {
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(xid, code.code());
    }

    private static ReplicaStatus.Throttling throttling(ReplicaHarness server) {
        return server.replica.status().counts().throttling();
    }

    @Test
    void tooManyHandshakesAreClosed() {
        ReplicaHarness server = server(
                new ConnectionRate(2, 1000, 1, -1, 0, 0, 0, 1, 1, 1),
                RequestAdmission.UNLIMITED,
                ClientLimits.NO_LARGE_REQUESTS,
                ClientLimits.DEFAULT_LARGE_REQUEST_BYTES);
        assertThat(server.client().connect().closed).isFalse();
        Client second = server.client().connect();
        assertThat(second.closed).isFalse();
        Client third = server.client().connect();
        assertThat(third.closed).isTrue();
        assertThat(third.session.sessionId()).isZero();
        assertThat(throttling(server).rejectedConnections()).isEqualTo(1);
        assertThat(throttling(server).missingTokens().max()).isEqualTo(2);
        server.passMs(1100);
        assertThat(server.client().connect().closed).isFalse();
    }

    @Test
    void requestsAboveTheLimitWaitForThoseBeforeThemAndConnectionsTakeTurns() {
        ReplicaHarness server = admitting(2, false, true, 0);
        Client one = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 0));
        one.request(2, OpCode.CREATE, create("/2", 0));
        one.request(3, OpCode.CREATE, create("/3", 0));
        one.request(4, OpCode.EXISTS, exists("/3"));
        other.request(1, OpCode.CREATE, create("/4", 0));
        other.request(Xid.PING, OpCode.PING, out -> {});
        assertThat(other.frames).isEmpty();
        server.forceLog();
        answers(one, 1, ErrorCode.OK);
        answers(one, 2, ErrorCode.OK);
        assertThat(one.frames).isEmpty();
        server.forceLog();
        answers(one, 3, ErrorCode.OK);
        answers(other, 1, ErrorCode.OK);
        answers(one, 4, ErrorCode.OK);
        answers(other, Xid.PING, ErrorCode.OK);
        assertThat(throttling(server).waited()).isEqualTo(4);
        assertThat(throttling(server).waits().count()).isEqualTo(4);
        assertThat(server.replica.status().outstanding()).isZero();
    }

    /** What a sync holds back goes upstream before anything that waits for its turn. */
    @Test
    void writesBehindASyncKeepTheirOrderWhenTheLastOfThemWait() {
        ReplicaHarness server = admitting(3, false, true, 0);
        Client other = server.client().connect();
        Client one = server.client().connect();
        other.request(1, OpCode.CREATE, create("/1", 0));
        one.request(1, OpCode.SYNC, out -> new PathRequest("/").write(out));
        one.request(2, OpCode.CREATE, create("/a", 0));
        other.request(2, OpCode.CREATE, create("/2", 0));
        one.request(3, OpCode.CREATE, create("/b", 0));
        assertThat(throttling(server).waited()).isEqualTo(2);
        server.settle();
        answers(one, 1, ErrorCode.OK);
        ReplyHeader first = one.header();
        ReplyHeader second = one.header();
        assertThat(first).extracting(ReplyHeader::xid, ReplyHeader::err).containsExactly(2, 0);
        assertThat(second).extracting(ReplyHeader::xid, ReplyHeader::err).containsExactly(3, 0);
        assertThat(second.zxid()).isGreaterThan(first.zxid());
        assertThat(server.replica.status().outstanding()).isZero();
    }

    @Test
    void whatWaitsWhenItsConnectionGoesIsForgotten() {
        ReplicaHarness server = admitting(1, false, true, 0);
        Client one = server.client().connect();
        Client gone = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 0));
        gone.request(1, OpCode.CREATE, create("/2", 0));
        other.request(1, OpCode.CREATE, create("/3", 0));
        gone.disconnect();
        server.settle();
        answers(one, 1, ErrorCode.OK);
        answers(other, 1, ErrorCode.OK);
        other.request(2, OpCode.EXISTS, exists("/2"));
        answers(other, 2, ErrorCode.NO_NODE);
        assertThat(server.replica.status().outstanding()).isZero();
    }

    @Test
    void oneThatGoesWhileItsRequestIsWorkedOnMakesRoom() {
        ReplicaHarness server = admitting(1, false, true, 0);
        Client one = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 0));
        other.request(1, OpCode.EXISTS, exists("/1"));
        assertThat(other.frames).isEmpty();
        one.disconnect();
        answers(other, 1, ErrorCode.NO_NODE);
    }

    @Test
    void whoHasWaitedTooLongIsRefusedInItsOrder() {
        ReplicaHarness server = admitting(1, false, true, 100);
        Client one = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 0));
        other.request(1, OpCode.CREATE, create("/2", 0));
        other.request(Xid.PING, OpCode.PING, out -> {});
        server.advance(150);
        server.settle();
        answers(one, 1, ErrorCode.OK);
        answers(other, 1, ErrorCode.THROTTLED);
        answers(other, Xid.PING, ErrorCode.OK);
        assertThat(throttling(server).refused()).isEqualTo(1);
        other.request(2, OpCode.EXISTS, exists("/2"));
        answers(other, 2, ErrorCode.NO_NODE);
    }

    @Test
    void aConnectionWhoseRequestOutlivesItsSessionIsClosed() {
        ReplicaHarness server = admitting(1, true, true, 0);
        Client one = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 0));
        other.request(1, OpCode.CREATE, create("/2", 0));
        server.advance(SESSION_TIMEOUT_MS + 100);
        assertThat(other.closed).isTrue();
        assertThat(one.closed).isFalse();
        assertThat(throttling(server).staleDropped()).isEqualTo(1);
    }

    @Test
    void itIsTakenNeverthelessIfStaleRequestsAreNotDropped() {
        ReplicaHarness server = admitting(1, true, false, 0);
        Client one = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 0));
        other.request(1, OpCode.EXISTS, exists("/1"));
        server.advance(SESSION_TIMEOUT_MS + 100);
        assertThat(other.closed).isFalse();
        server.forceLog();
        answers(other, 1, ErrorCode.OK);
        assertThat(throttling(server).stale()).isEqualTo(1);
    }

    @Test
    void largeRequestsBeyondTheirSumCloseTheConnectionAndSmallOnesGoOn() {
        ReplicaHarness server = server(ConnectionRate.UNLIMITED, RequestAdmission.UNLIMITED, 1000, 5000);
        Client one = server.client().connect();
        Client other = server.client().connect();
        one.request(1, OpCode.CREATE, create("/1", 3000));
        other.request(1, OpCode.CREATE, create("/2", 500));
        assertThat(other.closed).isFalse();
        other.request(2, OpCode.CREATE, create("/3", 3000));
        assertThat(other.closed).isTrue();
        assertThat(throttling(server).rejectedLarge()).isEqualTo(1);
        server.settle();
        answers(one, 1, ErrorCode.OK);
        one.request(2, OpCode.CREATE, create("/4", 4000));
        server.settle();
        answers(one, 2, ErrorCode.OK);
    }

    @Test
    void aConnectionThatGoesTakesItsLargeRequestsWithIt() {
        ReplicaHarness server = server(ConnectionRate.UNLIMITED, RequestAdmission.UNLIMITED, 1000, 5000);
        Client gone = server.client().connect();
        gone.request(1, OpCode.CREATE, create("/1", 4000));
        gone.disconnect();
        Client one = server.client().connect();
        one.request(1, OpCode.CREATE, create("/2", 4000));
        assertThat(one.closed).isFalse();
        server.settle();
        answers(one, 1, ErrorCode.OK);
    }
}
