package io.quorate.client;

/** One read of a {@linkplain QuorateClient#multiRead multi-read}: all of them see the tree at one moment. */
public sealed interface ReadOp {
    String path();

    record GetData(String path) implements ReadOp {}

    record GetChildren(String path) implements ReadOp {}

    static ReadOp getData(String path) {
        return new GetData(path);
    }

    static ReadOp getChildren(String path) {
        return new GetChildren(path);
    }
}
