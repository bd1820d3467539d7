package io.quorate.server.tools;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Makes anything fit on a line that people read. */
final class Escapes {
    private static final HexFormat HEX = HexFormat.of();

    private Escapes() {}

    /** A path or a name: control characters become {@code \}{@code uXXXX}, so that it can neither break the line nor the terminal. */
    static String path(String path) {
        if (path.codePoints().noneMatch(Character::isISOControl)) {
            return path;
        }
        StringBuilder out = new StringBuilder();
        path.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                out.append("\\u").append(HEX.toHexDigits((char) c));
            } else {
                out.append((char) c);
            }
        });
        return out.toString();
    }

    /** Data in quotes, if it is printable ASCII; else in hexadecimal. */
    static String data(byte[] data) {
        for (byte b : data) {
            if (b < ' ' || b > '~') {
                return "0x" + HEX.formatHex(data);
            }
        }
        return '"'
                + new String(data, StandardCharsets.US_ASCII)
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                + '"';
    }
}
