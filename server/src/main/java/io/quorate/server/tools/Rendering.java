package io.quorate.server.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes an object as a line: as JSON, or as text with the values of some fields first and {@code name=value} for the others. */
final class Rendering {
    private final Format format;
    private final Lines lines;

    Rendering(Format format, Lines lines) {
        this.format = format;
        this.lines = lines;
    }

    Format format() {
        return format;
    }

    ObjectNode object() {
        return lines.object();
    }

    boolean abandoned() {
        return lines.abandoned();
    }

    /**
     * @param leading names of the fields whose values begin a line of text
     * @param left names of the fields that a text leaves out
     */
    void line(ObjectNode object, List<String> leading, Set<String> left) {
        if (format == Format.JSON) {
            lines.json(object);
        } else {
            lines.text(text(object, leading, left));
        }
    }

    static String text(ObjectNode object, List<String> leading, Set<String> left) {
        StringBuilder out = new StringBuilder();
        for (String name : leading) {
            JsonNode value = object.get(name);
            if (value != null) {
                separate(out).append(text(value));
            }
        }
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!leading.contains(field.getKey()) && !left.contains(field.getKey())) {
                separate(out).append(field.getKey()).append('=').append(text(field.getValue()));
            }
        }
        return out.toString();
    }

    private static StringBuilder separate(StringBuilder out) {
        return out.length() == 0 ? out : out.append(' ');
    }

    private static String text(JsonNode value) {
        if (value.isBinary()) {
            try {
                return Escapes.data(value.binaryValue());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (!value.isArray()) {
            return Escapes.path(value.asText());
        }
        StringBuilder out = new StringBuilder();
        String separator = "";
        for (JsonNode element : value) {
            boolean part = element instanceof ObjectNode;
            out.append(separator)
                    .append(part ? text((ObjectNode) element, TxnDescription.LEADING_PART, Set.of()) : text(element));
            separator = part ? "; " : ",";
        }
        return value.size() > 0 && value.get(0).isObject() ? "[" + out + "]" : out.toString();
    }
}
