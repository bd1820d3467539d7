package io.quorate.simulation.checkers;

import io.quorate.simulation.World;
import io.quorate.simulation.client.History;
import io.quorate.simulation.client.Operation;
import java.util.Map;
import java.util.Set;

/** At the end: an ephemeral is there exactly as long as the session that made it, whatever the node itself says of its owner. */
public final class EphemeralLives {
    private final World world;
    private final History history;
    private final Map<String, FoundNode> tree;
    private final Set<Long> liveSessions;

    /**
     * @param tree path to node, of one server
     * @param liveSessions all sessions that somebody holds, long after the others' time-outs
     */
    public EphemeralLives(World world, History history, Map<String, FoundNode> tree, Set<Long> liveSessions) {
        this.world = world;
        this.history = history;
        this.tree = tree;
        this.liveSessions = liveSessions;
    }

    public void check() {
        for (Operation write : history.writes()) {
            String path = write.resultPath() == null ? write.path() : write.resultPath();
            FoundNode node = write.kind().isEphemeral() ? tree.get(path) : null;
            if (node == null) {
                continue;
            }
            if (!liveSessions.contains(write.sessionId())) {
                world.fail("an ephemeral goes with its session", path + " of " + write + " is still there");
            }
            if (node.stat().ephemeralOwner() != write.sessionId()) {
                world.fail(
                        "an ephemeral belongs to the session that made it",
                        path + " of " + write + " belongs to 0x"
                                + Long.toHexString(node.stat().ephemeralOwner()));
            }
        }
    }
}
