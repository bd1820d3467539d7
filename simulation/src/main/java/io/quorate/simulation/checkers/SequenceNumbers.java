package io.quorate.simulation.checkers;

import io.quorate.jute.Zxid;
import io.quorate.simulation.World;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The numbers of sequential nodes only grow within one life of their parent; here no parent is ever deleted. */
public final class SequenceNumbers implements ReplyObserver {
    private static final int DIGITS = 10;

    private final World world;

    /** Parent to zxid to number. */
    private final Map<String, TreeMap<Long, Integer>> numbers = new HashMap<>();

    public SequenceNumbers(World world) {
        this.world = world;
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        String path = write.resultPath();
        if (path == null || !write.kind().isSequential() || path.length() < DIGITS) {
            return;
        }
        int number;
        try {
            number = Integer.parseInt(path.substring(path.length() - DIGITS));
        } catch (NumberFormatException e) {
            world.fail("a sequential node ends with a number", write + " made " + path);
            return;
        }
        TreeMap<Long, Integer> ofParent =
                numbers.computeIfAbsent(path.substring(0, path.lastIndexOf('/')), parent -> new TreeMap<>());
        requireBetween(ofParent.lowerEntry(write.zxid()), number, ofParent.higherEntry(write.zxid()), write);
        ofParent.put(write.zxid(), number);
    }

    private void requireBetween(
            Map.@Nullable Entry<Long, Integer> earlier,
            int number,
            Map.@Nullable Entry<Long, Integer> later,
            Operation write) {
        if (earlier != null && earlier.getValue() >= number) {
            fail(earlier, number, write);
        }
        if (later != null && later.getValue() <= number) {
            fail(later, number, write);
        }
    }

    private void fail(Map.Entry<Long, Integer> other, int number, Operation write) {
        world.fail(
                "sequence numbers only grow",
                write + " got " + number + ", but " + Zxid.show(other.getKey()) + " got " + other.getValue());
    }
}
