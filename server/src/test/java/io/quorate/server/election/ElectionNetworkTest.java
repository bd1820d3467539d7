package io.quorate.server.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.ElectionHandshake;
import io.quorate.election.EnsembleConfig;
import io.quorate.election.HostPort;
import io.quorate.server.FreePorts;
import io.quorate.server.loop.CoreLoop;
import io.quorate.server.loop.Dialer;
import io.quorate.server.loop.Transport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** protocol/election.md §1, §2: which connections live, what is sent on them, and what a stranger can do. */
@Timeout(60)
class ElectionNetworkTest {
    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    private final List<Node> nodes = new ArrayList<>();
    private EnsembleConfig config;

    /** One server's election port, on a core loop of its own. */
    private final class Node {
        private final CoreLoop core = new CoreLoop(Transport.best(), (thread, thrown) -> uncaught.add(thrown));
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final ElectionNetwork network;
        private final long sid;

        private Node(long sid) {
            this.sid = sid;
            network = new ElectionNetwork(
                    core,
                    new Dialer(core),
                    sid,
                    config,
                    2000,
                    500,
                    (from, message, now) -> received.add(from + ": " + new String(message, StandardCharsets.UTF_8)));
            nodes.add(this);
        }

        private Node open() throws Exception {
            network.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(sid)));
            network.accept();
            return this;
        }

        private void send(long to, String message) throws Exception {
            onCore(() -> network.send(to, message.getBytes(StandardCharsets.UTF_8)));
        }

        private void onCore(Runnable task) throws Exception {
            CompletableFuture<Void> done = new CompletableFuture<>();
            core.execute(() -> {
                task.run();
                done.complete(null);
            });
            done.get(20, TimeUnit.SECONDS);
        }

        private String receive() throws InterruptedException {
            return received.poll(20, TimeUnit.SECONDS);
        }

        /** Duplicates are legal: the last message is sent again on a new connection. */
        private void awaits(String message) throws InterruptedException {
            String next = receive();
            while (next != null && !next.equals(message)) {
                next = receive();
            }
            assertThat(next).isEqualTo(message);
        }

        private void stop() throws Exception {
            network.stopAccepting();
            onCore(() -> network.closeAll("the test is over"));
            core.shutdown();
        }
    }

    private void configure(int servers) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (long sid = 1; sid <= servers; sid++) {
            lines.append("server." + sid + "=127.0.0.1:" + sid + ":" + FreePorts.next() + "\n");
        }
        config = EnsembleConfig.parse(lines.toString());
    }

    private int port(long sid) {
        return config.server(sid).orElseThrow().election().port();
    }

    @AfterEach
    void stop() throws Exception {
        for (Node node : nodes) {
            node.stop();
        }
        assertThat(uncaught).isEmpty();
    }

    @Test
    void threeServersHearEachOther() throws Exception {
        configure(3);
        Node one = new Node(1).open();
        Node two = new Node(2).open();
        Node three = new Node(3).open();
        for (Node from : nodes) {
            for (Node to : nodes) {
                if (from != to) {
                    from.send(to.sid, "from " + from.sid);
                }
            }
        }
        one.awaits("2: from 2");
        one.send(3, "again");
        two.awaits("1: from 1");
        three.awaits("1: again");
        CompletableFuture<Boolean> delivered = new CompletableFuture<>();
        one.onCore(() -> delivered.complete(one.network.anyDelivered()));
        assertThat(delivered.get()).isTrue();
    }

    @Test
    void aSmallerIdWakesUpALargerOneWhichDialsBack() throws Exception {
        configure(2);
        Node one = new Node(1).open();
        one.send(2, "early");
        Node two = new Node(2).open();
        one.onCore(() -> one.network.connectAll());
        two.awaits("1: early");
        two.send(1, "hello");
        one.awaits("2: hello");
    }

    @Test
    void onlyTheNewestMessageWaitsAndTheLastIsSentAgain() throws Exception {
        configure(2);
        Node one = new Node(1);
        Node two = new Node(2).open();
        two.send(1, "first");
        two.send(1, "second");
        two.send(1, "third");
        CompletableFuture<Boolean> delivered = new CompletableFuture<>();
        two.onCore(() -> delivered.complete(two.network.anyDelivered()));
        assertThat(delivered.get()).isFalse();
        one.open();
        two.onCore(() -> two.network.connectAll());
        assertThat(one.receive()).isEqualTo("2: third");

        // A new connection, made because server 1 asks for one as after a restart: the last message comes again.
        try (Socket asOne = dial(2, 1)) {
            assertThat(one.receive()).isEqualTo("2: third");
            assertThat(asOne.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aLargerIdReplacesItsOlderConnection() throws Exception {
        configure(3);
        Node one = new Node(1).open();
        Socket first = dial(1, 3);
        sendFrame(first, "a");
        assertThat(one.receive()).isEqualTo("3: a");
        Socket second = dial(1, 3);
        sendFrame(second, "b");
        assertThat(one.receive()).isEqualTo("3: b");
        assertThat(first.getInputStream().read()).isEqualTo(-1);
        one.send(3, "back");
        DataInputStream in = new DataInputStream(second.getInputStream());
        assertThat(in.readInt()).isEqualTo(4);
        assertThat(in.readNBytes(4)).isEqualTo("back".getBytes(StandardCharsets.UTF_8));
        first.close();
        second.close();
    }

    @Test
    void aHandshakeMayBeCutAnywhereAndMessagesMayFollowAtOnce() throws Exception {
        configure(2);
        Node one = new Node(1).open();
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        bytes.write(handshake(2));
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < 3; i++) {
            out.writeInt(1);
            out.writeByte('a' + i);
        }
        byte[] all = bytes.toByteArray();
        for (int cut = 1; cut < all.length; cut += 3) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(1))) {
                socket.setTcpNoDelay(true);
                socket.getOutputStream().write(all, 0, cut);
                socket.getOutputStream().flush();
                socket.getOutputStream().write(all, cut, all.length - cut);
                assertThat(one.receive()).isEqualTo("2: a");
                assertThat(one.receive()).isEqualTo("2: b");
                assertThat(one.receive()).isEqualTo("2: c");
            }
        }
    }

    @Test
    void messagesOfImpossibleLengthCloseTheConnection() throws Exception {
        configure(2);
        new Node(1).open();
        for (int length : new int[] {0, -1, 524_289}) {
            try (Socket socket = dial(1, 2)) {
                new DataOutputStream(socket.getOutputStream()).writeInt(length);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void strangersAreClosed() throws Exception {
        configure(2);
        new Node(1).open();
        for (byte[] garbage : new byte[][] {
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            {-1, -1, -1, -1, -1, -1, 0, 9},
            {(byte) 0x80, 0, 0, 0, 0, 0, 0, 0}
        }) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(1))) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(garbage);
                assertThat(endsOf(socket)).isTrue();
            }
        }
    }

    @Test
    void aSilentDiallerIsClosed() throws Exception {
        configure(2);
        new Node(1).open();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(1))) {
            socket.setSoTimeout(20_000);
            assertThat(endsOf(socket)).isTrue();
        }
    }

    @Test
    void anUnreachableHostDelaysNobody_ZOOKEEPER_3756() throws Exception {
        // 192.0.2.0/24 is for documentation and reaches nobody; the name cannot be resolved.
        config = EnsembleConfig.parse("server.1=127.0.0.1:1:" + FreePorts.next() + "\nserver.2=127.0.0.1:1:"
                + FreePorts.next() + "\nserver.3=192.0.2.1:1:2\nserver.4=no-such-host.invalid:1:2\n");
        Node one = new Node(1).open();
        Node two = new Node(2).open();
        two.onCore(() -> {
            two.network.send(3, new byte[] {1});
            two.network.send(4, new byte[] {1});
            two.network.connectAll();
        });
        two.send(1, "not delayed");
        assertThat(one.receive()).isEqualTo("2: not delayed");
    }

    private static boolean endsOf(Socket socket) {
        try {
            return socket.getInputStream().read() == -1;
        } catch (IOException e) {
            return true;
        }
    }

    private byte[] handshake(long sid) {
        return new ElectionHandshake(sid, List.of(new HostPort("127.0.0.1", port(sid)))).encode();
    }

    private Socket dial(long to, long as) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(to));
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(handshake(as));
        return socket;
    }

    private static void sendFrame(Socket socket, String message) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        out.writeInt(message.length());
        out.writeBytes(message);
        out.flush();
    }
}
