package io.quorate.server.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;

/**
 * Netty's calls whose outcome comes by another way: a failed write fires an exception in the pipeline, and a closed channel becomes
 * inactive.
 */
@SuppressWarnings("FutureReturnValueIgnored")
public final class Channels {
    private Channels() {}

    public static void close(Channel channel) {
        channel.close();
    }

    /** Queues bytes behind what was written before, and releases them when they are through. */
    public static void write(Channel channel, ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    /** Writes everything out, then closes. */
    public static void closeWhenWritten(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
}
