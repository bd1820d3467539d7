package io.quorate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.protocol.Stat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Nodes as JSON. Data that is UTF-8 stands as {@code "data"}, other data in Base64 as {@code "base64"}.
 */
final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that cannot be written", e);
        }
    }

    static void putData(ObjectNode into, byte[] data) {
        try {
            into.put(
                    "data",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(data))
                            .toString());
        } catch (CharacterCodingException e) {
            into.put("base64", Base64.getEncoder().encodeToString(data));
        }
    }

    static ObjectNode stat(Stat stat) {
        ObjectNode result = MAPPER.createObjectNode();
        result.put("czxid", hex(stat.czxid()));
        result.put("mzxid", hex(stat.mzxid()));
        result.put("pzxid", hex(stat.pzxid()));
        result.put("ctime", stat.ctime());
        result.put("mtime", stat.mtime());
        result.put("version", stat.version());
        result.put("cversion", stat.cversion());
        result.put("aversion", stat.aversion());
        result.put("ephemeralOwner", hex(stat.ephemeralOwner()));
        result.put("dataLength", stat.dataLength());
        result.put("numChildren", stat.numChildren());
        return result;
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
