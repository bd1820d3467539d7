package io.quorate.client.lease;

import io.quorate.client.Op;
import java.util.List;

/**
 * What a contender has won.
 *
 * @param token grows with every term
 * @param guard checks that hold for as long as this term does; a multi of nothing else confirms it
 */
public record Title(long token, List<Op> guard) {
    public Title {
        guard = List.copyOf(guard);
    }
}
