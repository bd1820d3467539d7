package io.quorate.server.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.util.NetUtil;
import io.quorate.election.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Opens connections to other servers, on the core loop. Names are looked up on threads of their own, and nobody waits for anybody else's
 * lookup or connect.
 */
public final class Dialer {
    private static final int LOOKUP_THREADS = 16;
    private static final long LOOKUP_THREAD_IDLE_SECONDS = 30;

    private final CoreLoop core;
    private final ThreadPoolExecutor lookups;

    public Dialer(CoreLoop core) {
        this.core = core;
        lookups = new ThreadPoolExecutor(
                0, LOOKUP_THREADS, LOOKUP_THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "lookup");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Dials. Nothing is called before this method has returned.
     *
     * @param handler gets {@code channelActive} when the connection is there
     * @param onFailed called on the core loop, with the reason, if it cannot be made in time
     */
    public void dial(HostPort place, long timeoutNanos, ChannelHandler handler, Consumer<String> onFailed) {
        Attempt attempt = new Attempt(place, timeoutNanos, handler, onFailed);
        if (isLiteral(place.host())) {
            core.execute(attempt::lookUp);
            return;
        }
        core.schedule(attempt::onLookUpTimeout, timeoutNanos);
        try {
            lookups.execute(attempt::lookUp);
        } catch (RejectedExecutionException e) {
            core.execute(() -> attempt.fail("more than " + LOOKUP_THREADS + " lookups of names are under way"));
        }
    }

    /** Ends the threads when the lookups under way are done. */
    public void shutdown() {
        lookups.shutdown();
    }

    private static boolean isLiteral(String host) {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }

    /** One try to reach one place. Everything but the lookup itself is on the core loop. */
    private final class Attempt {
        private final HostPort place;
        private final long startNanos = System.nanoTime();
        private final long timeoutNanos;
        private final ChannelHandler handler;
        private final Consumer<String> onFailed;
        private boolean lookedUp;
        private boolean failed;

        private Attempt(HostPort place, long timeoutNanos, ChannelHandler handler, Consumer<String> onFailed) {
            this.place = place;
            this.timeoutNanos = timeoutNanos;
            this.handler = handler;
            this.onFailed = onFailed;
        }

        private void lookUp() {
            try {
                InetAddress address = InetAddress.getByName(place.host());
                core.execute(() -> connect(address));
            } catch (UnknownHostException e) {
                core.execute(() -> fail("unknown host " + place.host()));
            }
        }

        private void connect(InetAddress address) {
            lookedUp = true;
            long left = TimeUnit.NANOSECONDS.toMillis(timeoutNanos - (System.nanoTime() - startNanos));
            if (failed) {
                return;
            }
            if (left <= 0) {
                fail("no connection within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
                return;
            }
            ChannelFuture connected = new Bootstrap()
                    .group(core.eventLoop())
                    .channel(core.transport().channel())
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadBuffer())
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(left, Integer.MAX_VALUE))
                    .handler(handler)
                    .connect(new InetSocketAddress(address, place.port()));
            connected.addListener(outcome -> {
                if (!outcome.isSuccess()) {
                    core.execute(() -> fail(String.valueOf(outcome.cause().getMessage())));
                }
            });
        }

        private void onLookUpTimeout() {
            if (!lookedUp) {
                fail("the name " + place.host() + " could not be looked up within "
                        + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
            }
        }

        private void fail(String reason) {
            if (!failed) {
                failed = true;
                onFailed.accept(reason);
            }
        }
    }

    /** A description of the other end, for people. */
    public static String remoteName(Channel channel) {
        return String.valueOf(channel.remoteAddress());
    }
}
