package io.quorate.cli;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.Op;
import io.quorate.client.QuorateException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quorate rm PATH}. */
@Command(name = "rm", description = "Deletes a node.")
final class RemoveCommand extends NodeCommand {
    @Option(
            names = {"-r", "--recursive"},
            description = "All below it as well.")
    private boolean recursive;

    @Option(
            names = "--if-version",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Only if the node's data has this version.")
    private int version = Op.ANY_VERSION;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        if (recursive) {
            removeBelow(nodes, path);
        }
        nodes.delete(path, version);
    }

    private static void removeBelow(BlockingQuorate nodes, String top) throws InterruptedException {
        List<String> found = new ArrayList<>();
        Subtree.walk(nodes, top, (path, depth, node) -> found.add(path));
        Collections.reverse(found);
        for (String path : found) {
            if (!path.equals(top)) {
                removeIfThere(nodes, path);
            }
        }
    }

    private static void removeIfThere(BlockingQuorate nodes, String path) throws InterruptedException {
        try {
            nodes.delete(path);
        } catch (QuorateException.NoNode gone) {
            // As wanted.
        }
    }
}
