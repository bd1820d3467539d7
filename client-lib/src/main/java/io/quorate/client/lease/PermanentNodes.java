package io.quorate.client.lease;

import io.quorate.client.QuorateClient;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Paths;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The permanent nodes that others stand below. */
public final class PermanentNodes {
    private PermanentNodes() {}

    /** Makes the node and all above it that are not there; whoever made them, done when they are. */
    public static CompletableFuture<Void> make(QuorateClient in, String path, List<Acl> acl) {
        if (path.equals(Paths.ROOT)) {
            return CompletableFuture.completedFuture(null);
        }
        return Failures.ifMissing(
                create(in, path, acl),
                () -> make(in, Paths.parent(path), acl).thenCompose(nothing -> create(in, path, acl)));
    }

    private static CompletableFuture<Void> create(QuorateClient in, String path, List<Acl> acl) {
        return in.create(path, new byte[0], CreateMode.PERSISTENT, acl)
                .exceptionally(failure -> Failures.rethrowUnless(ErrorCode.NODE_EXISTS, failure, path))
                .thenAccept(created -> {});
    }
}
