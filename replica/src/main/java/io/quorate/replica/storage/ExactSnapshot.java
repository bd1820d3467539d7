package io.quorate.replica.storage;

/**
 * A snapshot file that is the tree at {@code zxid} and nothing else, so that its body can be streamed to a learner as it is.
 *
 * @param bodyOffset where the session count begins, in bytes
 * @param bodyBytes up to and with the end-of-nodes mark
 */
public record ExactSnapshot(long zxid, String name, long bodyOffset, long bodyBytes) {}
