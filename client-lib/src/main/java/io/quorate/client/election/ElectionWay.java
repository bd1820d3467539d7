package io.quorate.client.election;

import io.quorate.protocol.Paths;

/**
 * The three ways to elect, and which nodes they use.
 *
 * <pre>
 *              by node             by sequence                    by session and lock
 *   decides    path, ephemeral     first of path/_c_ID-latch-N    path/holder, ephemeral
 *   terms      path-term           (each node's own zxid)         path
 *   others     path-candidates/ID  the rest of the line           path/candidates/ID
 * </pre>
 */
public enum ElectionWay {
    /** The first to create an ephemeral node leads. */
    NODE("-term", "", "-candidates"),
    /** The candidate who has stood in line longest leads; the nodes are those of Curator's LeaderLatch. */
    SEQUENCE("", "", ""),
    /** A permanent key is held by a session, in Consul's manner. */
    SESSION("", "/holder", "/candidates");

    static final String LATCH = "latch-";

    private final String record;
    private final String holder;
    private final String candidates;

    ElectionWay(String record, String holder, String candidates) {
        this.record = record;
        this.holder = holder;
        this.candidates = candidates;
    }

    String recordPath(String path) {
        return path + record;
    }

    String holderPath(String path) {
        return path + holder;
    }

    String candidatesPath(String path) {
        return path + candidates;
    }

    static String child(String path, String name) {
        return (path.equals(Paths.ROOT) ? "" : path) + Paths.ROOT + name;
    }
}
