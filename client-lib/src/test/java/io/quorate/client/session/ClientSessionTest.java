package io.quorate.client.session;

import io.quorate.client.Transcript;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.AddWatchRequest;
import io.quorate.protocol.AuthPacket;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.EventType;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SetWatches2Request;
import io.quorate.protocol.SetWatchesRequest;
import io.quorate.protocol.WatchMode;
import io.quorate.protocol.WatcherEvent;
import io.quorate.protocol.WatcherType;
import io.quorate.protocol.Xid;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations with the pure session. Inputs:
 *
 * <pre>
 *   session TIMEOUT_MS HOST…            makes it and starts it; "session TIMEOUT_MS max=N HOST…" bounds what may be outstanding
 *                                       or "session TIMEOUT_MS ro HOST…" is content with read-only servers
 *   rowelcome ID TIMEOUT_MS             the same answer from a read-only server
 *   rw HOST                             a server that was probed has a quorum
 *   up | down REASON                    the present attempt to connect succeeded, or the connection ended
 *   welcome ID TIMEOUT_MS | gone        the server's answer to the handshake
 *   get|exists|ls|create PATH [WATCHER] a request
 *   watch|rwatch PATH WATCHER           addWatch, persistent or recursive
 *   unwatch TYPE PATH [WATCHER]         removes the watcher's watch, or everybody's
 *   auth SCHEME TEXT | authok | authbad
 *   ok XID ZXID | err XID CODE | pong   answers
 *   event TYPE PATH ZXID
 *   garbage
 *   close
 *   at MS                               time goes on, with a tick at each moment that the session asked for
 *   at MS without ticks                 the same for a process that was stopped
 *   at MS of pongs                      the same, and the server answers each ping at once
 * </pre>
 */
class ClientSessionTest {
    static Stream<Path> transcripts() throws Exception {
        return Transcript.files("session");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void conversation(Path file) throws Exception {
        Transcript.check(file, new Script()::run);
    }

    private record Named(String name) implements WatchListener {}

    private static final class Script implements SessionPort {
        private List<String> out = new ArrayList<>();
        private ClientSession session;
        private long connection;
        private long nowNanos;
        private boolean ponging;
        private boolean pingSeen;

        List<String> run(String line) {
            out = new ArrayList<>();
            String[] words = line.split(" ");
            switch (words[0]) {
                case "session" -> begin(words);
                case "up" -> session.onConnected(connection, nowNanos);
                case "down" -> session.onDisconnected(connection, line.substring(5), nowNanos);
                case "welcome" ->
                    hello(new ConnectResponse(
                            0, Integer.parseInt(words[2]), Long.decode(words[1]), new byte[16], false));
                case "rowelcome" ->
                    hello(new ConnectResponse(
                            0, Integer.parseInt(words[2]), Long.decode(words[1]), new byte[16], true));
                case "rw" -> session.onProbed(connection, new HostPort(words[1], 2181), nowNanos);
                case "gone" -> hello(new ConnectResponse(0, 0, 0, new byte[16], false));
                case "get" -> submit(OpCode.GET_DATA, WatchRequest.Kind.DATA, words);
                case "exists" -> submit(OpCode.EXISTS, WatchRequest.Kind.EXISTS, words);
                case "ls" -> submit(OpCode.GET_CHILDREN2, WatchRequest.Kind.CHILDREN, words);
                case "create" -> submit(OpCode.CREATE2, WatchRequest.Kind.DATA, words);
                case "watch" -> addWatch(WatchRequest.Kind.PERSISTENT, WatchMode.PERSISTENT, words);
                case "rwatch" -> addWatch(WatchRequest.Kind.RECURSIVE, WatchMode.PERSISTENT_RECURSIVE, words);
                case "unwatch" -> removeWatch(words);
                case "auth" ->
                    session.addAuth(
                            words[1], words[2].getBytes(StandardCharsets.UTF_8), handler("auth " + words[1]), nowNanos);
                case "authok" -> reply(Xid.AUTH, 0, 0);
                case "authbad" -> reply(Xid.AUTH, 0, ErrorCode.AUTH_FAILED.code());
                case "ok" -> reply(Integer.parseInt(words[1]), Long.decode(words[2]), 0);
                case "err" ->
                    reply(
                            Integer.parseInt(words[1]),
                            0,
                            ErrorCode.valueOf(words[2]).code());
                case "pong" -> reply(Xid.PING, 0, 0);
                case "event" -> event(EventType.valueOf(words[1]), words[2], Long.decode(words[3]));
                case "garbage" -> session.onFrame(connection, new JuteReader(new byte[3]), nowNanos);
                case "close" -> session.close(nowNanos);
                case "at" -> at(Long.parseLong(words[1]), line);
                default -> throw new IllegalArgumentException(line);
            }
            return out;
        }

        private void begin(String[] words) {
            boolean bounded = words[2].startsWith("max=");
            boolean readOnly = words[2].equals("ro");
            List<HostPort> hosts = Arrays.stream(words, bounded || readOnly ? 3 : 2, words.length)
                    .map(host -> new HostPort(host, 2181))
                    .toList();
            int max = bounded ? Integer.parseInt(words[2].substring(4)) : 100;
            session = new ClientSession(
                    new SessionConfig(hosts, Integer.parseInt(words[1]), max, 2000, readOnly), new Random(7), this);
            session.start(nowNanos);
        }

        private void submit(int opCode, WatchRequest.Kind kind, String[] words) {
            WatchRequest watch = words.length > 2 ? new WatchRequest(kind, words[1], new Named(words[2])) : null;
            Call call = Call.of(
                    opCode,
                    body -> new PathWatchRequest(words[1], watch != null).write(body),
                    watch,
                    handler(words[0] + " " + words[1]));
            session.submit(call, nowNanos);
        }

        private void addWatch(WatchRequest.Kind kind, WatchMode mode, String[] words) {
            AddWatchRequest request = new AddWatchRequest(words[1], mode.code());
            WatchRequest watch = new WatchRequest(kind, words[1], new Named(words[2]));
            session.submit(
                    Call.of(OpCode.ADD_WATCH, request::write, watch, handler(words[0] + " " + words[1])), nowNanos);
        }

        private void removeWatch(String[] words) {
            WatchListener listener = words.length > 3 ? new Named(words[3]) : null;
            WatchRemoval removal = new WatchRemoval(WatcherType.valueOf(words[1]), words[2], listener);
            session.submit(Call.removing(removal, handler("unwatch " + words[2])), nowNanos);
        }

        private ReplyHandler handler(String what) {
            return new ReplyHandler() {
                @Override
                public void onReply(ReplyHeader header, JuteReader body) {
                    out.add(what + ": " + ErrorCode.of(header.err()));
                }

                @Override
                public void onFailure(ErrorCode code, boolean sent, String reason) {
                    out.add(what + ": failed, " + code + (sent ? ", was sent: " : ", was not sent: ") + reason);
                }
            };
        }

        private void at(long ms, String line) {
            long untilNanos = TimeUnit.MILLISECONDS.toNanos(ms);
            ponging = line.endsWith("of pongs");
            while (!line.endsWith("without ticks") && session.delayNanos(nowNanos) <= untilNanos - nowNanos) {
                nowNanos += session.delayNanos(nowNanos);
                out.add("  (" + TimeUnit.NANOSECONDS.toMillis(nowNanos) + " ms)");
                session.onTick(nowNanos);
                if (pingSeen && ponging) {
                    reply(Xid.PING, 0, 0);
                }
                pingSeen = false;
            }
            nowNanos = untilNanos;
        }

        private void hello(ConnectResponse response) {
            JuteWriter frame = new JuteWriter();
            response.write(frame);
            receive(frame);
        }

        private void reply(int xid, long zxid, int err) {
            JuteWriter frame = new JuteWriter();
            new ReplyHeader(xid, zxid, err).write(frame);
            receive(frame);
        }

        private void event(EventType type, String path, long zxid) {
            JuteWriter frame = new JuteWriter();
            new ReplyHeader(Xid.WATCH_EVENT, zxid, 0).write(frame);
            new WatcherEvent(type.code(), WatcherEvent.SYNC_CONNECTED, path).write(frame);
            receive(frame);
        }

        private void receive(JuteWriter frame) {
            session.onFrame(connection, new JuteReader(frame.toByteArray()), nowNanos);
        }

        // ---- What the session asks for

        @Override
        public void connect(long number, HostPort host) {
            connection = number;
            out.add("connect #" + number + " " + host);
        }

        @Override
        public void probe(long number, HostPort host) {
            out.add("probe #" + number + " " + host);
        }

        @Override
        public void answered(Call call, int error, long now) {}

        @Override
        public void failed(Call call, ErrorCode code, boolean sent) {}

        @Override
        public void disconnect(long number) {
            out.add("disconnect #" + number);
        }

        @Override
        public void send(long number, byte[] frame, int length) {
            JuteReader in = new JuteReader(frame, 4, length - 4);
            if (new JuteReader(frame).readInt() != length - 4) {
                throw new AssertionError("the length in front of a frame is wrong");
            }
            // A handshake begins with the protocol's version 0 where a request has its xid, which is never 0.
            if (new JuteReader(frame, 4, 4).readInt() == 0) {
                ConnectRequest hello = ConnectRequest.read(in);
                out.add("#" + number + " hello id=0x" + Long.toHexString(hello.sessionId()) + " timeout="
                        + hello.timeOut() + " zxid=" + hello.lastZxidSeen());
                return;
            }
            RequestHeader header = RequestHeader.read(in);
            String what = switch (header.type()) {
                case OpCode.PING -> "ping";
                case OpCode.AUTH -> "auth " + AuthPacket.read(in).scheme();
                case OpCode.CLOSE_SESSION -> "closeSession";
                case OpCode.ADD_WATCH, OpCode.REMOVE_WATCHES, OpCode.CHECK_WATCHES ->
                    OpCode.shortName(header.type()) + " " + AddWatchRequest.read(in);
                case OpCode.SET_WATCHES2 -> SetWatches2Request.read(in).toString();
                case OpCode.SET_WATCHES -> SetWatchesRequest.read(in).toString();
                default -> OpCode.shortName(header.type()) + " " + PathWatchRequest.read(in);
            };
            pingSeen |= header.type() == OpCode.PING;
            out.add("#" + number + " xid " + header.xid() + " " + what);
        }

        @Override
        public void watchFired(WatcherEvent event, long zxid, List<WatchListener> listeners) {
            out.add("watch " + EventType.of(event.type()) + " " + event.path() + " -> "
                    + listeners.stream().map(each -> ((Named) each).name()).toList());
        }

        @Override
        public void stateChanged(ConnectionState state, String reason) {
            out.add("** " + state);
        }

        @Override
        public void info(String message) {
            out.add("  " + message);
        }

        @Override
        public void warn(String message) {
            out.add("  warning: " + message);
        }
    }
}
