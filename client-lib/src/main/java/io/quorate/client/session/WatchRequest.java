package io.quorate.client.session;

import io.quorate.protocol.WatcherType;

/** A watch that a read or an addWatch asks for. The path is the server's, with any chroot in front. */
public record WatchRequest(Kind kind, String path, WatchListener listener) {
    /** By the request that leaves it. */
    public enum Kind {
        DATA,
        EXISTS,
        CHILDREN,
        PERSISTENT,
        RECURSIVE;

        /** Whether a removal of this type takes such a watch. */
        boolean isTakenBy(WatcherType type) {
            return switch (this) {
                case DATA, EXISTS -> type == WatcherType.DATA || type == WatcherType.ANY;
                case CHILDREN -> type == WatcherType.CHILDREN || type == WatcherType.ANY;
                case PERSISTENT -> type == WatcherType.PERSISTENT || type == WatcherType.ANY;
                case RECURSIVE -> type == WatcherType.PERSISTENT_RECURSIVE || type == WatcherType.ANY;
            };
        }
    }
}
