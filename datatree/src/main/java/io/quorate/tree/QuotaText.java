package io.quorate.tree;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The text in a {@code zookeeper_limits} or {@code zookeeper_stats} node (client-protocol.md §11): pairs separated by any run of commas and
 * semicolons.
 *
 * <pre>
 *   count=3,bytes=-1                                          no hard limits
 *   count=3,bytes=-1=;byteHardLimit=20;countHardLimit=4       with; the "=" before them keeps old readers from stumbling
 * </pre>
 *
 * A limit of -1, an empty or absent one, and one that is no number are none.
 */
final class QuotaText {
    static final long NO_LIMIT = -1;

    private static final String COUNT = "count";
    private static final String BYTES = "bytes";
    private static final String COUNT_HARD_LIMIT = "countHardLimit";
    private static final String BYTE_HARD_LIMIT = "byteHardLimit";

    private final Map<String, Long> values = new TreeMap<>();

    static QuotaText parse(byte @Nullable [] data) {
        QuotaText result = new QuotaText();
        String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
        for (String pair : text.split("[,;]+", -1)) {
            String[] keyAndValue = pair.split("=", -1);
            if (keyAndValue.length >= 1 && !keyAndValue[0].isEmpty()) {
                result.values.put(keyAndValue[0], number(keyAndValue.length > 1 ? keyAndValue[1] : ""));
            }
        }
        return result;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return NO_LIMIT;
        }
    }

    /** Whether it says nothing, such as that of a node that is not there. */
    boolean isEmpty() {
        return values.isEmpty();
    }

    long count() {
        return values.getOrDefault(COUNT, NO_LIMIT);
    }

    long bytes() {
        return values.getOrDefault(BYTES, NO_LIMIT);
    }

    long countHardLimit() {
        return values.getOrDefault(COUNT_HARD_LIMIT, NO_LIMIT);
    }

    long byteHardLimit() {
        return values.getOrDefault(BYTE_HARD_LIMIT, NO_LIMIT);
    }

    QuotaText set(long count, long bytes) {
        values.put(COUNT, count);
        values.put(BYTES, bytes);
        return this;
    }

    byte[] toBytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(COUNT).append('=').append(count()).append(',');
        text.append(BYTES).append('=').append(bytes());
        String separator = "=;";
        for (Map.Entry<String, Long> each : values.entrySet()) {
            if (!each.getKey().equals(COUNT) && !each.getKey().equals(BYTES)) {
                text.append(separator).append(each.getKey()).append('=').append(each.getValue());
                separator = ";";
            }
        }
        return text.toString();
    }
}
