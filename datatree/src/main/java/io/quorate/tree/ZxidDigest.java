package io.quorate.tree;

/** The digest of the tree when all up to a zxid was applied. */
public record ZxidDigest(long zxid, long digest) {}
