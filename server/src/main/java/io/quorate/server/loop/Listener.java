package io.quorate.server.loop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.Socket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Binds listening sockets. */
public final class Listener {
    /** The address cannot be listened on. */
    public static final class BindException extends Exception {
        private static final long serialVersionUID = 1L;

        BindException(InetSocketAddress address, Throwable cause) {
            super(address + ": " + cause.getMessage(), cause);
        }
    }

    private Listener() {}

    /**
     * Binds, waiting for it. Not on an event loop. Nothing is accepted before {@link #accept}.
     *
     * <p>The wildcard address means IPv6 and IPv4 alike where the system has both, as in the JDK.
     *
     * @throws BindException if the address is in use, or is none of this machine
     */
    public static Channel bind(ServerBootstrap bootstrap, InetSocketAddress address) throws BindException {
        bootstrap.option(ChannelOption.AUTO_READ, false);
        if (address.getAddress() == null) {
            throw new BindException(address, new UnknownHostException("unknown host " + address.getHostString()));
        }
        if (address.getAddress().isAnyLocalAddress() && Socket.isIPv6Preferred()) {
            ChannelFuture both = bootstrap.bind(anyIpv6(address.getPort())).awaitUninterruptibly();
            if (both.isSuccess()) {
                return both.channel();
            }
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindException(address, bound.cause());
        }
        return bound.channel();
    }

    /** Begins to accept what has come and what comes. */
    public static void accept(@Nullable Channel listener) {
        if (listener != null) {
            listener.config().setAutoRead(true);
        }
    }

    private static InetSocketAddress anyIpv6(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[16]), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }
}
