package io.quorate.server.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counters of the client port; what they count of requests is the replica's to tell. Read anywhere. */
public final class PortStats {
    final AtomicInteger alive = new AtomicInteger();
    final AtomicLong rejected = new AtomicLong();
    final AtomicLong unfinishedHandshakes = new AtomicLong();
    final AtomicLong failedTlsHandshakes = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder bytesSent = new LongAdder();

    /** Connections that are there now. */
    public int alive() {
        return alive.get();
    }

    /** Connections that were taken since the start. */
    public long accepted() {
        return accepted.get();
    }

    /** Connections that a limit turned away. */
    public long rejected() {
        return rejected.get();
    }

    /** Bytes that clients have sent. */
    public long bytesReceived() {
        return bytesReceived.sum();
    }

    /** Bytes of replies, events and texts. */
    public long bytesSent() {
        return bytesSent.sum();
    }

    /** Connections that were dropped because they did not finish their handshake in time. */
    public long unfinishedHandshakes() {
        return unfinishedHandshakes.get();
    }

    /** TLS handshakes that did not come to a connection that may be used. */
    public long failedTlsHandshakes() {
        return failedTlsHandshakes.get();
    }
}
