package io.quorate.simulation.checkers;

import io.quorate.protocol.Stat;

/**
 * A node as an audit has read it.
 *
 * @param acl whom its ACL names besides everybody; empty if nobody
 */
public record FoundNode(String data, Stat stat, String acl) {}
