package io.quorate.client.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.quorate.client.session.HostPort;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Asks a server by the word {@code isro} whether it has a quorum: it answers {@code rw} or {@code ro}, and closes. */
final class QuorumProbe {
    private static final byte[] QUESTION = "isro".getBytes(StandardCharsets.US_ASCII);
    private static final int PATIENCE_MS = 2_000;

    private QuorumProbe() {}

    /** @param then done on the loop if the server says that it has one; whatever else comes of it is of no interest */
    @SuppressWarnings("FutureReturnValueIgnored") // a server that cannot be asked has no quorum for us
    static void ask(
            EventLoop loop,
            Class<? extends Channel> channelType,
            Network network,
            HostPort server,
            InetSocketAddress address,
            Executor handshakes,
            Runnable then) {
        new Bootstrap()
                .group(loop)
                .channel(channelType)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, PATIENCE_MS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel opened) {
                        network.tls()
                                .ifPresent(
                                        tls -> opened.pipeline().addLast(tls.newHandler(opened, server, handshakes)));
                        opened.pipeline()
                                .addLast(new ReadTimeoutHandler(PATIENCE_MS, TimeUnit.MILLISECONDS))
                                .addLast(new Answers(then));
                    }
                })
                .connect(address);
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private static final class Answers extends SimpleChannelInboundHandler<ByteBuf> {
        private final Runnable then;
        private final StringBuilder answer = new StringBuilder();

        Answers(Runnable then) {
            this.then = then;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(QUESTION));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            answer.append(bytes.toString(StandardCharsets.US_ASCII));
            if (answer.length() < 2) {
                return;
            }
            boolean readWrite = answer.toString().startsWith("rw");
            context.close();
            if (readWrite) {
                then.run();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
