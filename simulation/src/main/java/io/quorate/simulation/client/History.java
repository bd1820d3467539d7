package io.quorate.simulation.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What all clients have asked for and were told, in the order of asking. */
public final class History {
    /** The node that says how many nodes may be below {@link #LIMITED}. */
    private static final String LIMITS = "/zookeeper/quota/h/zookeeper_limits";

    /** Nodes that every client makes sure of. */
    public static final List<String> ROOTS = List.of(
            "/c",
            "/q",
            "/e",
            "/r",
            "/r/0",
            "/r/1",
            "/r/2",
            "/k",
            "/t",
            "/v",
            "/h",
            "/zookeeper/quota/h",
            LIMITS,
            "/zookeeper/quota/h/zookeeper_stats");

    /** The nodes below this have a time to live. */
    public static final String TIMED = "/t";

    /** Below this, a quota refuses more than a few. */
    public static final String LIMITED = "/h";

    /** How many nodes it takes, itself included. */
    public static final int LIMIT = 12;

    /** Nodes whose data all clients set. */
    public static final List<String> REGISTERS = List.of("/r/0", "/r/1", "/r/2");

    /** Nodes that all clients make and delete, again and again. */
    public static final List<String> SHARED = List.of("/v/0", "/v/1", "/v/2");

    private final List<Operation> writes = new ArrayList<>();
    private final Set<Long> sessions = new TreeSet<>();
    private long highestSeenZxid;

    /** Whether the node has a time to live, so that it may go while one server after the other is read, or between two readings of one. */
    public static boolean goesByItself(String path) {
        return path.startsWith(TIMED + "/");
    }

    /** What a node of {@link #ROOTS} holds. */
    static String contents(String root) {
        return root.equals(LIMITS) ? "count=-1,bytes=-1=;countHardLimit=" + LIMIT : "";
    }

    void asked(Operation operation) {
        if (operation.kind().isWrite()) {
            writes.add(operation);
        }
    }

    void seen(long zxid) {
        highestSeenZxid = Math.max(highestSeenZxid, zxid);
    }

    void sessionCreated(long sessionId) {
        sessions.add(sessionId);
    }

    /** The highest zxid in any reply that has reached a client: all up to it is committed. */
    public long highestSeenZxid() {
        return highestSeenZxid;
    }

    /** In the order of asking. */
    public List<Operation> writes() {
        return Collections.unmodifiableList(writes);
    }

    /** All that there ever were. */
    public Set<Long> sessions() {
        return Collections.unmodifiableSet(sessions);
    }
}
