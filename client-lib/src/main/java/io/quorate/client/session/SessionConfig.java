package io.quorate.client.session;

import java.util.List;

/**
 * What a session is started with.
 *
 * @param hosts the servers, at least one
 * @param timeoutMs the session time-out to ask for, in ms; the servers grant one within their own bounds
 * @param maxOutstanding requests that may be accepted and not answered
 * @param maxRequestBytes the largest request
 * @param canBeReadOnly whether a server without a quorum may serve the session, until one with a quorum is found
 */
public record SessionConfig(
        List<HostPort> hosts, int timeoutMs, int maxOutstanding, int maxRequestBytes, boolean canBeReadOnly) {
    public SessionConfig {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("no server is given: at least one host:port is needed");
        }
        if (timeoutMs <= 0) {
            throw new IllegalArgumentException("session time-out " + timeoutMs + " ms: a positive one is needed");
        }
        if (maxOutstanding <= 0 || maxRequestBytes <= 0) {
            throw new IllegalArgumentException("maxOutstanding " + maxOutstanding + ", maxRequestBytes "
                    + maxRequestBytes + ": positive ones are needed");
        }
    }
}
