package io.quorate.tree;

import io.quorate.jute.Id;
import java.util.Collection;

/** Who registered watches: a client's connection. Two of them are the same watcher only if they are the same object. */
public interface Watcher {
    /** A change of a node that this watcher waits for and may read. It must not call back into the tree. */
    void onEvent(WatchEvent event);

    /** Who the connection has proved to be; permissions are checked against this on every event. */
    Collection<Id> identities();

    long sessionId();
}
