package io.quorate.simulation.bugs;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.AddWatchRequest;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.EventType;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SetAclRequest;
import io.quorate.protocol.WatcherEvent;
import io.quorate.protocol.Xid;
import io.quorate.replica.port.ClientChannel;
import io.quorate.simulation.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a server can get wrong towards its clients. */
final class ClientBugs {
    private ClientBugs() {}

    /** An event comes behind the answer that shows the change. */
    static final class EventBehindReply extends ChannelTap {
        private final List<byte[]> events = new ArrayList<>();

        EventBehindReply(ClientChannel channel) {
            super(channel);
        }

        @Override
        void outgoing(int xid, byte[] frame) {
            if (xid == Xid.WATCH_EVENT) {
                events.add(frame);
                return;
            }
            send(frame);
            events.forEach(this::send);
            events.clear();
        }
    }

    /** An event gets lost now and then. */
    static final class DropsEvents extends ChannelTap {
        private static final double CHANCE = 0.1;
        private final Dice dice;

        DropsEvents(ClientChannel channel, Dice dice) {
            super(channel);
            this.dice = dice;
        }

        @Override
        void outgoing(int xid, byte[] frame) {
            if (xid != Xid.WATCH_EVENT || !dice.chance(CHANCE)) {
                send(frame);
            }
        }
    }

    /** That a node is gone is not told. */
    static final class HidesDeletions extends ChannelTap {
        HidesDeletions(ClientChannel channel) {
            super(channel);
        }

        @Override
        void outgoing(int xid, byte[] frame) {
            if (xid != Xid.WATCH_EVENT || eventType(frame) != EventType.NODE_DELETED.code()) {
                send(frame);
            }
        }
    }

    /** That a node is there is not told. */
    static final class HidesCreations extends ChannelTap {
        HidesCreations(ClientChannel channel) {
            super(channel);
        }

        @Override
        void outgoing(int xid, byte[] frame) {
            if (xid != Xid.WATCH_EVENT || eventType(frame) != EventType.NODE_CREATED.code()) {
                send(frame);
            }
        }
    }

    /** What changed while a client was away is told as if it were gone. */
    static final class TellsWrongEventAfterReconnect extends ChannelTap {
        TellsWrongEventAfterReconnect(ClientChannel channel) {
            super(channel);
        }

        @Override
        void outgoing(int xid, byte[] frame) {
            JuteReader in = new JuteReader(frame);
            ReplyHeader header = ReplyHeader.read(in);
            if (xid != Xid.WATCH_EVENT || header.zxid() > 0 || eventType(frame) != EventType.NODE_DATA_CHANGED.code()) {
                send(frame);
                return;
            }
            WatcherEvent event = WatcherEvent.read(in);
            JuteWriter out = new JuteWriter(frame.length);
            header.write(out);
            new WatcherEvent(EventType.NODE_DELETED.code(), event.state(), event.path()).write(out);
            send(out.toByteArray());
        }
    }

    private static int eventType(byte[] frame) {
        JuteReader in = new JuteReader(frame);
        ReplyHeader.read(in);
        return WatcherEvent.read(in).type();
    }

    /** A client is told of a longer time-out than its session has. */
    static final class TellsLongerTimeOut extends ChannelTap {
        private static final int FACTOR = 4;

        TellsLongerTimeOut(ClientChannel channel) {
            super(channel);
        }

        @Override
        byte[] connectResponse(byte[] frame) {
            ConnectResponse response = ConnectResponse.read(new JuteReader(frame));
            JuteWriter out = new JuteWriter(frame.length);
            new ConnectResponse(
                            response.protocolVersion(),
                            response.timeOut() * FACTOR,
                            response.sessionId(),
                            response.passwd(),
                            response.readOnly())
                    .write(out);
            return out.toByteArray();
        }
    }

    /** Two answers change places now and then: ZOOKEEPER-1863. */
    static final class SwapsReplies extends ChannelTap {
        private static final double CHANCE = 0.05;
        private final Dice dice;
        private byte @Nullable [] held;

        SwapsReplies(ClientChannel channel, Dice dice) {
            super(channel);
            this.dice = dice;
        }

        @Override
        void outgoing(int xid, byte[] frame) {
            byte[] earlier = held;
            held = null;
            if (earlier == null && isAnswer(xid) && dice.chance(CHANCE)) {
                held = frame;
                return;
            }
            send(frame);
            if (earlier != null) {
                send(earlier);
            }
        }
    }

    /** A client is let in that has seen more than this server has. */
    static byte[] forgetWhatWasSeen(byte[] frame) {
        ConnectRequest request = ConnectRequest.read(new JuteReader(frame));
        JuteWriter out = new JuteWriter(frame.length);
        new ConnectRequest(
                        request.protocolVersion(),
                        0,
                        request.timeOut(),
                        request.sessionId(),
                        request.passwd(),
                        request.readOnly())
                .write(out);
        return out.toByteArray();
    }

    /** A node is made that does not go with its session. */
    static byte[] withoutOwner(byte[] frame) {
        return changeCreate(
                frame, create -> switch (CreateMode.of(create.flags()).orElse(CreateMode.PERSISTENT)) {
                    case EPHEMERAL -> with(create, create.path(), CreateMode.PERSISTENT);
                    case EPHEMERAL_SEQUENTIAL -> with(create, create.path(), CreateMode.PERSISTENT_SEQUENTIAL);
                    default -> create;
                });
    }

    /** The number of a sequential node comes from a counter that begins anew with the process. */
    static byte[] withNumber(byte[] frame, int number) {
        return changeCreate(
                frame,
                create -> create.flags() == CreateMode.PERSISTENT_SEQUENTIAL.flag()
                        ? with(
                                create,
                                create.path() + String.format(Locale.ROOT, "%010d", number),
                                CreateMode.PERSISTENT)
                        : create);
    }

    /** A watch that is to be removed stays: the server only looks for it, which is answered alike. */
    static byte[] withoutRemoval(byte[] frame) {
        JuteReader in = new JuteReader(frame);
        RequestHeader header = RequestHeader.read(in);
        if (header.type() != OpCode.REMOVE_WATCHES) {
            return frame;
        }
        JuteWriter out = new JuteWriter(frame.length);
        new RequestHeader(header.xid(), OpCode.CHECK_WATCHES).write(out);
        AddWatchRequest.read(in).write(out);
        return out.toByteArray();
    }

    /**
     * The ACL of the request before is set.
     *
     * @param replaced keeps what is set now, and gives what was set before; null at first
     */
    static byte[] withAclOfBefore(byte[] frame, Function<SetAclRequest, @Nullable SetAclRequest> replaced) {
        JuteReader in = new JuteReader(frame);
        RequestHeader header = RequestHeader.read(in);
        if (header.type() != OpCode.SET_ACL) {
            return frame;
        }
        SetAclRequest set = SetAclRequest.read(in);
        SetAclRequest before = replaced.apply(set);
        JuteWriter out = new JuteWriter(frame.length);
        header.write(out);
        new SetAclRequest(set.path(), before == null ? set.acl() : before.acl(), set.version()).write(out);
        return out.toByteArray();
    }

    private static CreateRequest with(CreateRequest create, @Nullable String path, CreateMode mode) {
        return new CreateRequest(path, create.data(), create.acl(), mode.flag());
    }

    private interface Change {
        CreateRequest apply(CreateRequest create);
    }

    private static byte[] changeCreate(byte[] frame, Change change) {
        JuteReader in = new JuteReader(frame);
        RequestHeader header = RequestHeader.read(in);
        if (header.type() != OpCode.CREATE && header.type() != OpCode.CREATE2) {
            return frame;
        }
        JuteWriter out = new JuteWriter(frame.length);
        header.write(out);
        change.apply(CreateRequest.read(in)).write(out);
        return out.toByteArray();
    }
}
