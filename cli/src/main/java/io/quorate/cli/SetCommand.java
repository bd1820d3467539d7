package io.quorate.cli;

import io.quorate.client.BlockingQuorate;
import io.quorate.client.Op;
import io.quorate.client.QuorateException;
import io.quorate.protocol.Paths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quorate set PATH DATA}. */
@Command(name = "set", description = "Sets a node's data.")
final class SetCommand extends NodeCommand {
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATA",
            description = "Text; it is stored in UTF-8. Default: standard input, byte for byte.")
    private @Nullable String data;

    @Option(
            names = "--if-version",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Only if the data has this version.")
    private int version = Op.ANY_VERSION;

    @Option(
            names = {"-c", "--create"},
            description = "Creates the node, and those above it, if there is none.")
    private boolean create;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        byte[] bytes = data == null ? standardInput() : data.getBytes(StandardCharsets.UTF_8);
        try {
            nodes.setData(path, bytes, version);
        } catch (QuorateException.NoNode missing) {
            if (!create || version != Op.ANY_VERSION) {
                throw missing;
            }
            put(nodes, path, bytes);
        }
    }

    private static byte[] standardInput() {
        try {
            return System.in.readAllBytes();
        } catch (IOException e) {
            throw new FailedException("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    /** Creates the node with those above it, or sets its data. */
    static void put(BlockingQuorate nodes, String path, byte[] data) throws InterruptedException {
        try {
            createOrSet(nodes, path, data);
        } catch (QuorateException.NoNode missing) {
            createAbove(nodes, path);
            createOrSet(nodes, path, data);
        }
    }

    private static void createAbove(BlockingQuorate nodes, String path) throws InterruptedException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            createIfMissing(nodes, path.substring(0, slash));
        }
    }

    private static void createOrSet(BlockingQuorate nodes, String path, byte[] data) throws InterruptedException {
        if (path.equals(Paths.ROOT)) {
            nodes.setData(path, data);
            return;
        }
        try {
            nodes.create(path, data);
        } catch (QuorateException.NodeExists thereNow) {
            nodes.setData(path, data);
        }
    }

    private static void createIfMissing(BlockingQuorate nodes, String path) throws InterruptedException {
        try {
            nodes.create(path, new byte[0]);
        } catch (QuorateException.NodeExists there) {
            // As wanted.
        }
    }
}
