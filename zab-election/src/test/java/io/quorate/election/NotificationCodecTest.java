package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NotificationCodecTest {
    private static final String CONFIG = """
            server.1=127.0.0.1:23201:23301:participant
            server.2=127.0.0.1:23202:23302:participant
            server.3=127.0.0.1:23203:23303:participant
            version=0""";

    /** Sent by an Apache ZooKeeper 3.9.5 server with id 1 and an empty database: looking, then following 2. */
    private static final String CONFIG_HEX =
            "7365727665722e313d3132372e302e302e313a32333230313a32333330313a7061727469636970616e740a"
                    + "7365727665722e323d3132372e302e302e313a32333230323a32333330323a7061727469636970616e740a"
                    + "7365727665722e333d3132372e302e302e313a32333230333a32333330333a7061727469636970616e740a"
                    + "76657273696f6e3d30";

    private static final String LOOKING = "00000000" + "0000000000000001" + "0000000000000000" + "0000000000000001"
            + "0000000000000000" + "00000002" + "0000008a" + CONFIG_HEX;
    private static final String FOLLOWING = "00000001" + "0000000000000002" + "0000000000000000" + "0000000000000001"
            + "0000000000000000" + "00000002" + "0000008a" + CONFIG_HEX;

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void readsAndWritesTheBytesOfARealServer() {
        Notification looking = NotificationCodec.decode(1, bytes(LOOKING));
        assertThat(looking).isEqualTo(new Notification(1, PeerState.LOOKING, 1, 0, 1, 0, 2, CONFIG));
        assertThat(NotificationCodec.encode(looking)).isEqualTo(bytes(LOOKING));

        Notification following = NotificationCodec.decode(1, bytes(FOLLOWING));
        assertThat(following).isEqualTo(new Notification(1, PeerState.FOLLOWING, 2, 0, 1, 0, 2, CONFIG));
        assertThat(NotificationCodec.encode(following)).isEqualTo(bytes(FOLLOWING));

        assertThat(EnsembleConfig.parse(CONFIG).text()).isEqualTo(CONFIG);
    }

    @Test
    void messagesOf28BytesHaveTheEpochOfTheZxid() {
        assertThat(NotificationCodec.decode(2, bytes("00000002 0000000000000003 0000000500000007 0000000000000009")))
                .isEqualTo(new Notification(2, PeerState.LEADING, 3, 0x500000007L, 9, 5, 0, null));
    }

    @Test
    void messagesOf40BytesHaveNoVersionWhateverStandsThere() {
        String hex = "00000001 0000000000000003 0000000500000007 0000000000000009 0000000000000006 00000002";
        assertThat(NotificationCodec.decode(2, bytes(hex)))
                .isEqualTo(new Notification(2, PeerState.FOLLOWING, 3, 0x500000007L, 9, 6, 0, null));
    }

    @Test
    void version1HasNoConfiguration() {
        String hex = "00000001 0000000000000003 0000000500000007 0000000000000009 0000000000000006 00000001";
        Notification version1 = new Notification(2, PeerState.FOLLOWING, 3, 0x500000007L, 9, 6, 1, null);
        assertThat(NotificationCodec.decode(2, bytes(hex + " ff"))).isEqualTo(version1);
        assertThat(NotificationCodec.decode(2, bytes(hex + " ffffffff"))).isEqualTo(version1);
        assertThat(NotificationCodec.encode(version1)).isEqualTo(bytes(hex));
    }

    @Test
    void bytesBehindTheConfigurationAreIgnored() {
        Notification looking = NotificationCodec.decode(1, bytes(LOOKING));
        assertThat(NotificationCodec.decode(1, bytes(LOOKING + "00ff"))).isEqualTo(looking);
    }

    /** ZOOKEEPER-3769: every truncation of a message is refused, in a way that the receiver survives. */
    @Test
    void truncatedMessagesAreRefused() {
        byte[] whole = bytes(LOOKING);
        for (int length = 0; length < whole.length; length++) {
            byte[] truncated = Arrays.copyOf(whole, length);
            if (length == 28 || length == 40) {
                assertThat(NotificationCodec.decode(1, truncated).version()).isZero();
            } else {
                assertThatThrownBy(() -> NotificationCodec.decode(1, truncated))
                        .isInstanceOf(ElectionFormatException.class)
                        .hasMessageContaining(truncated.length + " bytes");
            }
        }
    }

    @Test
    void garbageIsReadOrRefusedButNeverAnythingElse() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(80)];
            random.nextBytes(garbage);
            for (int zero = 0; zero < Math.min(3, garbage.length); zero++) {
                garbage[zero] = 0;
            }
            try {
                NotificationCodec.decode(1, garbage);
            } catch (ElectionFormatException expected) {
                assertThat(expected).hasMessageStartingWith("not an election message");
            }
        }
    }

    @Test
    void statesAndConfigurationLengthsAreChecked() {
        String numbers = "0000000000000001 0000000000000000 0000000000000001 0000000000000000";
        assertThatThrownBy(() -> NotificationCodec.decode(1, bytes("00000004" + numbers + "00000001")))
                .hasMessageContaining("its state is 4, expected 0..3");
        assertThatThrownBy(() -> NotificationCodec.decode(1, bytes("ffffffff" + numbers + "00000001")))
                .hasMessageContaining("its state is -1, expected 0..3");
        assertThatThrownBy(() -> NotificationCodec.decode(1, bytes("00000000" + numbers + "00000002 ffffffff")))
                .hasMessageContaining("its configuration has -1 bytes, but 0 are left");
        assertThatThrownBy(() -> NotificationCodec.decode(1, bytes("00000000" + numbers + "00000002 00000002 41")))
                .hasMessageContaining("its configuration has 2 bytes, but 1 are left");
    }

    @Test
    void whatNoPeerWouldAcceptIsNotWritten() {
        String huge = "x".repeat(ElectionLimits.MAX_MESSAGE_BYTES);
        assertThatThrownBy(() -> NotificationCodec.encode(new Notification(1, PeerState.LOOKING, 1, 0, 1, 0, 2, huge)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too many servers");
        assertThatThrownBy(() -> NotificationCodec.encode(new Notification(1, PeerState.LOOKING, 1, 0, 1, 0, 1, "x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NotificationCodec.encode(new Notification(1, PeerState.LOOKING, 1, 0, 1, 0, 2, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
