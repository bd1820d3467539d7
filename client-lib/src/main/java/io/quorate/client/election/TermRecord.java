package io.quorate.client.election;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the permanent node beside the holder's ephemeral one says of the latest term. It is written with each beginning and with each clean end, in
 * one transaction with the holder's node, so that its version counts them, and so that a holder's node that is missing while this says "held" tells
 * of an unclean loss.
 *
 * <pre>
 *   held | released   LF
 *   holder's id       LF
 *   hold-back in ms   LF   how long nobody may claim after an unclean loss
 *   last | nobody     LF   whether the last holder may at once
 *   RELEASE | DELETE  LF   what becomes of the value after an unclean loss
 *   value
 * </pre>
 *
 * A node with no data is one that was never held.
 *
 * @param value the caller's own
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record TermRecord(
        boolean held, String id, Duration holdBack, boolean lastMayReturn, KeyBehaviour behaviour, byte[] value) {
    private static final int LINES = 5;
    private static final String HELD = "held";
    private static final String LAST = "last";

    TermRecord released() {
        return new TermRecord(false, id, holdBack, lastMayReturn, behaviour, value);
    }

    /** What others may read of the value while nobody holds the key. */
    byte[] valueWithoutHolder() {
        return held && behaviour == KeyBehaviour.DELETE ? new byte[0] : value;
    }

    /** Whether this candidate may claim at once, nobody's node being there. */
    boolean isFreeFor(String candidate) {
        return !held || holdBack.isZero() || (lastMayReturn && id.equals(candidate));
    }

    byte[] toBytes() {
        byte[] head = String.join(
                        "\n",
                        held ? HELD : "released",
                        id,
                        Long.toString(holdBack.toMillis()),
                        lastMayReturn ? LAST : "nobody",
                        behaviour.name(),
                        "")
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + value.length)
                .put(head)
                .put(value)
                .array();
    }

    /** @return empty if this was never held, or is none of ours: then nothing is known of the term before */
    static Optional<TermRecord> of(byte[] content) {
        int end = 0;
        for (int lines = 0; lines < LINES && end < content.length; end++) {
            lines += content[end] == '\n' ? 1 : 0;
        }
        String[] lines = new String(content, 0, end, StandardCharsets.UTF_8).split("\n", -1);
        if (lines.length != LINES + 1 || !lines[2].matches("\\d{1,15}")) {
            return Optional.empty();
        }
        return Optional.of(new TermRecord(
                lines[0].equals(HELD),
                lines[1],
                Duration.ofMillis(Long.parseLong(lines[2])),
                lines[3].equals(LAST),
                lines[4].equals(KeyBehaviour.DELETE.name()) ? KeyBehaviour.DELETE : KeyBehaviour.RELEASE,
                Arrays.copyOfRange(content, end, content.length)));
    }
}
