package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** Operations that no client may ask for, frames that are none. */
final class HostileCases {
    private static final int MAX_FRAME = 0xfffff;
    private static final int[] UNKNOWN = {
        0,
        10,
        18 + 5,
        24,
        25,
        50,
        99,
        108,
        109,
        200,
        999,
        1001,
        11_111,
        -1,
        -2,
        -3,
        -9,
        -12,
        -100,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private HostileCases() {}

    static void addTo(Cases cases) {
        operations(cases.about("unknown operations"));
        frames(cases.about("frames"));
    }

    private static void operations(Cases cases) {
        for (int op : UNKNOWN) {
            cases.same("operation " + op, s -> {
                s.session()
                        .call("operation " + op, op, Body.path(s.folder()).int32(0))
                        .awaitClosed();
                s.session()
                        .call("operation " + op + " without a body", op, Body.of())
                        .awaitClosed();
            });
        }
        cases.same("the session outlives it", s -> {
            RawSession a = s.session().create(s.at("e"), 1).call("operation 999", 999, Body.of());
            a.awaitClosed();
            a.reconnect(0).exists(s.at("e"));
        });
        cases.same(
                "what was asked before is answered",
                s -> s.session()
                        .hold()
                        .create(s.at("a"))
                        .exists(s.at("a"))
                        .release()
                        .call("operation 999", 999, Body.of())
                        .awaitClosed());
        cases.differs(
                Differences.INTERNAL,
                "createSession by a client",
                s -> s.session()
                        .call("createSession", OpCode.CREATE_SESSION, Body.of().int32(60_000))
                        .awaitClosedOrAnswer(s.folder()));
        cases.differs(
                Differences.INTERNAL,
                "deleteContainer by a client",
                s -> s.session()
                        .createContainer(s.at("c"), 4)
                        .call("deleteContainer", OpCode.DELETE_CONTAINER, Body.path(s.at("c")))
                        .awaitClosedOrAnswer(s.at("c")));
    }

    private static void frames(Cases cases) {
        for (int length : new int[] {-1, -2, Integer.MIN_VALUE, MAX_FRAME + 1, 1 << 24, Integer.MAX_VALUE}) {
            cases.same(
                    "of length " + length,
                    s -> s.session()
                            .sendRaw(
                                    "length " + length,
                                    Body.of().int32(length).raw(new byte[100]).bytes())
                            .awaitClosed());
            cases.same(
                    "of length " + length + " first",
                    s -> s.unconnected()
                            .sendRaw(
                                    "length " + length,
                                    Body.of().int32(length).raw(new byte[100]).bytes())
                            .awaitClosed());
        }
        for (int length = 0; length < 8; length++) {
            int bytes = length;
            cases.same(
                    "too short for a header, " + bytes + " bytes",
                    s -> s.session()
                            .sendRaw(
                                    bytes + " bytes",
                                    Body.of().data(new byte[bytes]).bytes())
                            .awaitClosed());
        }
        cases.same("the longest", s -> {
            int data = MAX_FRAME - 8 - 4 - s.at("n").length() - 4 - 4;
            RawSession a = s.session().create(s.at("n"));
            a.setData(s.at("n"), "x".repeat(data)).exists(s.at("n")).getData(s.at("n"));
        });
        cases.same("one byte longer than the longest", s -> {
            int data = MAX_FRAME - 8 - 4 - s.at("n").length() - 4 - 4 + 1;
            RawSession a = s.session().create(s.at("n"));
            a.setData(s.at("n"), "x".repeat(data)).awaitClosed();
            s.session().exists(s.at("n"));
        });
        cases.same("the longest create", s -> {
            int data = MAX_FRAME - 8 - 4 - s.at("n").length() - 4 - 31 - 4;
            s.session().create(s.at("n"), "x".repeat(data), Acls.OPEN).exists(s.at("n"));
        });
        cases.same("in pieces", s -> {
            RawSession a = s.session();
            byte[] frame = Body.of()
                    .data(Body.of()
                            .int32(1)
                            .int32(OpCode.EXISTS)
                            .text(s.folder())
                            .flag(false)
                            .bytes())
                    .bytes();
            for (int i = 0; i < frame.length; i++) {
                a.sendRaw("byte " + i, new byte[] {frame[i]});
            }
            a.awaitReplyTo(OpCode.EXISTS, 1);
        });
        cases.same("cut off by the end of the stream", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            a.sendRaw("half a frame", Body.of().int32(100).raw(new byte[10]).bytes())
                    .endOutput()
                    .awaitClosed();
            s.session().exists(s.at("e"));
        });
        cases.same("the end of the stream", s -> {
            s.session().endOutput().awaitClosed();
            s.unconnected().endOutput().awaitClosed();
        });
        cases.same(
                "rubbish",
                s -> s.unconnected()
                        .sendRaw(
                                "GET / HTTP/1.1",
                                "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                        .awaitClosed());
        cases.same("another client does not notice", s -> {
            RawSession b = s.session().create(s.at("e"), 1);
            s.session().sendRaw("length -1", Body.of().int32(-1).bytes()).awaitClosed();
            s.session().call("operation 999", 999, Body.of()).awaitClosed();
            b.exists(s.at("e"));
        });
    }
}
