package io.quorate.simulation;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.AclStatResponse;
import io.quorate.protocol.ChildrenStatResponse;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.DataStatResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathWatchRequest;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SessionPassword;
import io.quorate.simulation.checkers.FoundNode;
import io.quorate.simulation.client.History;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.network.ClientHost;
import io.quorate.simulation.network.ClientLink;
import io.quorate.simulation.network.SimulatedNetwork;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the whole tree of one server, as a client would: behind a sync, node by node, children before data. */
final class Audit implements ClientHost {
    private static final String SYSTEM = "/zookeeper";

    private final World world;
    private final SimulatedNetwork network;
    private final long sid;
    private final int timeoutMs;
    private final NavigableMap<String, FoundNode> found = new TreeMap<>();
    private final ArrayDeque<String> toList = new ArrayDeque<>();
    private final ArrayDeque<String> toRead = new ArrayDeque<>();

    /** Nodes that were read, of which the ACL was not. */
    private final ArrayDeque<String> toReadAcl = new ArrayDeque<>();

    private boolean connected;
    private boolean synced;
    private boolean done;
    private long sessionId;
    private @Nullable String asked;
    private int askedOp;
    private int xid;

    Audit(World world, SimulatedNetwork network, long sid, int timeoutMs) {
        this.world = world;
        this.network = network;
        this.sid = sid;
        this.timeoutMs = timeoutMs;
    }

    void start() {
        connected = false;
        synced = false;
        asked = null;
        toList.clear();
        toRead.clear();
        toReadAcl.clear();
        found.clear();
        network.dial(this, sid, this::retry);
    }

    private void retry() {
        world.after(100_000_000L, this::start);
    }

    long sid() {
        return sid;
    }

    boolean isDone() {
        return done;
    }

    NavigableMap<String, FoundNode> found() {
        return found;
    }

    /** The session that it used; nobody uses it any more. */
    long sessionId() {
        return sessionId;
    }

    @Override
    public long id() {
        return -1000 - sid;
    }

    @Override
    public boolean isAlive() {
        return !done;
    }

    @Override
    public void input(Runnable action) {
        action.run();
    }

    @Override
    public void onOpen(ClientLink link) {
        JuteWriter out = new JuteWriter();
        new ConnectRequest(0, 0, timeoutMs, 0, new byte[SessionPassword.BYTES], Boolean.FALSE).write(out);
        link.sendToServer(out.toByteArray());
    }

    @Override
    public void onFrame(ClientLink link, byte[] frame) {
        JuteReader in = new JuteReader(frame);
        if (!connected) {
            connected = true;
            sessionId = ConnectResponse.read(in).sessionId();
            ask(link, OpCode.SYNC, "/");
            return;
        }
        ReplyHeader header = ReplyHeader.read(in);
        if (!synced) {
            synced = true;
            toList.add("/");
        } else {
            take(header, in);
        }
        askNext(link);
    }

    private void take(ReplyHeader header, JuteReader in) {
        String path = asked == null ? "" : asked;
        if (header.err() == ErrorCode.NO_NODE.code() && History.goesByItself(path)) {
            found.remove(path);
        } else if (header.err() != 0) {
            world.fail(
                    "a tree that nobody changes can be read",
                    path + " of server " + sid + " gives " + ErrorCode.of(header.err()));
        } else if (askedOp == OpCode.GET_CHILDREN2) {
            ChildrenStatResponse response = ChildrenStatResponse.read(in);
            if (response.children() != null) {
                response.children().forEach(name -> toRead.add((path.equals("/") ? "" : path) + "/" + name));
            }
        } else if (askedOp == OpCode.GET_ACL) {
            AclStatResponse response = AclStatResponse.read(in);
            String acl = response.acl() == null ? "" : Operation.tokenOf(response.acl());
            found.computeIfPresent(path, (any, node) -> new FoundNode(node.data(), node.stat(), acl));
        } else {
            DataStatResponse response = DataStatResponse.read(in);
            byte[] data = response.data() == null ? new byte[0] : response.data();
            found.put(path, new FoundNode(new String(data, StandardCharsets.UTF_8), response.stat(), ""));
            toReadAcl.add(path);
            if (response.stat().numChildren() > 0) {
                toList.add(path);
            }
        }
    }

    private void askNext(ClientLink link) {
        String next = toRead.poll();
        while (SYSTEM.equals(next)) {
            next = toRead.poll();
        }
        if (next != null) {
            ask(link, OpCode.GET_DATA, next);
            return;
        }
        next = toReadAcl.poll();
        if (next != null) {
            ask(link, OpCode.GET_ACL, next);
            return;
        }
        next = toList.poll();
        if (next != null) {
            ask(link, OpCode.GET_CHILDREN2, next);
            return;
        }
        done = true;
        link.closeByClient();
    }

    private void ask(ClientLink link, int op, String path) {
        asked = path;
        askedOp = op;
        JuteWriter out = new JuteWriter();
        new RequestHeader(++xid, op).write(out);
        if (op == OpCode.SYNC || op == OpCode.GET_ACL) {
            new PathRequest(path).write(out);
        } else {
            new PathWatchRequest(path, false).write(out);
        }
        link.sendToServer(out.toByteArray());
    }

    @Override
    public void onClosed(ClientLink link, String reason) {
        if (!done) {
            retry();
        }
    }
}
