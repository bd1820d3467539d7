package io.quorate.server.loop;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The way sockets are used: Linux's epoll where its native library can be loaded, else the JDK's selectors. */
public enum Transport {
    EPOLL(EpollServerSocketChannel.class, EpollSocketChannel.class, EpollIoHandler::newFactory),
    NIO(NioServerSocketChannel.class, NioSocketChannel.class, NioIoHandler::newFactory);

    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends SocketChannel> channel;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Supplier<IoHandlerFactory> handlers;

    Transport(
            Class<? extends ServerSocketChannel> serverChannel,
            Class<? extends SocketChannel> channel,
            Supplier<IoHandlerFactory> handlers) {
        this.serverChannel = serverChannel;
        this.channel = channel;
        this.handlers = handlers;
    }

    /** The better one of those that work here. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    public Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    public Class<? extends SocketChannel> channel() {
        return channel;
    }

    /**
     * Event loops on threads of their own.
     *
     * @param name the thread's name; with a number behind it if there are several
     * @param onUncaught what ends the process
     */
    public MultiThreadIoEventLoopGroup newLoops(int threads, String name, Thread.UncaughtExceptionHandler onUncaught) {
        AtomicInteger count = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new EventLoopThread(task, threads == 1 ? name : name + "-" + count.incrementAndGet());
            thread.setUncaughtExceptionHandler(onUncaught);
            return thread;
        };
        return new MultiThreadIoEventLoopGroup(threads, factory, handlers.get());
    }
}
