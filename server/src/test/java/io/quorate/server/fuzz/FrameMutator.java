package io.quorate.server.fuzz;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.RequestHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Breaks a session's frames: what they hold, what they say about themselves, and their order.
 *
 * <p>A frame is here with its length before it, as it goes over the wire.
 */
final class FrameMutator {
    private static final int MAX_FRAME = 0xfffff;

    /** What is mistaken most: the ends of ranges, what stands for "none", sizes at and over limits. */
    private static final int[] INTERESTING = {
        0,
        1,
        -1,
        -2,
        4,
        31,
        127,
        128,
        255,
        256,
        65_535,
        65_536,
        MAX_FRAME - 1,
        MAX_FRAME,
        MAX_FRAME + 1,
        1 << 24,
        0x7ffffff0,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MIN_VALUE + 1,
        OpCode.CREATE_SESSION,
        OpCode.CLOSE_SESSION,
        OpCode.DELETE_CONTAINER,
        OpCode.MULTI,
        OpCode.MULTI_READ,
        OpCode.ERROR
    };

    private static final String[] WORDS = {"ruok", "stmk", "mntr", "kill", "GET ", "\u0016\u0003\u0001\u0002"};

    private final SplittableRandom random;

    FrameMutator(SplittableRandom random) {
        this.random = random;
    }

    /** Breaks one thing about a session whose first frame is its connect request. */
    void mutate(List<byte[]> frames) {
        if (frames.isEmpty()) {
            return;
        }
        int at = random.nextInt(frames.size());
        byte[] frame = frames.get(at);
        switch (random.nextInt(16)) {
            case 0, 1 -> frames.set(at, withBitsFlipped(frame));
            case 2, 3 -> frames.set(at, withAnInt(frame));
            case 4 -> frames.set(at, withLength(Arrays.copyOf(frame, cut(frame))));
            case 5 -> frames.set(at, Arrays.copyOf(frame, cut(frame)));
            case 6 -> frames.set(at, withWrongLength(frame));
            case 7 -> frames.set(at, spliced(frame, frames.get(random.nextInt(frames.size()))));
            case 8 -> frames.add(at, frame);
            case 9 -> frames.add(random.nextInt(frames.size()), frames.remove(at));
            case 10 -> frames.add(at, frames.get(0));
            case 11 -> frames.set(at, withOperation(frame));
            case 12 -> frames.add(at, rubbish());
            case 13 -> frames.add(at, random.nextInt(8) == 0 ? hugeMulti() : deepMulti());
            case 14 -> frames.set(at, withLength(Arrays.copyOf(frame, frame.length + random.nextInt(64))));
            default -> frames.remove(at);
        }
    }

    private byte[] withBitsFlipped(byte[] frame) {
        byte[] flipped = frame.clone();
        for (int i = random.nextInt(8); i >= 0; i--) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** An int of the payload is another: a count, a length, a version, a flag, half of a zxid. */
    private byte[] withAnInt(byte[] frame) {
        byte[] changed = frame.clone();
        if (changed.length >= 2 * Integer.BYTES) {
            ByteBuffer.wrap(changed)
                    .putInt(random.nextInt(Integer.BYTES, changed.length - Integer.BYTES + 1), interesting());
        }
        return changed;
    }

    private byte[] withWrongLength(byte[] frame) {
        byte[] changed = frame.clone();
        ByteBuffer bytes = ByteBuffer.wrap(changed);
        if (changed.length >= Integer.BYTES) {
            bytes.putInt(0, random.nextBoolean() ? interesting() : bytes.getInt(0) + random.nextInt(-5, 6));
        }
        return changed;
    }

    private byte[] withOperation(byte[] frame) {
        byte[] changed = frame.clone();
        if (changed.length >= 3 * Integer.BYTES) {
            ByteBuffer.wrap(changed)
                    .putInt(2 * Integer.BYTES, random.nextBoolean() ? interesting() : random.nextInt(-20, 120));
        }
        return changed;
    }

    /** The beginning of one and the end of another. */
    private byte[] spliced(byte[] head, byte[] tail) {
        int from = cut(tail);
        byte[] both = Arrays.copyOf(head, cut(head) + tail.length - from);
        System.arraycopy(tail, from, both, both.length - (tail.length - from), tail.length - from);
        return withLength(both);
    }

    private byte[] rubbish() {
        if (random.nextInt(3) == 0) {
            return WORDS[random.nextInt(WORDS.length)].getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] bytes = new byte[random.nextInt(1, 200)];
        random.nextBytes(bytes);
        return random.nextBoolean() ? bytes : withLength(bytes);
    }

    /** Multis in multis, as deep as fits. */
    private byte[] deepMulti() {
        JuteWriter out = new JuteWriter();
        int op = random.nextBoolean() ? OpCode.MULTI : OpCode.MULTI_READ;
        out.writeInt(0);
        new RequestHeader(1, op).write(out);
        for (int i = random.nextInt(2000); i > 0; i--) {
            MultiHeader.ofRequest(op).write(out);
        }
        MultiHeader.END.write(out);
        return withLength(out.toByteArray());
    }

    private byte[] hugeMulti() {
        JuteWriter out = new JuteWriter();
        out.writeInt(0);
        new RequestHeader(1, OpCode.MULTI).write(out);
        for (int i = random.nextInt(20_000); i > 0; i--) {
            MultiHeader.ofRequest(OpCode.CHECK).write(out);
            new PathVersionRequest("/f", -1).write(out);
        }
        MultiHeader.END.write(out);
        return withLength(out.toByteArray());
    }

    private int cut(byte[] frame) {
        return frame.length <= Integer.BYTES ? frame.length : random.nextInt(Integer.BYTES, frame.length);
    }

    private int interesting() {
        return INTERESTING[random.nextInt(INTERESTING.length)];
    }

    /** Sets the length to what it is. */
    static byte[] withLength(byte[] frame) {
        byte[] whole = frame.length < Integer.BYTES ? new byte[Integer.BYTES] : frame;
        ByteBuffer.wrap(whole).putInt(0, whole.length - Integer.BYTES);
        return whole;
    }
}
