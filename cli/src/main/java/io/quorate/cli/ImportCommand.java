package io.quorate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.client.BlockingQuorate;
import io.quorate.protocol.Paths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quorate import PATH}. */
@Command(
        name = "import",
        description = {
            "Creates below PATH what 'export' wrote, and sets the data of what is there already. Nothing is deleted.",
            "The whole input is checked before anything is changed."
        })
final class ImportCommand extends NodeCommand {
    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Where from. Default: standard input.")
    private @Nullable Path file;

    @Override
    void work(BlockingQuorate nodes, String path) throws InterruptedException {
        Map<String, byte[]> entries = entries(path);
        Progress progress = new Progress(err(), "written");
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            SetCommand.put(nodes, entry.getKey(), entry.getValue());
            progress.step();
        }
        progress.done();
    }

    private Map<String, byte[]> entries(String top) {
        JsonNode root = read();
        if (root == null || !root.isArray()) {
            throw wrong("the whole is not an array");
        }
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (JsonNode node : root) {
            String path = path(top, node);
            if (entries.put(path, data(path, node)) != null) {
                throw wrong(path + " is there twice");
            }
        }
        return entries;
    }

    private String path(String top, JsonNode node) {
        if (!node.path("path").isTextual()) {
            throw wrong("an entry has no text as its \"path\": " + node);
        }
        String below = node.get("path").asText();
        String path = below.isEmpty() ? top : (top.equals(Paths.ROOT) ? "" : top) + below;
        Paths.problem(path).ifPresent(problem -> {
            throw wrong(problem);
        });
        if (!below.isEmpty() && !below.startsWith(Paths.ROOT)) {
            throw wrong("the path \"" + below + "\" does not begin with a slash");
        }
        return path;
    }

    private byte[] data(String path, JsonNode node) {
        if (node.path("data").isTextual()) {
            return node.get("data").asText().getBytes(StandardCharsets.UTF_8);
        }
        if (!node.path("base64").isTextual()) {
            throw wrong(path + " has neither \"data\" nor \"base64\"");
        }
        try {
            return Base64.getDecoder().decode(node.get("base64").asText());
        } catch (IllegalArgumentException e) {
            throw wrong(path + ": its \"base64\" is none: " + e.getMessage());
        }
    }

    private @Nullable JsonNode read() {
        try (InputStream in = file == null ? System.in : Files.newInputStream(file)) {
            return Json.MAPPER.readTree(in);
        } catch (IOException e) {
            throw new FailedException(source() + " cannot be read as JSON: " + e.getMessage(), e);
        }
    }

    private FailedException wrong(String what) {
        return new FailedException(
                source() + " is not what 'quorate export' writes: " + what + ". Nothing was changed.");
    }

    private String source() {
        return file == null ? "standard input" : file.toString();
    }
}
