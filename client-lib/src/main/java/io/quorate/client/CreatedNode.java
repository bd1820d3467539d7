package io.quorate.client;

import io.quorate.protocol.Stat;

/** A node that was just created: its path with the number of a sequential one. */
public record CreatedNode(String path, Stat stat) {}
