package io.quorate.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.client.BlockingQuorate;
import io.quorate.client.NodeData;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quorate get PATH}. */
@Command(name = "get", description = "Prints a node's data, and with --output json its Stat as well.")
final class GetCommand extends NodeCommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "TABLE",
            description = "Default: the data as it is, byte for byte, and a line feed.")
    private Output output = Output.TABLE;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        NodeData node = nodes.getData(path);
        if (output == Output.TABLE) {
            // Not through the writer: data need not be text.
            System.out.write(node.data(), 0, node.data().length);
            System.out.println();
            System.out.flush();
            return;
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("path", path);
        Json.putData(json, node.data());
        json.set("stat", Json.stat(node.stat()));
        out().println(Json.text(json));
    }
}
