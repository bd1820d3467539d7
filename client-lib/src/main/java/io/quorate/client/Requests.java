package io.quorate.client;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.AclStatResponse;
import io.quorate.protocol.ChildrenStatResponse;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.CreateTtlRequest;
import io.quorate.protocol.DataStatResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathStatResponse;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.Paths;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.Stat;
import io.quorate.protocol.StringVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** How operations stand on the wire, with the chroot put in front of paths and taken away again. */
final class Requests {
    private Requests() {}

    /** The op code that asks for a node of this kind and answers with its {@link Stat}. */
    static int createOpCode(CreateMode mode) {
        if (mode.isTtl()) {
            return OpCode.CREATE_TTL;
        }
        return mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE2;
    }

    static void writeCreate(JuteWriter out, Op.Create op, ConnectString where) {
        String path = where.toServer(op.path());
        if (op.mode().isTtl()) {
            new CreateTtlRequest(path, op.data(), op.acl(), op.mode().flag(), op.ttlMs()).write(out);
        } else {
            new CreateRequest(path, op.data(), op.acl(), op.mode().flag()).write(out);
        }
    }

    static CreatedNode readCreated(JuteReader in, ConnectString where) {
        PathStatResponse response = PathStatResponse.read(in);
        return new CreatedNode(where.toUser(required(response.path(), "path")), response.stat());
    }

    static NodeData readData(JuteReader in) {
        DataStatResponse response = DataStatResponse.read(in);
        return new NodeData(response.data(), response.stat());
    }

    static NodeChildren readChildren(JuteReader in) {
        ChildrenStatResponse response = ChildrenStatResponse.read(in);
        return new NodeChildren(Objects.requireNonNullElse(response.children(), List.of()), response.stat());
    }

    static NodeAcl readAcl(JuteReader in) {
        AclStatResponse response = AclStatResponse.read(in);
        return new NodeAcl(Objects.requireNonNullElse(response.acl(), List.of()), response.stat());
    }

    static void writeMulti(JuteWriter out, List<Op> ops, ConnectString where) {
        for (Op op : ops) {
            if (op instanceof Op.Create create) {
                MultiHeader.ofRequest(createOpCode(create.mode())).write(out);
                writeCreate(out, create, where);
            } else if (op instanceof Op.Delete delete) {
                MultiHeader.ofRequest(OpCode.DELETE).write(out);
                new PathVersionRequest(where.toServer(delete.path()), delete.version()).write(out);
            } else if (op instanceof Op.SetData set) {
                MultiHeader.ofRequest(OpCode.SET_DATA).write(out);
                new SetDataRequest(where.toServer(set.path()), set.data(), set.version()).write(out);
            } else if (op instanceof Op.Check check) {
                MultiHeader.ofRequest(OpCode.CHECK).write(out);
                new PathVersionRequest(where.toServer(check.path()), check.version()).write(out);
            }
        }
        MultiHeader.END.write(out);
    }

    /** @throws QuorateException.MultiFailed if the servers refused one of the operations */
    static List<OpResult> readMulti(JuteReader in, List<Op> ops, ConnectString where) {
        List<OpResult> results = new ArrayList<>(ops.size());
        List<ErrorCode> codes = new ArrayList<>();
        for (MultiHeader header = MultiHeader.read(in); !header.done(); header = MultiHeader.read(in)) {
            switch (header.type()) {
                case OpCode.ERROR -> codes.add(ErrorCode.of(in.readInt()));
                case OpCode.CREATE2 -> {
                    CreatedNode created = readCreated(in, where);
                    results.add(new OpResult.Created(created.path(), created.stat()));
                }
                case OpCode.SET_DATA -> results.add(new OpResult.DataSet(Stat.read(in)));
                case OpCode.DELETE -> results.add(new OpResult.Deleted());
                case OpCode.CHECK -> results.add(new OpResult.Checked());
                default -> throw new JuteException("result of type " + header.type() + " in the answer to a multi");
            }
        }
        for (int i = 0; i < codes.size() && i < ops.size(); i++) {
            if (codes.get(i) != ErrorCode.OK) {
                throw new QuorateException.MultiFailed(codes.get(i), ops.get(i).path(), i, codes);
            }
        }
        if (results.size() != ops.size()) {
            throw new JuteException(results.size() + " results for a multi of " + ops.size());
        }
        return results;
    }

    static void writeMultiRead(JuteWriter out, List<ReadOp> ops, ConnectString where) {
        for (ReadOp op : ops) {
            MultiHeader.ofRequest(op instanceof ReadOp.GetData ? OpCode.GET_DATA : OpCode.GET_CHILDREN)
                    .write(out);
            new PathWatchRequest(where.toServer(op.path()), false).write(out);
        }
        MultiHeader.END.write(out);
    }

    static List<ReadResult> readMultiRead(JuteReader in, List<ReadOp> ops) {
        List<ReadResult> results = new ArrayList<>(ops.size());
        for (MultiHeader header = MultiHeader.read(in); !header.done(); header = MultiHeader.read(in)) {
            if (results.size() == ops.size()) {
                throw new JuteException("more than " + ops.size() + " results for a multiRead of as many");
            }
            results.add(readOne(in, header.type(), ops.get(results.size()).path()));
        }
        if (results.size() != ops.size()) {
            throw new JuteException(results.size() + " results for a multiRead of " + ops.size());
        }
        return results;
    }

    private static ReadResult readOne(JuteReader in, int type, String path) {
        return switch (type) {
            case OpCode.ERROR ->
                new ReadResult.Failed(QuorateException.of(ErrorCode.of(in.readInt()), "multiRead", path, false, ""));
            case OpCode.GET_DATA -> new ReadResult.Data(readData(in));
            case OpCode.GET_CHILDREN ->
                new ReadResult.Children(Objects.requireNonNullElse(StringVector.read(in), List.of()));
            default -> throw new JuteException("result of type " + type + " in the answer to a multiRead");
        };
    }

    /** @return those below the chroot, as the user names them */
    static List<String> readPaths(JuteReader in, ConnectString where) {
        return Objects.requireNonNullElse(StringVector.read(in), List.<String>of()).stream()
                .filter(path -> path.startsWith(where.chroot() + Paths.ROOT))
                .map(where::toUser)
                .toList();
    }

    private static <T> T required(@org.jspecify.annotations.Nullable T value, String what) {
        if (value == null) {
            throw new JuteException("an answer without its " + what);
        }
        return value;
    }
}
