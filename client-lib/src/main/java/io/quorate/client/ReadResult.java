package io.quorate.client;

import java.util.List;

/** The outcome of one {@link ReadOp}, at the same index. One that failed does not keep the others from being answered. */
public sealed interface ReadResult {
    record Data(NodeData node) implements ReadResult {}

    /** @param names in no order */
    record Children(List<String> names) implements ReadResult {}

    record Failed(QuorateException why) implements ReadResult {}
}
