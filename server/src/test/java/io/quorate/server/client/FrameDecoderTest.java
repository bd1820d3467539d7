package io.quorate.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** protocol/client-protocol.md §1, §12, §15: frames, and what cannot be one. */
class FrameDecoderTest {
    private static final int MAX_FRAME = 200_000;
    private static final int RUOK = 0x72756f6b;
    private static final int STMK = 0x73746d6b;

    private final List<byte[]> frames = new ArrayList<>();
    private final List<Integer> badLengths = new ArrayList<>();
    private int firstInt;
    private int firstInts;
    private boolean stop;

    private final FrameDecoder.Sink sink = new FrameDecoder.Sink() {
        @Override
        public long onFirstInt(int first) {
            firstInt = first;
            firstInts++;
            return first == STMK ? Long.BYTES : first == RUOK ? FrameDecoder.NO_PAYLOAD : first;
        }

        @Override
        public void onFrame(byte[] payload) {
            frames.add(payload);
        }

        @Override
        public void onBadLength(int length) {
            badLengths.add(length);
        }

        @Override
        public boolean wantsMore() {
            return !stop;
        }
    };

    private static ByteBuf stream(byte[]... payloads) {
        ByteBuf out = Unpooled.buffer();
        for (byte[] payload : payloads) {
            out.writeInt(payload.length).writeBytes(payload);
        }
        return out;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aStreamMayBeCutAtEveryByte() {
        byte[][] payloads = {random(45), random(1), new byte[0], random(14), random(300)};
        int length = stream(payloads).readableBytes();
        for (int cut = 0; cut <= length; cut++) {
            frames.clear();
            FrameDecoder decoder = new FrameDecoder(MAX_FRAME);
            ByteBuf all = stream(payloads);
            decoder.decode(all.readSlice(cut), sink);
            decoder.decode(all, sink);
            assertThat(frames).as("cut at %d", cut).containsExactly(payloads);
        }
    }

    @Test
    void aStreamMayComeByteByByte() {
        byte[][] payloads = {random(45), new byte[0], random(1000)};
        ByteBuf all = stream(payloads);
        FrameDecoder decoder = new FrameDecoder(MAX_FRAME);
        while (all.isReadable()) {
            decoder.decode(all.readSlice(1), sink);
        }
        assertThat(frames).containsExactly(payloads);
        assertThat(firstInts).isOne();
        assertThat(firstInt).isEqualTo(45);
    }

    @Test
    void aLargeFrameGrowsAsItComes() {
        byte[] large = random(MAX_FRAME);
        ByteBuf all = stream(large, random(3));
        FrameDecoder decoder = new FrameDecoder(MAX_FRAME);
        while (all.isReadable()) {
            decoder.decode(all.readSlice(Math.min(7001, all.readableBytes())), sink);
        }
        assertThat(frames).containsExactly(large, random(3));
    }

    @Test
    void aLengthThatCannotBeEndsTheStream() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, MAX_FRAME + 1, Integer.MAX_VALUE}) {
            FrameDecoder decoder = new FrameDecoder(MAX_FRAME);
            ByteBuf all = stream(random(5)).writeInt(length).writeBytes(random(100));
            frames.clear();
            badLengths.clear();
            decoder.decode(all, sink);
            decoder.decode(stream(random(5)), sink);
            assertThat(frames).containsExactly(random(5));
            assertThat(all.isReadable()).isFalse();
            assertThat(badLengths).containsExactly(length);

            badLengths.clear();
            new FrameDecoder(MAX_FRAME).decode(Unpooled.buffer().writeInt(length), sink);
            assertThat(badLengths).as("as the first").containsExactly(length);
        }
    }

    @Test
    void aFourLetterWordIsOneOnlyAtTheBeginning() {
        FrameDecoder decoder = new FrameDecoder(MAX_FRAME);
        decoder.decode(Unpooled.buffer().writeInt(RUOK).writeBytes(new byte[] {'\r', '\n'}), sink);
        assertThat(firstInt).isEqualTo(RUOK);
        assertThat(frames).isEmpty();
        assertThat(badLengths).isEmpty();

        new FrameDecoder(MAX_FRAME).decode(stream(random(5)).writeInt(RUOK), sink);
        assertThat(badLengths).containsExactly(RUOK);
    }

    @Test
    void aWordsArgumentIsAPayload() {
        byte[] argument = random(Long.BYTES);
        new FrameDecoder(MAX_FRAME).decode(Unpooled.buffer().writeInt(STMK).writeBytes(argument), sink);
        assertThat(frames).containsExactly(argument);
        assertThat(badLengths).isEmpty();
    }

    @Test
    void nothingIsDecodedForAConnectionThatIsBeingClosed() {
        stop = true;
        new FrameDecoder(MAX_FRAME).decode(stream(random(1), random(2)), sink);
        assertThat(frames).hasSizeLessThanOrEqualTo(1);
    }
}
