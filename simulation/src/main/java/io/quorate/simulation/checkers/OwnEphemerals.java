package io.quorate.simulation.checkers;

import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A session that lists its ephemerals finds all that it was told that it has made, but those that somebody may have deleted, and none that it has
 * not asked for.
 */
public final class OwnEphemerals implements ReplyObserver {
    /** What a session has asked for and was told. */
    private static final class Made {
        final Set<String> asked = new HashSet<>();
        final Set<String> acknowledged = new HashSet<>();
    }

    private static final int SEQUENCE_DIGITS = 10;

    private final World world;
    private final Map<Long, Made> bySession = new HashMap<>();

    /** Somebody has asked for that. */
    private final Set<String> maybeDeleted = new HashSet<>();

    private final Set<String> deleted = new HashSet<>();

    public OwnEphemerals(World world) {
        this.world = world;
    }

    @Override
    public void onAsked(SimulatedClient client, Operation operation) {
        if (operation.kind().isEphemeral()) {
            made(operation).asked.add(operation.path());
        }
        if (!operation.deleted().isEmpty()) {
            maybeDeleted.add(operation.deleted());
        }
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        String path = write.resultPath();
        if (write.kind().isEphemeral() && path != null) {
            made(write).acknowledged.add(path);
        }
        // In another session than the one that lists them, a server may not know of it yet.
        if (!write.deleted().isEmpty() && made(write).acknowledged.contains(write.deleted())) {
            deleted.add(write.deleted());
        }
    }

    @Override
    public void onEphemerals(SimulatedClient client, Operation read, List<String> paths) {
        Made made = made(read);
        Set<String> found = new HashSet<>(paths);
        if (found.size() < paths.size()) {
            fail(client, read, "something twice: " + paths);
        }
        for (String each : made.acknowledged) {
            if (!found.contains(each) && !maybeDeleted.contains(each)) {
                fail(client, read, "no " + each + ", which it has made: " + paths);
            }
        }
        for (String each : found) {
            boolean asked = made.asked.contains(each)
                    || (each.length() > SEQUENCE_DIGITS
                            && made.asked.contains(each.substring(0, each.length() - SEQUENCE_DIGITS)));
            if (!asked || deleted.contains(each)) {
                fail(client, read, each + ", which it has " + (asked ? "deleted" : "not asked for"));
            }
        }
    }

    private Made made(Operation operation) {
        return bySession.computeIfAbsent(operation.sessionId(), any -> new Made());
    }

    private void fail(SimulatedClient client, Operation read, String found) {
        world.fail(
                "a session that lists its ephemerals finds those that it has made",
                "client " + client.id() + ": " + read + " found " + found);
    }
}
