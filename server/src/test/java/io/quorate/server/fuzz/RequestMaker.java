package io.quorate.server.fuzz;

import io.quorate.jute.Id;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AddWatchRequest;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.CreateTtlRequest;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathVersionRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SetAclRequest;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.SetWatches2Request;
import io.quorate.protocol.SetWatchesRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Requests as clients send them, of every operation, on few nodes, so that they meet. */
final class RequestMaker {
    private static final String[] PATHS = {
        "/f",
        "/f/a",
        "/f/b",
        "/f/a/b",
        "/f/a/b/c",
        "/f/d",
        "/f/d/e",
        "/",
        "/zookeeper",
        "/zookeeper/quota",
        "/zookeeper/quota/f/zookeeper_limits",
        "/zookeeper/config",
        "",
        "/f/",
        "//",
        "/f/../g",
        "/f/\u0001",
        "relative"
    };
    private static final int USUAL_PATHS = 7;
    private static final String[] SASL_DIRECTIVES = {
        "charset=utf-8",
        "username=\"bob\"",
        "username=\"nobody\"",
        "realm=\"zk-sasl-md5\"",
        "nonce=\"x\"",
        "nc=00000001",
        "nc=ffffffffffffffff",
        "cnonce=\"y\"",
        "digest-uri=\"zookeeper/zk-sasl-md5\"",
        "maxbuf=65536",
        "maxbuf=-1",
        "response=0123456789abcdef0123456789abcdef",
        "response=",
        "qop=auth",
        "qop=auth-conf",
        "cipher=rc4",
        "authzid=\"super\"",
        "x=\"\\",
        "=",
        "\u0000"
    };
    private static final int[] MULTI_OPS = {
        OpCode.CREATE,
        OpCode.CREATE2,
        OpCode.CREATE_CONTAINER,
        OpCode.CREATE_TTL,
        OpCode.DELETE,
        OpCode.SET_DATA,
        OpCode.CHECK,
        OpCode.GET_DATA,
        OpCode.GET_CHILDREN
    };
    private static final int[] OPS = {
        OpCode.CREATE,
        OpCode.CREATE,
        OpCode.CREATE2,
        OpCode.CREATE_CONTAINER,
        OpCode.CREATE_TTL,
        OpCode.DELETE,
        OpCode.SET_DATA,
        OpCode.SET_DATA,
        OpCode.SET_ACL,
        OpCode.GET_ACL,
        OpCode.EXISTS,
        OpCode.GET_DATA,
        OpCode.GET_CHILDREN,
        OpCode.GET_CHILDREN2,
        OpCode.GET_ALL_CHILDREN_NUMBER,
        OpCode.GET_EPHEMERALS,
        OpCode.SYNC,
        OpCode.PING,
        OpCode.CHECK,
        OpCode.MULTI,
        OpCode.MULTI,
        OpCode.MULTI_READ,
        OpCode.RECONFIG,
        OpCode.CHECK_WATCHES,
        OpCode.REMOVE_WATCHES,
        OpCode.ADD_WATCH,
        OpCode.ADD_WATCH,
        OpCode.SET_WATCHES,
        OpCode.SET_WATCHES2,
        OpCode.AUTH,
        OpCode.SASL,
        OpCode.WHO_AM_I,
        OpCode.CLOSE_SESSION
    };

    private final SplittableRandom random;

    RequestMaker(SplittableRandom random) {
        this.random = random;
    }

    /** A request's payload: its header and its body. */
    byte[] next(int xid) {
        int op = OPS[random.nextInt(OPS.length)];
        JuteWriter out = new JuteWriter();
        int sentXid = switch (op) {
            case OpCode.PING -> -2;
            case OpCode.AUTH -> -4;
            case OpCode.SET_WATCHES, OpCode.SET_WATCHES2 -> -8;
            default -> xid;
        };
        new RequestHeader(sentXid, op).write(out);
        body(op, out);
        return out.toByteArray();
    }

    private void body(int op, JuteWriter out) {
        switch (op) {
            case OpCode.CREATE, OpCode.CREATE2, OpCode.CREATE_CONTAINER ->
                new CreateRequest(path(), data(), acl(), random.nextInt(7)).write(out);
            case OpCode.CREATE_TTL ->
                new CreateTtlRequest(path(), data(), acl(), 5 + random.nextInt(2), random.nextLong(2000)).write(out);
            case OpCode.DELETE, OpCode.CHECK -> new PathVersionRequest(path(), version()).write(out);
            case OpCode.SET_DATA -> new SetDataRequest(path(), data(), version()).write(out);
            case OpCode.SET_ACL -> new SetAclRequest(PATHS[random.nextInt(USUAL_PATHS)], acl(), version()).write(out);
            case OpCode.EXISTS, OpCode.GET_DATA, OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2 ->
                new PathWatchRequest(path(), random.nextBoolean()).write(out);
            case OpCode.GET_ACL, OpCode.GET_ALL_CHILDREN_NUMBER, OpCode.GET_EPHEMERALS, OpCode.SYNC ->
                new PathRequest(path()).write(out);
            case OpCode.MULTI -> multi(out, MULTI_OPS.length - 2);
            case OpCode.MULTI_READ -> multi(out, MULTI_OPS.length);
            case OpCode.RECONFIG ->
                out.writeString("server.9=a:1:2;3")
                        .writeString("1")
                        .writeString(null)
                        .writeLong(-1);
            case OpCode.CHECK_WATCHES, OpCode.REMOVE_WATCHES ->
                new AddWatchRequest(path(), 1 + random.nextInt(5)).write(out);
            case OpCode.ADD_WATCH -> new AddWatchRequest(path(), random.nextInt(2)).write(out);
            case OpCode.SET_WATCHES ->
                new SetWatchesRequest(random.nextLong(100), paths(), paths(), paths()).write(out);
            case OpCode.SET_WATCHES2 ->
                new SetWatches2Request(random.nextLong(100), paths(), paths(), paths(), paths(), paths()).write(out);
            case OpCode.AUTH -> new AuthPacket(0, scheme(), utf8("user:secret")).write(out);
            case OpCode.SASL -> out.writeBuffer(saslToken());
            default -> {
                // PING, WHO_AM_I and CLOSE_SESSION have no body.
            }
        }
    }

    /** The first token of an exchange, or an answer to a challenge that mostly was never made, its directives in any order and number. */
    private byte[] saslToken() {
        if (random.nextInt(3) == 0) {
            return new byte[random.nextInt(8) == 0 ? random.nextInt(5000) : 0];
        }
        StringBuilder token = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 200 : 12); i > 0; i--) {
            token.append(SASL_DIRECTIVES[random.nextInt(SASL_DIRECTIVES.length)])
                    .append(random.nextInt(9) == 0 ? "" : ",");
        }
        return utf8(token.toString());
    }

    private void multi(JuteWriter out, int kinds) {
        int parts = random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            int op = MULTI_OPS[random.nextInt(kinds)];
            MultiHeader.ofRequest(op).write(out);
            body(op, out);
        }
        MultiHeader.END.write(out);
    }

    private String path() {
        return PATHS[random.nextInt(random.nextInt(6) == 0 ? PATHS.length : USUAL_PATHS)];
    }

    private List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            paths.add(path());
        }
        return paths;
    }

    private byte[] data() {
        int shape = random.nextInt(40);
        if (shape == 0) {
            return null;
        }
        return new byte[shape == 1 ? random.nextInt(100_000) : random.nextInt(40)];
    }

    private int version() {
        return random.nextInt(4) == 0 ? random.nextInt(3) : -1;
    }

    private String scheme() {
        return random.nextInt(8) == 0 ? "nobody's" : "digest";
    }

    private List<Acl> acl() {
        return switch (random.nextInt(12)) {
            case 0 -> Acl.CREATOR_ALL;
            case 1 -> Acl.READ_ONLY;
            case 2 -> List.of(new Acl(31, new Id("ip", "127.0.0.0/8")));
            case 3 -> List.of(new Acl(31, new Id("digest", "user:x")), new Acl(1, Acl.ANYONE));
            case 4 -> List.of();
            default -> Acl.OPEN;
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
