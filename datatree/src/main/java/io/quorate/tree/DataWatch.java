package io.quorate.tree;

/** A session waits for changes of a path's node itself: by a one-shot watch on data or existence, or by a persistent one. */
public record DataWatch(String path, long sessionId) {}
