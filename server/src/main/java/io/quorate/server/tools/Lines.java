package io.quorate.server.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/** Where a dump goes, line by line. */
final class Lines {
    private static final int CHECK_EVERY = 1024;

    private final PrintWriter out;
    private final ObjectMapper mapper = new ObjectMapper();
    private long written;

    Lines(PrintWriter out) {
        this.out = out;
    }

    ObjectNode object() {
        return mapper.createObjectNode();
    }

    void json(JsonNode node) {
        text(node.toString());
    }

    /** @param line whatever it holds, it stays one line */
    void text(String line) {
        out.print(line);
        out.print('\n');
        written++;
    }

    /** Whether nobody reads any more, as behind {@code | head}. Looks only now and then. */
    boolean abandoned() {
        return written % CHECK_EVERY == 0 && written > 0 && out.checkError();
    }
}
