package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectionHandshakeTest {
    /** Sent by an Apache ZooKeeper 3.9.5 server with id 1 that listens on 127.0.0.1:23301. */
    private static final String REAL = "ffffffffffff0000 0000000000000001 0000000f 3132372e302e302e313a3233333031";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static ElectionHandshake.Decoded decode(String hex) {
        return ElectionHandshake.decode(ByteBuffer.wrap(bytes(hex)));
    }

    private static String refusal(String hex) {
        return ((ElectionHandshake.Refused) decode(hex)).reason();
    }

    @Test
    void readsAndWritesTheBytesOfARealServer() {
        ElectionHandshake handshake = new ElectionHandshake(1, List.of(new HostPort("127.0.0.1", 23301)));
        assertThat(handshake.encode()).isEqualTo(bytes(REAL));
        assertThat(decode(REAL)).isEqualTo(new ElectionHandshake.Complete(handshake));
    }

    @Test
    void severalAddressesHaveAVersionOfTheirOwn() {
        ElectionHandshake handshake =
                new ElectionHandshake(7, List.of(new HostPort("a", 1), new HostPort("0:0:0:0:0:0:0:1", 2)));
        String hex = HexFormat.of().formatHex(handshake.encode());
        assertThat(hex).startsWith("ffffffffffff0001" + "0000000000000007" + "00000017");
        assertThat(decode(hex)).isEqualTo(new ElectionHandshake.Complete(handshake));
    }

    @Test
    void theOldFormIsTheIdAlone() {
        ByteBuffer in = ByteBuffer.wrap(bytes("0000000000000005 000000d6"));
        assertThat(ElectionHandshake.decode(in))
                .isEqualTo(new ElectionHandshake.Complete(new ElectionHandshake(5, List.of())));
        assertThat(in.remaining()).isEqualTo(4);
    }

    @Test
    void arrivesInPieces() {
        byte[] whole = bytes(REAL + "000000d6");
        int length = whole.length - 4;
        for (int arrived = 0; arrived < length; arrived++) {
            ByteBuffer in = ByteBuffer.wrap(whole, 0, arrived);
            assertThat(ElectionHandshake.decode(in))
                    .isInstanceOfSatisfying(
                            ElectionHandshake.Incomplete.class,
                            incomplete -> assertThat(incomplete.missingBytes()).isBetween(1, length - in.limit()));
            assertThat(in.position()).isZero();
        }
        ByteBuffer in = ByteBuffer.wrap(whole);
        assertThat(ElectionHandshake.decode(in)).isInstanceOf(ElectionHandshake.Complete.class);
        assertThat(in.remaining()).isEqualTo(4);
    }

    @Test
    void readsFromTheMiddleOfABuffer() {
        ByteBuffer in = ByteBuffer.wrap(bytes("aaaa" + REAL));
        in.position(2);
        assertThat(ElectionHandshake.decode(in)).isInstanceOf(ElectionHandshake.Complete.class);
        assertThat(in.hasRemaining()).isFalse();
    }

    @Test
    void refusesAsSoonAsItIsClear() {
        assertThat(refusal("fffffffffffeffff")).contains("protocol version -65537, expected -65536 or -65535");
        assertThat(refusal("8000000000000000")).contains("protocol version");
        assertThat(refusal("ffffffffffff0000 ffffffffffffffff 00000001")).contains("server id -1");
        assertThat(refusal("ffffffffffff0000 0000000000000001 00000000")).contains("addresses of 0 bytes");
        assertThat(refusal("ffffffffffff0000 0000000000000001 ffffffff")).contains("addresses of -1 bytes");
        assertThat(refusal("ffffffffffff0000 0000000000000001 00000801"))
                .contains("addresses of 2049 bytes", "1..2048");
        assertThat(refusal("ffffffffffff0000 0000000000000001 00000001 41"))
                .contains("\"A\" from server 1, expected host:port");
        assertThat(refusal("ffffffffffff0000 0000000000000001 00000003 413a78")).contains("expected host:port");
        assertThat(refusal("ffffffffffff0000 0000000000000001 00000005 413a313a32"))
                .contains("expected host:port");
    }

    @Test
    void anAddressListOfTheLargestLengthPasses() {
        String address = "x".repeat(2048 - 2) + ":1";
        ElectionHandshake handshake = new ElectionHandshake(1, List.of(new HostPort("x".repeat(2046), 1)));
        assertThat(address).hasSize(2048);
        assertThat(handshake.encode()).hasSize(ElectionLimits.MAX_HANDSHAKE_BYTES);
        assertThat(ElectionHandshake.decode(ByteBuffer.wrap(handshake.encode())))
                .isEqualTo(new ElectionHandshake.Complete(handshake));
        assertThatThrownBy(() -> new ElectionHandshake(1, List.of(new HostPort("x".repeat(2047), 1))).encode())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ElectionHandshake(1, List.of()).encode())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
