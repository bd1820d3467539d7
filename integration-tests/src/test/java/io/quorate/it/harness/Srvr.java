package io.quorate.it.harness;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An answer to {@code srvr} (protocol: config §4).
 *
 * @param version what follows "Zookeeper version:"
 * @param mode standalone, leader, follower, observer or read-only
 * @param zxid the last one that the server processed
 * @param nodeCount as the server counts: the root twice
 * @param fields every line, key to value
 */
public record Srvr(String version, String mode, long zxid, int nodeCount, Map<String, String> fields) {

    /** Empty if the text is not that of a server that serves. */
    public static Optional<Srvr> parse(String text) {
        Map<String, String> fields = new TreeMap<>();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        if (!fields.containsKey("Mode") || !fields.containsKey("Zxid")) {
            return Optional.empty();
        }
        return Optional.of(new Srvr(
                fields.getOrDefault("Zookeeper version", ""),
                fields.get("Mode"),
                Long.parseUnsignedLong(fields.get("Zxid").substring("0x".length()), 16),
                Integer.parseInt(fields.getOrDefault("Node count", "-1")),
                Map.copyOf(fields)));
    }
}
