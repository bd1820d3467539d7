package io.quorate.simulation.checkers;

import io.quorate.protocol.Stat;

/** A node as an audit has read it. */
public record FoundNode(String data, Stat stat) {}
