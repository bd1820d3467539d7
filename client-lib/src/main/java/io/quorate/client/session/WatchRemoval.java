package io.quorate.client.session;

import io.quorate.protocol.WatcherType;
import org.jspecify.annotations.Nullable;

/**
 * Watches that are wanted no longer. The path is the server's, with any chroot in front.
 *
 * @param listener whose watch it is; null for everybody's
 */
public record WatchRemoval(
        WatcherType type, String path, @Nullable WatchListener listener) {
    /** Whether this takes a watch of that kind and path, if it is the listener's. */
    boolean isAbout(WatchRequest request) {
        return path.equals(request.path()) && request.kind().isTakenBy(type);
    }
}
