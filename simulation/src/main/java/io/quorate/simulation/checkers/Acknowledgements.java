package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.protocol.Stat;
import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** As they come: no zxid, no name, and no version of a register is acknowledged twice; what must be refused is. */
public final class Acknowledgements implements ReplyObserver {
    private final World world;
    private final boolean localSessions;
    private final Map<Long, Operation> byZxid = new HashMap<>();
    private final Map<String, Operation> byPath = new HashMap<>();
    private final Set<String> versions = new HashSet<>();

    /** @param localSessions whether a session may end without a transaction: the answer to its close then has somebody else's zxid */
    public Acknowledgements(World world, boolean localSessions) {
        this.world = world;
        this.localSessions = localSessions;
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        if (localSessions && write.kind() == Operation.Kind.CLOSE) {
            return;
        }
        unique("no two writes have one zxid", byZxid.putIfAbsent(write.zxid(), write), write);
        String path = write.resultPath();
        if (path != null) {
            if (write.kind() != Operation.Kind.CREATE_SHARED) {
                unique("no two creates make one node", byPath.putIfAbsent(path, write), write);
            }
            requireAskedFor(write, path);
        }
        if (write.kind() == Operation.Kind.MULTI_REFUSED) {
            world.fail("a multi with a check that fails is refused", write.toString());
        }
    }

    private void unique(String invariant, @Nullable Operation earlier, Operation write) {
        if (earlier != null) {
            world.fail(invariant, earlier + " and " + write);
        }
    }

    private void requireAskedFor(Operation write, String path) {
        boolean right = write.kind().isSequential()
                ? path.startsWith(write.path()) && path.length() == write.path().length() + 10
                : path.equals(write.path());
        if (!right) {
            world.fail("a create makes the node that was asked for", write + " made " + path);
        }
    }

    @Override
    public void onCreated(SimulatedClient client, Operation create, Stat stat) {
        long owner = create.kind().isEphemeral() ? create.sessionId() : 0;
        boolean isNew = stat.czxid() == create.zxid() && stat.version() == 0 && stat.numChildren() == 0;
        if (!isNew || stat.ephemeralOwner() != owner) {
            world.fail("a create's reply shows the new node", create + " shows " + stat);
        }
    }

    @Override
    public void onRegisterSet(SimulatedClient client, Operation write, Stat stat) {
        if (stat.mzxid() != write.zxid()) {
            world.fail("a write's reply shows its own change", write + " shows " + Zxid.show(stat.mzxid()));
        }
        if (!versions.add(write.register() + "@" + stat.version())) {
            world.fail("no two writes make one version", write + " made version " + stat.version());
        }
    }
}
