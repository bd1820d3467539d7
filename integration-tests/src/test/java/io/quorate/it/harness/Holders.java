package io.quorate.it.harness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who is inside what a lock guards, and whether there were ever more than it allows. Safe for use by several threads. */
public final class Holders {
    private final String name;
    private final int capacity;
    private final Map<String, Integer> inside = new HashMap<>();
    private final List<String> violations = new ArrayList<>();

    /** @param capacity the sum of the weights that may be inside at once */
    public Holders(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    /** Somebody has been let in. */
    public synchronized void enter(String who, int weight) {
        inside.put(who, weight);
        if (inside.values().stream().mapToInt(Integer::intValue).sum() > capacity) {
            violations.add(name + ": " + inside + " at once, of " + capacity);
        }
    }

    /** Somebody goes, or has been told that its session is lost; nothing happens if it is not inside. */
    public synchronized void exit(String who) {
        inside.remove(who);
    }

    /** Each time that there were too many inside. */
    public synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
