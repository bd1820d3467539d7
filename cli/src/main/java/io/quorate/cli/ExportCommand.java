package io.quorate.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.client.BlockingQuorate;
import io.quorate.client.NodeData;
import io.quorate.protocol.Paths;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code quorate export PATH}:
 *
 * <pre>
 *   [ {"path": "", "data": "text"}, {"path": "/child", "base64": "/w=="}, … ]     paths below PATH, parents first
 * </pre>
 */
@Command(
        name = "export",
        description = {
            "Writes a node and all below it as JSON, which 'import' reads.",
            "Ephemeral nodes and what is below /zookeeper are left out, and so are ACLs. Each node is read by itself: what changes meanwhile may "
                    + "be in it or not."
        })
final class ExportCommand extends NodeCommand {
    private static final String SYSTEM = "/zookeeper";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Where to; it must not exist. Default: standard output.")
    private @Nullable Path file;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        nodes.getData(path); // before a file is created for nothing
        if (file == null) {
            write(nodes, path, new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
            return;
        }
        if (Files.exists(file)) {
            throw new FailedException(file + " exists already: nothing was written. Name another one, or remove it.");
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            try (OutputStream out = Files.newOutputStream(unfinished)) {
                write(nodes, path, out);
            }
            Files.move(unfinished, file);
        } catch (IOException e) {
            throw cannotWrite(e);
        } finally {
            deleteIfThere(unfinished);
        }
    }

    private static void deleteIfThere(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            throw new FailedException(unfinished + " is of no use, and cannot be deleted: " + e.getMessage(), e);
        }
    }

    private void write(BlockingQuorate nodes, String top, OutputStream out) throws InterruptedException {
        Progress progress = new Progress(err(), "read");
        int prefix = top.equals(Paths.ROOT) ? 0 : top.length();
        try {
            JsonGenerator json = Json.MAPPER.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            Subtree.walk(nodes, top, (at, depth, node) -> {
                if (isKept(at, node)) {
                    ObjectNode entry = Json.MAPPER.createObjectNode();
                    entry.put("path", at.equals(Paths.ROOT) ? "" : at.substring(prefix));
                    Json.putData(entry, node.data());
                    put(json, entry);
                    progress.step();
                }
            });
            json.writeEndArray();
            json.writeRaw(System.lineSeparator());
            json.flush();
        } catch (IOException e) {
            throw cannotWrite(e);
        }
        if (file != null) {
            progress.done();
        }
    }

    private void put(JsonGenerator json, ObjectNode entry) {
        try {
            json.writeTree(entry);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    private FailedException cannotWrite(IOException e) {
        return new FailedException(
                (file == null ? "standard output" : file) + " cannot be written, what is there is not all: " + e, e);
    }

    private static boolean isKept(String path, NodeData node) {
        return node.stat().ephemeralOwner() == 0 && !path.equals(SYSTEM) && !path.startsWith(SYSTEM + "/");
    }
}
