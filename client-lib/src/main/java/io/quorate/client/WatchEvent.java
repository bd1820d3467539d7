package io.quorate.client;

import io.quorate.protocol.EventType;

/**
 * What happened to a watched node.
 *
 * @param zxid of the transaction that did it; -1 where a server found it out only when the watch was put back after a reconnect
 */
public record WatchEvent(EventType type, String path, long zxid) {}
