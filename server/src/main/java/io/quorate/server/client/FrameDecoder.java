package io.quorate.server.client;

import io.netty.buffer.ByteBuf;
import io.quorate.server.loop.TransportLimits;
import java.util.Arrays;

/**
 * Cuts a client's bytes into frames.
 *
 * <pre>
 *   length int | payload: length bytes
 * </pre>
 *
 * Each payload becomes one array of its own, which is the only copy that is made. The first four bytes of a connection may be a
 * four-letter word instead: {@link Sink#onFirstInt} decides, and a word's argument is then the payload.
 */
final class FrameDecoder {
    /** Where frames go. */
    interface Sink {
        /**
         * The first four bytes of the connection.
         *
         * @return the length of the payload that follows: {@code first} itself, or that of a word's argument; {@link #NO_PAYLOAD} if
         *     everything that follows is to be ignored
         */
        long onFirstInt(int first);

        void onFrame(byte[] payload);

        /** The length cannot be; nothing more is decoded. */
        void onBadLength(int length);

        /** Whether to go on: false once the connection is being closed. */
        boolean wantsMore();
    }

    /** In the place of a length, and none that a client could send: nothing more is decoded. */
    static final long NO_PAYLOAD = Long.MIN_VALUE;

    private static final byte[] NONE = new byte[0];

    private final int maxFrame;
    private boolean first = true;
    private boolean ended;

    /** How many bytes of the length are there; 4 while the payload is being read. */
    private int lengthBytes;

    private int length;
    private byte[] frame = NONE;
    private int filled;

    /** @param maxFrame largest payload, in bytes */
    FrameDecoder(int maxFrame) {
        this.maxFrame = maxFrame;
    }

    /** Reads all of the buffer. */
    void decode(ByteBuf in, Sink sink) {
        while (in.isReadable() && !ended) {
            if (lengthBytes == Integer.BYTES ? readPayload(in) : readLength(in, sink)) {
                byte[] whole = frame;
                frame = NONE;
                lengthBytes = 0;
                sink.onFrame(whole);
            }
            if (!sink.wantsMore()) {
                ended = true;
            }
        }
        if (ended) {
            in.skipBytes(in.readableBytes());
        }
    }

    /** @return whether an empty frame has become whole */
    private boolean readLength(ByteBuf in, Sink sink) {
        if (lengthBytes == 0 && in.readableBytes() >= Integer.BYTES) {
            length = in.readInt();
            lengthBytes = Integer.BYTES;
        } else {
            while (lengthBytes < Integer.BYTES && in.isReadable()) {
                length = length << Byte.SIZE | (in.readByte() & 0xff);
                lengthBytes++;
            }
            if (lengthBytes < Integer.BYTES) {
                return false;
            }
        }
        return beginFrame(sink);
    }

    private boolean beginFrame(Sink sink) {
        if (first) {
            first = false;
            long payload = sink.onFirstInt(length);
            if (payload == NO_PAYLOAD) {
                ended = true;
                return false;
            }
            length = (int) payload;
        }
        if (length < 0 || length > maxFrame) {
            ended = true;
            sink.onBadLength(length);
            return false;
        }
        frame = length == 0 ? NONE : new byte[Math.min(length, TransportLimits.FRAME_FIRST_ALLOCATION_BYTES)];
        filled = 0;
        return length == 0;
    }

    /** @return whether the frame has become whole */
    private boolean readPayload(ByteBuf in) {
        int count = Math.min(length - filled, in.readableBytes());
        if (filled + count > frame.length) {
            frame = Arrays.copyOf(frame, Math.min(length, Math.max(filled + count, 2 * frame.length)));
        }
        in.readBytes(frame, filled, count);
        filled += count;
        return filled == length;
    }
}
