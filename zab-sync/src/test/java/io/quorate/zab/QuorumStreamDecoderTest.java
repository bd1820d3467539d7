package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.jute.Id;
import io.quorate.jute.JuteException;
import io.quorate.jute.JuteWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuorumStreamDecoderTest {
    private static final int MAX_FIELD = 1000;

    /** Takes packets; behind a SNAP raw bytes up to a '!', which may come only in whole words of three. */
    private static final class Recorder implements PeerListener {
        final List<String> heard = new ArrayList<>();
        private final StringBuilder raw = new StringBuilder();
        private boolean wantsRaw;

        @Override
        public void onOpen(PeerChannel channel, long nowNanos) {}

        @Override
        public void onPacket(QuorumPacket packet, long nowNanos) {
            heard.add(packet + " " + packet.authInfo());
            wantsRaw = packet.type() == PacketType.SNAP;
        }

        @Override
        public boolean wantsRaw() {
            return wantsRaw;
        }

        @Override
        public int onRaw(byte[] bytes, int offset, int length, long nowNanos) {
            int used = 0;
            while (wantsRaw && length - used >= 3) {
                raw.append(new String(bytes, offset + used, 3, StandardCharsets.US_ASCII));
                used += 3;
                wantsRaw = raw.charAt(raw.length() - 1) != '!';
            }
            if (!wantsRaw) {
                heard.add("raw " + raw);
                raw.setLength(0);
            }
            return used;
        }

        @Override
        public void onWritable(long nowNanos) {}

        @Override
        public void onClosed(String reason, long nowNanos) {}
    }

    private static byte[] conversation() {
        JuteWriter out = new JuteWriter(100);
        QuorumPacket.of(PacketType.LEADER_INFO, 0x100000000L, new byte[] {0, 1, 0, 0})
                .write(out);
        new QuorumPacket(PacketType.REQUEST, -1, "body".getBytes(StandardCharsets.UTF_8), List.of(new Id("ip", "::1")))
                .write(out);
        QuorumPacket.of(PacketType.SNAP, 5).write(out);
        out.writeRaw("aaabbbcc!".getBytes(StandardCharsets.US_ASCII));
        QuorumPacket.of(PacketType.NEW_LEADER, 0x100000000L, new byte[300]).write(out);
        QuorumPacket.of(PacketType.SNAP, 6).write(out);
        out.writeRaw("xx!".getBytes(StandardCharsets.US_ASCII));
        new QuorumPacket(PacketType.PING, 7, new byte[0], List.of()).write(out);
        return out.toByteArray();
    }

    private static final List<String> HEARD = List.of(
            "LEADERINFO 0x100000000 4 bytes null",
            "REQUEST 0xffffffffffffffff 4 bytes [Id[scheme=ip, id=::1]]",
            "SNAP 0x5 null",
            "raw aaabbbcc!",
            "NEWLEADER 0x100000000 300 bytes null",
            "SNAP 0x6 null",
            "raw xx!",
            "PING 0x7 0 bytes []");

    @Test
    void allAtOnce() {
        Recorder recorder = new Recorder();
        byte[] bytes = conversation();

        new QuorumStreamDecoder(recorder, MAX_FIELD).onBytes(bytes, 0, bytes.length, 0);

        assertThat(recorder.heard).isEqualTo(HEARD);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 64})
    void inPiecesOf(int size) {
        Recorder recorder = new Recorder();
        QuorumStreamDecoder decoder = new QuorumStreamDecoder(recorder, MAX_FIELD);
        byte[] bytes = conversation();

        for (int at = 0; at < bytes.length; at += size) {
            decoder.onBytes(bytes, at, Math.min(size, bytes.length - at), 0);
        }

        assertThat(recorder.heard).isEqualTo(HEARD);
    }

    @Test
    void splitAtEveryByte() {
        byte[] bytes = conversation();
        for (int at = 0; at <= bytes.length; at++) {
            Recorder recorder = new Recorder();
            QuorumStreamDecoder decoder = new QuorumStreamDecoder(recorder, MAX_FIELD);

            decoder.onBytes(bytes, 0, at, 0);
            decoder.onBytes(bytes, at, bytes.length - at, 0);

            assertThat(recorder.heard).as("split at %s", at).isEqualTo(HEARD);
        }
    }

    /** The caller may use its buffer again: what is kept is a copy. */
    @Test
    void keepsNothingOfTheCallersArray() {
        Recorder recorder = new Recorder();
        QuorumStreamDecoder decoder = new QuorumStreamDecoder(recorder, MAX_FIELD);
        byte[] bytes = conversation();
        byte[] buffer = new byte[13];

        for (int at = 0; at < bytes.length; at += buffer.length) {
            int length = Math.min(buffer.length, bytes.length - at);
            System.arraycopy(bytes, at, buffer, 0, length);
            decoder.onBytes(buffer, 0, length, 0);
            Arrays.fill(buffer, (byte) 0x55);
        }

        assertThat(recorder.heard).isEqualTo(HEARD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000002 0000000100000001 fffffffe", // a negative length
                "00000002 0000000100000001 000003e9", // one byte too large
                "00000002 0000000100000001 7fffffff",
                "00000001 ffffffffffffffff ffffffff 00002711", // too many identities
                "00000001 ffffffffffffffff ffffffff 00000001 000003e9" // an identity too large
            })
    void garbage(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        QuorumStreamDecoder decoder = new QuorumStreamDecoder(new Recorder(), MAX_FIELD);

        assertThatThrownBy(() -> decoder.onBytes(bytes, 0, bytes.length, 0)).isInstanceOf(JuteException.class);
    }

    @Test
    void fieldOfTheLargestSize() {
        Recorder recorder = new Recorder();
        JuteWriter out = new JuteWriter(MAX_FIELD);
        QuorumPacket.of(PacketType.PROPOSAL, 1, new byte[MAX_FIELD]).write(out);

        new QuorumStreamDecoder(recorder, MAX_FIELD).onBytes(out.toByteArray(), 0, out.size(), 0);

        assertThat(recorder.heard).containsExactly("PROPOSAL 0x1 1000 bytes null");
    }

    /** Many fields that are small enough may still not add up to anything. */
    @Test
    void packetWithoutEnd() {
        JuteWriter out = new JuteWriter(100);
        out.writeInt(PacketType.REQUEST).writeLong(-1).writeInt(-1).writeInt(10_000);
        QuorumStreamDecoder decoder = new QuorumStreamDecoder(new Recorder(), MAX_FIELD);
        decoder.onBytes(out.toByteArray(), 0, out.size(), 0);
        JuteWriter identity = new JuteWriter(100);
        new Id("digest", "x".repeat(100)).write(identity);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        decoder.onBytes(identity.toByteArray(), 0, identity.size(), 0);
                    }
                })
                .isInstanceOf(JuteException.class)
                .hasMessageContaining("4000");
    }

    /** Random bytes are refused, kept or taken for packets of unknown types; they are never anything else. */
    @Test
    void randomBytes() {
        Random random = new Random(1);
        for (int run = 0; run < 2000; run++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            QuorumStreamDecoder decoder = new QuorumStreamDecoder(new Recorder(), MAX_FIELD);
            try {
                decoder.onBytes(bytes, 0, bytes.length, 0);
            } catch (JuteException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
