package io.quorate.client.lease;

import io.quorate.client.WatchEvent;
import io.quorate.client.Watcher;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One contender's share in the watches of its session. The session leaves one watch on a path, however many contenders wait for it, so that those
 * who give up leave nothing behind but that. On the lease's thread only.
 */
public final class Watches {
    private final Hub hub;
    private final Runnable onChange;

    private Watches(Hub hub, Runnable onChange) {
        this.hub = hub;
        this.onChange = onChange;
    }

    /** The watcher to pass along with a read of this node: this contender is told once, when it fires. */
    public Watcher on(String path) {
        hub.waiting.computeIfAbsent(path, any -> new HashSet<>()).add(this);
        return hub;
    }

    void forget() {
        hub.waiting.values().removeIf(all -> all.remove(this) && all.isEmpty());
    }

    /** All contenders of a session that wait, by path. One and the same object is every watcher of theirs. */
    static final class Hub implements Watcher {
        private final Map<String, Set<Watches>> waiting = new HashMap<>();

        Watches newWatches(Runnable onChange) {
            return new Watches(this, onChange);
        }

        @Override
        public void changed(WatchEvent event) {
            Set<Watches> told = waiting.remove(event.path());
            if (told != null) {
                told.forEach(each -> each.onChange.run());
            }
        }

        /** The session is over, and its watches with it. */
        void clear() {
            waiting.clear();
        }
    }
}
