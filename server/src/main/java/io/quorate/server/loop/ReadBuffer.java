package io.quorate.server.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Hands the same buffer to every read of an event loop. The handlers here copy out what they need and release the buffer before they
 * return, so one per thread is enough: it stays in the processor's cache, one system call takes all that a socket has, and nothing is
 * allocated.
 */
public final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    /** As large as a socket's default receive buffer is likely to get. */
    static final int BYTES = 128 << 10;

    private static final FastThreadLocal<ByteBuf> BUFFER = new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
            return Unpooled.directBuffer(BYTES, BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf value) {
            value.release();
        }
    };

    @Override
    public MaxMessageHandle newHandle() {
        return new SharedHandle();
    }

    private final class SharedHandle extends MaxMessageHandle {
        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            ByteBuf shared = BUFFER.get();
            if (shared.refCnt() > 1) {
                // A handler still holds the last read: it must not be overwritten.
                return allocator.ioBuffer(BYTES);
            }
            return shared.retain().clear();
        }

        @Override
        public int guess() {
            return BYTES;
        }
    }
}
