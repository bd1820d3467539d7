package io.quorate.client;

import io.quorate.protocol.Stat;

/** The outcome of one {@link Op} of a multi that succeeded, at the same index. */
public sealed interface OpResult {
    record Created(String path, Stat stat) implements OpResult {}

    record Deleted() implements OpResult {}

    record DataSet(Stat stat) implements OpResult {}

    record Checked() implements OpResult {}
}
