package io.quorate.client.cache;

import java.util.Optional;

/**
 * One change of what a {@link TreeCache} holds. A node that was deleted and made again is removed and added. Changes that followed each other
 * fast may be told as one; the last state always is.
 */
public sealed interface CacheChange {
    String path();

    /** The node before, empty where there was none. */
    Optional<CachedNode> before();

    /** The node from now on, empty where there is none. */
    Optional<CachedNode> after();

    record Added(CachedNode node) implements CacheChange {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public Optional<CachedNode> before() {
            return Optional.empty();
        }

        @Override
        public Optional<CachedNode> after() {
            return Optional.of(node);
        }
    }

    record Changed(CachedNode old, CachedNode node) implements CacheChange {
        @Override
        public String path() {
            return node.path();
        }

        @Override
        public Optional<CachedNode> before() {
            return Optional.of(old);
        }

        @Override
        public Optional<CachedNode> after() {
            return Optional.of(node);
        }
    }

    record Removed(CachedNode old) implements CacheChange {
        @Override
        public String path() {
            return old.path();
        }

        @Override
        public Optional<CachedNode> before() {
            return Optional.of(old);
        }

        @Override
        public Optional<CachedNode> after() {
            return Optional.empty();
        }
    }
}
