package io.quorate.client.cache;

import io.quorate.protocol.Stat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something that a {@link CacheMachine} has to do in its turn: a deletion that it was told of, or a read whose answer it waits for. */
final class CacheStep {
    enum Kind {
        READ,
        CHECK,
        LIST,
        DELETED
    }

    final Kind kind;
    final String path;

    /** Of the event that asks for it, 0 or less where none did or it is not known. */
    final long zxid;

    /** Whether what is below has to be looked through too. */
    final boolean walking;

    long id;
    boolean answered;

    /** While a read is under way: of an event that came meanwhile, -1 where it is not known. */
    Optional<Long> againZxid = Optional.empty();

    /** The answer; absent for a node that there is not. */
    @Nullable
    Stat stat;

    byte[] data = {};
    List<String> children = List.of();

    CacheStep(Kind kind, String path, long zxid, boolean walking) {
        this.kind = kind;
        this.path = path;
        this.zxid = zxid;
        this.walking = walking;
        this.answered = kind == Kind.DELETED;
    }

    boolean isSent() {
        return id != 0;
    }
}
