package io.quorate.simulation.scenarios;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SessionPassword;
import io.quorate.protocol.WatcherEvent;
import io.quorate.protocol.Xid;
import io.quorate.simulation.World;
import io.quorate.simulation.network.ClientHost;
import io.quorate.simulation.network.ClientLink;
import io.quorate.simulation.network.SimulatedNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that does what its script says, and nothing else but ping. It dials until it is let in. */
public final class ScriptedClient implements ClientHost {
    private static final long MS = 1_000_000L;
    private static final long PING_NANOS = 100 * MS;
    private static final long REDIAL_NANOS = 50 * MS;

    private final World world;
    private final SimulatedNetwork network;
    private final long id;
    private final int timeoutMs;
    private final boolean readOnly;
    private final List<WatcherEvent> events = new ArrayList<>();
    private final Map<Integer, Reply> replies = new HashMap<>();
    private final List<Integer> answered = new ArrayList<>();
    private long server;
    private @Nullable ClientLink link;
    private boolean handshake;
    private boolean connected;
    private boolean silent;
    private boolean expired;
    private long sessionId;
    private long lastZxid;
    private int lastXid;
    private int attempt;

    /** What came back. */
    record Reply(ReplyHeader header, JuteReader body) {}

    ScriptedClient(World world, SimulatedNetwork network, long id, int timeoutMs, boolean readOnly) {
        this.world = world;
        this.network = network;
        this.id = id;
        this.timeoutMs = timeoutMs;
        this.readOnly = readOnly;
        world.after(PING_NANOS, this::ping);
    }

    /** Goes to that server, with its session if it has one. */
    void connect(long sid) {
        disconnect();
        server = sid;
        dial();
    }

    private void dial() {
        int current = ++attempt;
        network.dial(this, server, () -> redial(current));
    }

    private void redial(int of) {
        world.after(REDIAL_NANOS, () -> {
            if (attempt == of && link == null && !silent && !expired) {
                dial();
            }
        });
    }

    /** Leaves without a word; the session stays. */
    void disconnect() {
        attempt++;
        connected = false;
        handshake = false;
        if (link != null) {
            link.closeByClient();
            link = null;
        }
    }

    /** Says nothing any more, for ever: its session has to expire. */
    void vanish() {
        silent = true;
        disconnect();
    }

    /** @return the xid that the reply will have */
    int send(int op, Consumer<JuteWriter> body) {
        JuteWriter out = new JuteWriter();
        int xid = op == OpCode.SET_WATCHES || op == OpCode.SET_WATCHES2 ? Xid.SET_WATCHES : ++lastXid;
        new RequestHeader(xid, op).write(out);
        body.accept(out);
        if (link != null) {
            link.sendToServer(out.toByteArray());
        }
        return xid;
    }

    @Nullable
    Reply reply(int xid) {
        return replies.get(xid);
    }

    /** As which one, from 1 on, it was answered; 0 if it was not. */
    int order(int xid) {
        return answered.indexOf(xid) + 1;
    }

    boolean isConnected() {
        return connected;
    }

    boolean isExpired() {
        return expired;
    }

    long sessionId() {
        return sessionId;
    }

    long lastZxid() {
        return lastZxid;
    }

    List<WatcherEvent> events() {
        return events;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void input(Runnable action) {
        action.run();
    }

    @Override
    public void onOpen(ClientLink opened) {
        link = opened;
        handshake = true;
        JuteWriter out = new JuteWriter();
        byte[] password = sessionId == 0 ? new byte[SessionPassword.BYTES] : SessionPassword.of(sessionId);
        new ConnectRequest(0, lastZxid, timeoutMs, sessionId, password, readOnly).write(out);
        opened.sendToServer(out.toByteArray());
    }

    @Override
    public void onFrame(ClientLink from, byte[] frame) {
        if (from != link) {
            return;
        }
        JuteReader in = new JuteReader(frame);
        if (handshake) {
            handshake = false;
            ConnectResponse response = ConnectResponse.read(in);
            expired = response.timeOut() <= 0;
            connected = !expired;
            sessionId = response.sessionId();
            return;
        }
        ReplyHeader header = ReplyHeader.read(in);
        if (header.xid() == Xid.WATCH_EVENT) {
            events.add(WatcherEvent.read(in));
        } else {
            lastZxid = Math.max(lastZxid, header.zxid());
            if (header.xid() > 0) {
                answered.add(header.xid());
            }
            replies.put(header.xid(), new Reply(header, in));
        }
    }

    @Override
    public void onClosed(ClientLink closed, String reason) {
        if (closed == link) {
            link = null;
            connected = false;
            handshake = false;
            redial(attempt);
        }
    }

    private void ping() {
        if (connected && link != null && !silent) {
            JuteWriter out = new JuteWriter();
            new RequestHeader(Xid.PING, OpCode.PING).write(out);
            link.sendToServer(out.toByteArray());
        }
        world.after(PING_NANOS, this::ping);
    }
}
