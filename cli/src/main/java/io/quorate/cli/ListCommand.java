package io.quorate.cli;

import io.quorate.client.BlockingQuorate;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quorate ls PATH}. */
@Command(name = "ls", description = "Lists a node's children, by name.")
final class ListCommand extends NodeCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "TABLE",
            description = "Default: one name a line.")
    private Output output = Output.TABLE;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        List<String> names = Subtree.children(nodes, path);
        if (output == Output.JSON) {
            out().println(Json.text(names));
        } else {
            names.forEach(out()::println);
        }
    }
}
