package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.replica.storage.MapDisk;
import org.junit.jupiter.api.Test;

/** What clients see of a server whose disk is full. */
class DiskFullTest {
    private final MapDisk disk = new MapDisk();
    private final ReplicaHarness server = new ReplicaHarness(disk);
    private final ReplicaHarness.Client client = server.client().connect();

    @Test
    void readsGoOnAndWritesAreAnsweredWhenThereIsRoom() {
        ReplicaHarness.Client reader = server.client().connect();
        create(1, "/before");
        assertThat(client.header().err()).isZero();

        disk.fullWhen(operation -> operation.startsWith("write log"));
        create(2, "/kept");
        create(3, "/kept-too");
        server.passMs(1000);
        assertThat(client.frames).as("nothing is acknowledged").isEmpty();
        assertThat(errorOfExists(reader, 1, "/before")).isZero();
        assertThat(errorOfExists(reader, 2, "/kept")).isEqualTo(ErrorCode.NO_NODE.code());
        assertThat(server.replica.status().disk().full()).isTrue();
        assertThat(server.replica.status().disk().unwrittenBytes()).isPositive();

        disk.fullWhen(operation -> false);
        server.passMs(100);
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(2, 0);
        assertThat(client.header())
                .extracting(ReplyHeader::xid, ReplyHeader::err)
                .containsExactly(3, 0);
        assertThat(errorOfExists(reader, 3, "/kept")).isZero();
        assertThat(server.replica.status().disk()).isEqualTo(new ReplicaStatus.DiskStatus(false, 0));
        assertThat(server.replica.status().counts().diskFull()).isEqualTo(1);
        assertThat(server.fatal).isEmpty();
    }

    @Test
    void aServerThatIsKilledWhileItsDiskIsFullHasAllThatItAcknowledged() {
        create(1, "/before");
        disk.fullWhen(operation -> operation.startsWith("write log"));
        create(2, "/never-acknowledged");
        disk.fullWhen(operation -> false);

        ReplicaHarness again = new ReplicaHarness(disk);
        ReplicaHarness.Client reader = again.client().connect();
        reader.request(1, OpCode.EXISTS, out -> new PathWatchRequest("/before", false).write(out));
        again.settle();
        assertThat(reader.header().err()).isZero();
    }

    private void create(int xid, String path) {
        client.request(xid, OpCode.CREATE, out -> new CreateRequest(path, new byte[10], Acl.OPEN, 0).write(out));
        server.settle();
    }

    private int errorOfExists(ReplicaHarness.Client reader, int xid, String path) {
        reader.request(xid, OpCode.EXISTS, out -> new PathWatchRequest(path, false).write(out));
        server.settle();
        return reader.header().err();
    }
}
