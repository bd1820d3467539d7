package io.quorate.cli;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.NodeData;
import io.quorate.protocol.Paths;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quorate tree PATH}. */
@Command(name = "tree", description = "Shows a node and all below it; 'export' gives the same as JSON.")
final class TreeCommand extends NodeCommand {
    private static final int SHOWN_CHARACTERS = 60;

    @Option(names = "--data", description = "The beginning of each node's data as well.")
    private boolean withData;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        Subtree.walk(nodes, path, (at, depth, node) -> out().println(line(at, depth, node)));
    }

    private String line(String path, int depth, NodeData node) {
        String name = depth == 0 ? path : Paths.name(path);
        String ephemeral = node.stat().ephemeralOwner() == 0 ? "" : "  (ephemeral)";
        return "  ".repeat(depth) + name + ephemeral + (withData ? "  " + shown(node) : "");
    }

    private static String shown(NodeData node) {
        String text = node.text().replaceAll("\\p{Cntrl}", "·");
        return text.length() <= SHOWN_CHARACTERS
                ? text
                : String.format(Locale.ROOT, "%s… (%d bytes)", text.substring(0, SHOWN_CHARACTERS), node.data().length);
    }
}
