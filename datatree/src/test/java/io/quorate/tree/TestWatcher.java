package io.quorate.tree;

import io.quorate.jute.Id;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A connection that remembers its events. */
final class TestWatcher implements Watcher {
    private final long sessionId;
    final List<Id> identities = new ArrayList<>(List.of(new Id("ip", "127.0.0.1")));
    final List<WatchEvent> events = new ArrayList<>();

    TestWatcher(long sessionId) {
        this.sessionId = sessionId;
    }

    @Override
    public void onEvent(WatchEvent event) {
        events.add(event);
    }

    @Override
    public Collection<Id> identities() {
        return identities;
    }

    @Override
    public long sessionId() {
        return sessionId;
    }

    /** As {@code NODE_CREATED /a}, since the last call. */
    List<String> take() {
        List<String> result =
                events.stream().map(e -> e.type() + " " + e.path()).toList();
        events.clear();
        return result;
    }
}
