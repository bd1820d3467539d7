package io.quorate.client.session;

/** A watch that a read asks for. The path is the server's, with any chroot in front. */
public record WatchRequest(Kind kind, String path, WatchListener listener) {
    /** By the read that leaves it. */
    public enum Kind {
        DATA,
        EXISTS,
        CHILDREN
    }
}
