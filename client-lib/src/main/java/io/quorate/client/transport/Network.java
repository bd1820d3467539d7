package io.quorate.client.transport;

import io.quorate.client.HostResolver;
import java.util.Optional;

/**
 * How a session's connections are made.
 *
 * @param maxReplyBytes the largest frame that is taken from a server
 * @param tls empty to go without
 */
public record Network(int maxReplyBytes, Optional<Tls> tls, HostResolver resolver) {}
