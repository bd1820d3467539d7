package io.quorate.tree;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnDigest;
import io.quorate.protocol.Acl;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.StringVector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction does, by type (storage.md §3). Everything in it is final: sequence numbers are appended to names, {@code auth}
 * entries of ACLs are expanded, versions are the new ones.
 *
 * <pre>
 *   type                  layout
 *     1, 15 create        path ustring, data buffer, acl vector, ephemeral bool, parentCVersion int
 *    19     container     path ustring, data buffer, acl vector, parentCVersion int
 *    21     TTL           path ustring, data buffer, acl vector, parentCVersion int, ttl long ms
 *     2, 20 delete        path ustring
 *     5, 16 setData       path ustring, data buffer, version int
 *     7     setACL        path ustring, acl vector, version int
 *    13     check         path ustring, version int
 *    14     multi         vector of { type int, data buffer }; data is the body of that type
 *   -10     createSession timeout int ms
 *   -11     closeSession  vector of ustring, or nothing at all
 *    -1     error         err int
 * </pre>
 */
public sealed interface TxnBody {
    /** The number that stands for the type in the header of the transaction or of the part of a multi. */
    int type();

    /** Writes the body alone, without its type. */
    void write(JuteWriter out);

    /**
     * A create by {@link OpCode#CREATE} or {@link OpCode#CREATE2}; the two differ only in what is replied.
     *
     * @param parentCVersion the parent's stored cversion after it; -1, which stands in for the field that old logs do not have, adds one
     */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record Create(
            int type,
            String path,
            byte @Nullable [] data,
            @Nullable List<Acl> acl,
            boolean ephemeral,
            int parentCVersion)
            implements TxnBody {
        static Create read(int type, JuteReader in) {
            String path = readPath(in);
            byte[] data = in.readBuffer();
            List<Acl> acl = Acl.readList(in);
            boolean ephemeral = in.readBoolean();
            // Logs of before 3.4 end here. Nothing follows then, since they know no digest either.
            int parentCVersion = type == OpCode.CREATE && in.remaining() == 0 ? -1 : in.readInt();
            return new Create(type, path, data, acl, ephemeral, parentCVersion);
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path).writeBuffer(data);
            Acl.writeList(out, acl);
            out.writeBoolean(ephemeral).writeInt(parentCVersion);
        }
    }

    /** Creates a node that the leader removes once it has lost its children. */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record CreateContainer(
            String path, byte @Nullable [] data, @Nullable List<Acl> acl, int parentCVersion) implements TxnBody {
        static CreateContainer read(JuteReader in) {
            return new CreateContainer(readPath(in), in.readBuffer(), Acl.readList(in), in.readInt());
        }

        @Override
        public int type() {
            return OpCode.CREATE_CONTAINER;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path).writeBuffer(data);
            Acl.writeList(out, acl);
            out.writeInt(parentCVersion);
        }
    }

    /**
     * Creates a node that the leader removes some time after its last change.
     *
     * @param ttl that time, in ms; 1 … 2^40-1, as anything else stops every Apache ZooKeeper server that reads it
     */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record CreateTtl(
            String path, byte @Nullable [] data, @Nullable List<Acl> acl, int parentCVersion, long ttl)
            implements TxnBody {
        static CreateTtl read(JuteReader in) {
            return new CreateTtl(readPath(in), in.readBuffer(), Acl.readList(in), in.readInt(), in.readLong());
        }

        @Override
        public int type() {
            return OpCode.CREATE_TTL;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path).writeBuffer(data);
            Acl.writeList(out, acl);
            out.writeInt(parentCVersion).writeLong(ttl);
        }
    }

    /** A delete by a client. */
    record Delete(String path) implements TxnBody {
        @Override
        public int type() {
            return OpCode.DELETE;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
        }
    }

    /** A delete of an empty container or of a TTL node whose time is over, by the leader. */
    record DeleteContainer(String path) implements TxnBody {
        @Override
        public int type() {
            return OpCode.DELETE_CONTAINER;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
        }
    }

    /** New data, and the version that the node has with it. */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record SetData(String path, byte @Nullable [] data, int version) implements TxnBody {
        static SetData read(JuteReader in) {
            return new SetData(readPath(in), in.readBuffer(), in.readInt());
        }

        @Override
        public int type() {
            return OpCode.SET_DATA;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path).writeBuffer(data).writeInt(version);
        }
    }

    /** A new configuration of the ensemble; as {@link SetData} of {@code /zookeeper/config}, with version -1. */
    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    record Reconfig(String path, byte @Nullable [] data, int version) implements TxnBody {
        static Reconfig read(JuteReader in) {
            return new Reconfig(readPath(in), in.readBuffer(), in.readInt());
        }

        @Override
        public int type() {
            return OpCode.RECONFIG;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path).writeBuffer(data).writeInt(version);
        }
    }

    /** A new ACL, and the ACL's version that the node has with it. */
    record SetAcl(String path, @Nullable List<Acl> acl, int version) implements TxnBody {
        static SetAcl read(JuteReader in) {
            return new SetAcl(readPath(in), Acl.readList(in), in.readInt());
        }

        @Override
        public int type() {
            return OpCode.SET_ACL;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path);
            Acl.writeList(out, acl);
            out.writeInt(version);
        }
    }

    /** Part of a multi that changes nothing: the check passed when the multi was prepared. */
    record Check(String path, int version) implements TxnBody {
        static Check read(JuteReader in) {
            return new Check(readPath(in), in.readInt());
        }

        @Override
        public int type() {
            return OpCode.CHECK;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeString(path).writeInt(version);
        }
    }

    /**
     * All or nothing. A failed multi is stored whole: what precedes the failing part keeps its body, the failing part and the later ones
     * are {@link Failure}. A multi with any error part is applied as nothing.
     */
    record Multi(List<TxnBody> parts) implements TxnBody {
        public Multi {
            parts = List.copyOf(parts);
        }

        static Multi read(JuteReader in) {
            int count = Math.max(0, in.readVectorCount());
            List<TxnBody> parts = new ArrayList<>(Math.min(count, 64));
            for (int i = 0; i < count; i++) {
                parts.add(readPart(in));
            }
            return new Multi(parts);
        }

        private static TxnBody readPart(JuteReader in) {
            int type = in.readInt();
            byte[] data = in.readBuffer();
            if (!TxnBody.isPartOfMulti(type)) {
                throw new JuteException("a transaction of type " + type
                        + " inside a multi; it may hold 1, 2, 5, 13, 15, 19, 20, 21 and -1");
            }
            if (data == null) {
                throw new JuteException("a transaction of type " + type + " without a body inside a multi");
            }
            return TxnBody.read(type, new JuteReader(data, 0, data.length, Integer.MAX_VALUE));
        }

        @Override
        public int type() {
            return OpCode.MULTI;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeInt(parts.size());
            for (TxnBody part : parts) {
                out.writeInt(part.type());
                int lengthAt = out.size();
                out.writeInt(0);
                part.write(out);
                out.setInt(lengthAt, out.size() - lengthAt - 4);
            }
        }

        /** The code of the part that failed, or {@link ErrorCode#OK}. */
        public int err() {
            boolean failed = false;
            for (TxnBody part : parts) {
                if (part instanceof Failure failure) {
                    failed = true;
                    if (failure.err() != 0) {
                        return failure.err();
                    }
                }
            }
            return failed ? ErrorCode.RUNTIME_INCONSISTENCY.code() : 0;
        }

        /** Whether it is to be applied as nothing. */
        public boolean isFailed() {
            for (TxnBody part : parts) {
                if (part instanceof Failure) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A session begins; its id is the header's client id. The timeout is in ms. */
    record CreateSession(int timeoutMs) implements TxnBody {
        @Override
        public int type() {
            return OpCode.CREATE_SESSION;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeInt(timeoutMs);
        }
    }

    /**
     * A session ends, by its client or by its timeout. The paths are those of the nodes that it owned when this was prepared; null stands
     * for "no body", as old servers write it. Whatever else the session owns goes too.
     */
    record CloseSession(@Nullable List<String> paths) implements TxnBody {
        static CloseSession read(JuteReader in) {
            if (in.remaining() == 0 || isDigestOnly(in)) {
                return new CloseSession(null);
            }
            List<String> paths = StringVector.read(in);
            return new CloseSession(paths == null ? List.of() : paths);
        }

        /** As a body these twelve bytes would be two paths without a character, which no node has. */
        private static boolean isDigestOnly(JuteReader in) {
            if (in.remaining() != TxnDigest.BYTES) {
                return false;
            }
            int position = in.position();
            int version = in.readInt();
            in.position(position);
            return version == TxnDigest.VERSION;
        }

        @Override
        public int type() {
            return OpCode.CLOSE_SESSION;
        }

        @Override
        public void write(JuteWriter out) {
            if (paths != null) {
                StringVector.write(out, paths);
            }
        }
    }

    /** A request that failed; it changes nothing, but takes its zxid and orders the answer. */
    record Failure(int err) implements TxnBody {
        @Override
        public int type() {
            return OpCode.ERROR;
        }

        @Override
        public void write(JuteWriter out) {
            out.writeInt(err);
        }
    }

    /** @throws JuteException if the bytes are no body of this type, or the type is unknown */
    static TxnBody read(int type, JuteReader in) {
        return switch (type) {
            case OpCode.CREATE, OpCode.CREATE2 -> Create.read(type, in);
            case OpCode.CREATE_CONTAINER -> CreateContainer.read(in);
            case OpCode.CREATE_TTL -> CreateTtl.read(in);
            case OpCode.DELETE -> new Delete(readPath(in));
            case OpCode.DELETE_CONTAINER -> new DeleteContainer(readPath(in));
            case OpCode.SET_DATA -> SetData.read(in);
            case OpCode.RECONFIG -> Reconfig.read(in);
            case OpCode.SET_ACL -> SetAcl.read(in);
            case OpCode.CHECK -> Check.read(in);
            case OpCode.MULTI -> Multi.read(in);
            case OpCode.CREATE_SESSION -> new CreateSession(in.readInt());
            case OpCode.CLOSE_SESSION -> CloseSession.read(in);
            case OpCode.ERROR -> new Failure(in.readInt());
            default ->
                throw new JuteException("a transaction of type " + type + ", which no release is known to write");
        };
    }

    private static boolean isPartOfMulti(int type) {
        return switch (type) {
            case OpCode.CREATE,
                    OpCode.CREATE2,
                    OpCode.CREATE_CONTAINER,
                    OpCode.CREATE_TTL,
                    OpCode.DELETE,
                    OpCode.DELETE_CONTAINER,
                    OpCode.SET_DATA,
                    OpCode.CHECK,
                    OpCode.ERROR -> true;
            default -> false;
        };
    }

    private static String readPath(JuteReader in) {
        String path = in.readString();
        if (path == null) {
            throw new JuteException("a transaction without a path");
        }
        return path;
    }
}
