package io.quorate.it.conformance;

import io.quorate.protocol.OpCode;

/** The first frame of a connection, sessions that come back and end. */
final class SessionCases {
    private SessionCases() {}

    static void addTo(Cases cases) {
        connect(cases.about("connect"));
        comeBack(cases.about("coming back to a session"));
        end(cases.about("closeSession"));
    }

    private static void connect(Cases cases) {
        for (int timeout :
                new int[] {0, 1, -1, 999, 1000, 1001, 5000, 59_999, 60_000, 60_001, Integer.MAX_VALUE, Integer.MIN_VALUE
                }) {
            cases.same(
                    "timeout " + timeout,
                    s -> s.unconnected()
                            .connect(Handshake.newSession().timeoutMs(timeout))
                            .exists(s.folder()));
        }
        for (int version : new int[] {1, -1, Integer.MAX_VALUE}) {
            cases.same(
                    "protocol version " + version,
                    s -> s.unconnected()
                            .connect(Handshake.newSession().protocolVersion(version))
                            .exists(s.folder()));
        }
        cases.same("the readOnly byte: absent, 0, 1, 2, with more behind it", s -> {
            s.unconnected().connect(Handshake.newSession().endingIn()).exists(s.folder());
            s.unconnected().connect(Handshake.newSession().endingIn(0)).exists(s.folder());
            s.unconnected()
                    .connect(Handshake.newSession().endingIn(1))
                    .exists(s.folder())
                    .create(s.at("n"));
            s.unconnected().connect(Handshake.newSession().endingIn(2)).exists(s.folder());
            s.unconnected().connect(Handshake.newSession().endingIn(0, 9, 9, 9)).exists(s.folder());
        });
        cases.same("the password of a new session: null, empty, short, long", s -> {
            s.unconnected().connect(Handshake.newSession().password(null)).exists(s.folder());
            s.unconnected()
                    .connect(Handshake.newSession().password(new byte[0]))
                    .exists(s.folder());
            s.unconnected()
                    .connect(Handshake.newSession().password(new byte[3]))
                    .exists(s.folder());
            s.unconnected()
                    .connect(Handshake.newSession().password(new byte[99]))
                    .exists(s.folder());
        });
        for (long ahead : new long[] {Long.MAX_VALUE, 1L << 40}) {
            cases.same(
                    "a client that has seen more, " + ahead,
                    s -> s.unconnected().connect(Handshake.newSession().lastZxidSeen(ahead)));
        }
        cases.same("a client that has seen exactly as much, one less, one more", s -> {
            long last = s.session().exists(s.folder()).lastZxid();
            s.unconnected().connect(Handshake.newSession().lastZxidSeen(last)).exists(s.folder());
            long next = last + 1;
            s.unconnected()
                    .connect(Handshake.newSession().lastZxidSeen(next - 2))
                    .exists(s.folder());
            s.unconnected().connect(Handshake.newSession().lastZxidSeen(next + 2));
            s.unconnected().connect(Handshake.newSession().lastZxidSeen(-1)).exists(s.folder());
            s.unconnected()
                    .connect(Handshake.newSession().lastZxidSeen(Long.MIN_VALUE))
                    .exists(s.folder());
        });
        cases.same("requests right behind the first frame", s -> {
            RawSession a = s.unconnected();
            a.sendRaw("connect", Body.of().data(Handshake.newSession().bytes()).bytes());
            a.hold().create(s.at("e"), 1).exists(s.at("e")).ping();
            a.awaitConnected().release();
        });
        cases.same(
                "a second first frame",
                s -> s.session()
                        .sendRaw(
                                "connect again",
                                Body.of().data(Handshake.newSession().bytes()).bytes())
                        .awaitClosed());
        cases.same("a first frame that cannot be read", s -> {
            byte[] whole = Handshake.newSession().bytes();
            for (int length : new int[] {0, 1, 4, 16, 24, 27, 43}) {
                s.unconnected()
                        .sendRaw("the first " + length + " bytes", frameOf(whole, length))
                        .awaitClosed();
            }
        });
        cases.same("a password of impossible length", s -> {
            Body before = Body.of().int32(0).int64(0).int32(5000).int64(0);
            for (int length : new int[] {-2, 18, 100, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                Body body = Body.of().add(before).int32(length).raw(new byte[17]);
                s.unconnected()
                        .sendRaw(
                                "password of " + length,
                                Body.of().data(body.bytes()).bytes())
                        .awaitClosed();
            }
        });
    }

    private static byte[] frameOf(byte[] whole, int length) {
        return Body.of().data(Body.of().raw(whole).cut(length).bytes()).bytes();
    }

    private static void comeBack(Cases cases) {
        cases.same("with the right password", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            a.drop();
            a.reconnect(0).exists(s.at("e")).create(s.at("f"), 1).getEphemerals("/");
        });
        cases.same("while the old connection is open", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            RawSession b = s.unconnected();
            b.connect(Handshake.newSession().session(a.sessionId(), a.password()));
            a.awaitClosed();
            b.exists(s.at("e"));
        });
        cases.same("with another timeout", s -> {
            RawSession a = s.session();
            a.drop();
            a.reopen()
                    .connect(Handshake.newSession()
                            .session(a.sessionId(), a.password())
                            .timeoutMs(7000))
                    .exists(s.folder());
        });
        cases.same("without the readOnly byte", s -> {
            RawSession a = s.session();
            a.drop();
            a.reopen()
                    .connect(Handshake.newSession()
                            .session(a.sessionId(), a.password())
                            .endingIn())
                    .exists(s.folder());
        });
        for (String wrong : new String[] {"zero", "short", "long", "empty", "null", "one bit"}) {
            cases.same("with a wrong password: " + wrong, s -> {
                RawSession a = s.session().create(s.at("e"), 1);
                a.drop();
                s.unconnected()
                        .connect(Handshake.newSession().session(a.sessionId(), wrong(wrong, a.password())))
                        .awaitClosed();
                s.session().exists(s.at("e"));
                a.reconnect(0).exists(s.at("e"));
            });
        }
        cases.differs(Differences.PASSWORD_FIRST, "with a wrong password while the holder is connected", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            s.unconnected()
                    .connect(Handshake.newSession().session(a.sessionId(), new byte[16]))
                    .awaitClosed();
            s.session().exists(s.at("e"));
            a.events().exists(s.at("e"));
        });
        cases.same("a session that was closed", s -> {
            RawSession a = s.session();
            a.closeSession().awaitClosed();
            s.unconnected()
                    .connect(Handshake.newSession().session(a.sessionId(), a.password()))
                    .awaitClosed();
        });
        cases.same("a session that never was", s -> {
            s.unconnected()
                    .connect(Handshake.newSession().session(0x1234, new byte[16]))
                    .awaitClosed();
            s.unconnected()
                    .connect(Handshake.newSession().session(-1, new byte[16]))
                    .awaitClosed();
            s.unconnected()
                    .connect(Handshake.newSession().session(0x77, passwordOf(0x77)))
                    .awaitClosed();
        });
        cases.same("having seen more than the server", s -> {
            RawSession a = s.session().create(s.at("e"), 1);
            a.drop();
            a.reconnect(Long.MAX_VALUE);
            a.reconnect(0).exists(s.at("e"));
        });
        cases.same("watches do not come back by themselves", s -> {
            RawSession a =
                    s.session().create(s.at("n")).getData(s.at("n"), true).addWatch(s.at("n"), 0);
            a.drop();
            a.reconnect(0).setData(s.at("n"), "x").checkWatches(s.at("n"), 3);
        });
        cases.same("a session that expires", s -> {
            RawSession a = s.unconnected().connect(Handshake.newSession().timeoutMs(1000));
            RawSession b = s.session();
            a.create(s.at("e"), 1);
            b.exists(s.at("e"), true);
            a.awaitClosed();
            b.awaitEvent().exists(s.at("e"));
            a.reconnect(0).awaitClosed();
        });
    }

    private static byte[] wrong(String how, byte[] right) {
        return switch (how) {
            case "zero" -> new byte[16];
            case "short" -> java.util.Arrays.copyOf(right, 15);
            case "long" -> java.util.Arrays.copyOf(right, 17);
            case "empty" -> new byte[0];
            case "null" -> null;
            default -> {
                right[15] ^= 1;
                yield right;
            }
        };
    }

    private static byte[] passwordOf(long session) {
        byte[] password = new byte[16];
        new java.util.Random(session ^ 0xB3415C00L).nextBytes(password);
        return password;
    }

    private static void end(Cases cases) {
        cases.same("answers and closes", s -> s.session().closeSession().awaitClosed());
        cases.same(
                "behind other requests",
                s -> s.session()
                        .hold()
                        .create(s.at("e"), 1)
                        .exists(s.at("e"))
                        .closeSession()
                        .release()
                        .awaitClosed());
        cases.same(
                "with a body",
                s -> s.session()
                        .call(
                                "closeSession with a body",
                                OpCode.CLOSE_SESSION,
                                Body.of().int64(1))
                        .awaitClosed());
        cases.same("of a session with watches and many ephemerals", s -> {
            RawSession a = s.session().addWatch("/", 0).getData(s.folder(), true);
            for (int i = 0; i < 30; i++) {
                a.create(s.at("e"), 3);
            }
            RawSession b = s.session().getChildren(s.folder(), true);
            a.closeSession().awaitClosed();
            b.events().getChildren2(s.folder());
        });
    }
}
