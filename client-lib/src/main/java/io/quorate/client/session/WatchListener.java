package io.quorate.client.session;

/** Who is told of a watched node's change. The session only keeps it and hands it back; two equal ones on a path are one. */
public interface WatchListener {}
