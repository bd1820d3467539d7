package io.quorate.client;

import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One operation of a {@linkplain QuorateClient#multi multi}: all of them are done, or none. */
@SuppressWarnings("ArrayRecordComponent") // requests: compared by nobody
public sealed interface Op {
    /** Any version will do. */
    int ANY_VERSION = -1;

    String path();

    /** @param ttlMs time to live in ms of a mode with one, otherwise 0 */
    record Create(String path, byte @Nullable [] data, List<Acl> acl, CreateMode mode, long ttlMs) implements Op {}

    record Delete(String path, int version) implements Op {}

    record SetData(String path, byte @Nullable [] data, int version) implements Op {}

    /** Changes nothing; fails unless the node exists and has this version of its data. */
    record Check(String path, int version) implements Op {}

    static Op create(String path, byte[] data) {
        return new Create(path, data, Acl.OPEN, CreateMode.PERSISTENT, 0);
    }

    static Op create(String path, byte[] data, CreateMode mode) {
        return new Create(path, data, Acl.OPEN, mode, 0);
    }

    static Op delete(String path) {
        return new Delete(path, ANY_VERSION);
    }

    static Op delete(String path, int version) {
        return new Delete(path, version);
    }

    static Op setData(String path, byte[] data) {
        return new SetData(path, data, ANY_VERSION);
    }

    static Op setData(String path, byte[] data, int version) {
        return new SetData(path, data, version);
    }

    static Op check(String path, int version) {
        return new Check(path, version);
    }
}
