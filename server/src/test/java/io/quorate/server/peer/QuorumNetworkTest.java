package io.quorate.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.HostPort;
import io.quorate.server.FreePorts;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import io.quorate.server.loop.Transport;
import io.quorate.server.loop.TransportLimits;
import io.quorate.zab.PeerChannel;
import io.quorate.zab.PeerListener;
import io.quorate.zab.QuorumPacket;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections between a leader and learners: packets, snapshot bytes, caps and ends. */
@Timeout(60)
class QuorumNetworkTest {
    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    private CoreLoop core;
    private QuorumNetwork network;
    private HostPort place;
    private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();

    /** One end of a connection, which writes down what it hears. */
    private static final class Peer implements PeerListener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private @Nullable PeerChannel channel;
        private int rawWanted;
        private long rawSum;

        @Override
        public void onOpen(PeerChannel opened, long nowNanos) {
            channel = opened;
            events.add("open");
        }

        @Override
        public void onPacket(QuorumPacket packet, long nowNanos) {
            events.add(packet.toString());
            if (packet.type() == 15) {
                rawWanted = packet.data().length;
            }
            if (packet.type() == 12) {
                channel.close("enough");
            }
        }

        @Override
        public boolean wantsRaw() {
            return rawWanted > 0;
        }

        @Override
        public int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
            int count = Math.min(length, rawWanted);
            for (int i = 0; i < count; i++) {
                rawSum += bytes[offset + i];
            }
            rawWanted -= count;
            if (rawWanted == 0) {
                events.add("raw sum " + rawSum);
            }
            return count;
        }

        @Override
        public void onWritable(long nowNanos) {
            events.add("writable");
        }

        @Override
        public void onClosed(String reason, long nowNanos) {
            events.add("closed: " + reason);
        }

        private String event() throws InterruptedException {
            return events.poll(20, TimeUnit.SECONDS);
        }
    }

    @BeforeEach
    void start() throws Exception {
        core = new CoreLoop(Transport.best(), (thread, thrown) -> uncaught.add(thrown));
        network = new QuorumNetwork(core, new Dialer(core), 1 << 20, () -> {
            Peer peer = new Peer();
            accepted.add(peer);
            return peer;
        });
        place = new HostPort("127.0.0.1", FreePorts.next());
        network.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), place.port()));
        network.accept();
        core.execute(() -> core.start(new CoreLoop.Agent() {
            @Override
            public long onTick(long nowNanos, long wallMs) {
                return Long.MAX_VALUE;
            }

            @Override
            public void endBatch(long nowNanos) {
                network.flush();
            }
        }));
    }

    @AfterEach
    void stop() {
        network.stopAccepting();
        core.shutdown();
        assertThat(uncaught).isEmpty();
    }

    private void onCore(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        core.execute(() -> {
            core.input();
            task.run();
            done.complete(null);
        });
        done.get(20, TimeUnit.SECONDS);
    }

    private Peer connect() throws Exception {
        Peer dialler = new Peer();
        onCore(() -> network.connect(place, dialler, TimeUnit.SECONDS.toNanos(10)));
        assertThat(dialler.event()).isEqualTo("open");
        return dialler;
    }

    private Peer accepted() throws InterruptedException {
        Peer peer = accepted.poll(20, TimeUnit.SECONDS);
        assertThat(peer.event()).isEqualTo("open");
        return peer;
    }

    @Test
    void packetsAndSnapshotBytesFollowEachOther() throws Exception {
        Peer learner = connect();
        Peer leader = accepted();
        byte[] raw = new byte[300_000];
        java.util.Arrays.fill(raw, (byte) 1);
        onCore(() -> {
            leader.channel.send(QuorumPacket.of(13, 5));
            leader.channel.send(QuorumPacket.of(15, 6, raw));
            leader.channel.sendRaw(raw, 0, 100_000);
            leader.channel.sendRaw(raw, 100_000, 200_000);
            leader.channel.send(QuorumPacket.of(10, 7));
        });
        assertThat(learner.event()).startsWith("DIFF");
        assertThat(learner.event()).startsWith("SNAP");
        assertThat(learner.event()).isEqualTo("raw sum 300000");
        assertThat(learner.event()).startsWith("NEWLEADER");
        onCore(() -> learner.channel.send(QuorumPacket.of(3, 7)));
        assertThat(leader.event()).startsWith("ACK");
    }

    @Test
    void nothingIsHeardBehindThePacketThatMadeAListenerClose() throws Exception {
        Peer learner = connect();
        Peer leader = accepted();
        onCore(() -> {
            leader.channel.send(QuorumPacket.of(12, 1));
            leader.channel.send(QuorumPacket.of(5, 2));
        });
        assertThat(learner.event()).startsWith("UPTODATE");
        assertThat(learner.event()).isEqualTo("closed: enough");
        assertThat(leader.event()).startsWith("closed:");
    }

    @Test
    void aChannelOverItsCapSaysWhenItIsWritableAgain() throws Exception {
        Peer learner = connect();
        Peer leader = accepted();
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        onCore(() -> {
            int count = 0;
            while (leader.channel.isWritable()) {
                leader.channel.send(QuorumPacket.of(2, count++, new byte[10_000]));
            }
            sent.complete(count);
        });
        assertThat(sent.get())
                .isBetween(
                        TransportLimits.PEER_UNSENT_CAP_BYTES / 11_000,
                        1 + TransportLimits.PEER_UNSENT_CAP_BYTES / 10_000);
        assertThat(leader.event()).isEqualTo("writable");
        for (int i = 0; i < sent.get(); i++) {
            assertThat(learner.event()).startsWith("PROPOSAL");
        }
    }

    /** More than the sockets hold: the leader's channel fills while the learner does not read, and all comes when it reads on. */
    @Test
    void aPausedChannelLeavesWhatComesToTheSenderAndLosesNothing() throws Exception {
        Peer learner = connect();
        Peer leader = accepted();
        onCore(() -> learner.channel.pauseReading(true));
        int sent = 0;
        CompletableFuture<Boolean> full = new CompletableFuture<>();
        while (!full.isDone()) {
            int zxid = sent++;
            onCore(() -> {
                leader.channel.send(QuorumPacket.of(2, zxid, new byte[500_000]));
                if (!leader.channel.isWritable()) {
                    full.complete(true);
                }
            });
            assertThat(sent).as("packets of 0.5 MB in the sockets").isLessThan(1000);
        }
        assertThat(learner.events).isEmpty();

        onCore(() -> learner.channel.pauseReading(false));
        for (int i = 0; i < sent; i++) {
            assertThat(learner.event()).startsWith("PROPOSAL 0x" + Integer.toHexString(i) + " ");
        }
    }

    @Test
    void aLeaderThatIsNotThereIsTold() throws Exception {
        HostPort nobody = new HostPort("127.0.0.1", FreePorts.next());
        Peer dialler = new Peer();
        onCore(() -> network.connect(nobody, dialler, TimeUnit.SECONDS.toNanos(10)));
        assertThat(dialler.event()).startsWith("closed: cannot connect to " + nobody);
        Peer unknown = new Peer();
        onCore(() -> network.connect(new HostPort("no-such-host.invalid", 1), unknown, TimeUnit.SECONDS.toNanos(20)));
        assertThat(unknown.event())
                .isEqualTo("closed: cannot connect to no-such-host.invalid:1: unknown host no-such-host.invalid");
    }

    @Test
    void whatIsNoPacketEndsTheConnection() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), place.port())) {
            socket.setSoTimeout(20_000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(11);
            out.writeLong(0);
            out.writeInt(Integer.MAX_VALUE);
            Peer peer = accepted();
            assertThat(peer.event()).startsWith("closed: what it sent is no packet");
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
            // A reset instead of an end is as good.
        }
    }
}
