package io.quorate.simulation.network;

import io.quorate.replica.ClientConnection;
import io.quorate.replica.port.ClientChannel;
import io.quorate.simulation.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's connection: frames in order, both ways. */
public final class ClientLink implements ClientChannel {
    private final World world;
    private final SimulatedNetwork network;
    private final ClientHost client;
    private final ServerHost server;

    /** An empty frame is the end. */
    private final Wire<byte[]> toServer;

    /** An empty frame is the end, a null one the beginning. */
    private final Wire<Downward> toClient;

    private enum Kind {
        OPEN,
        FRAME,
        END
    }

    @SuppressWarnings("ArrayRecordComponent") // a message: compared by nobody
    private record Downward(Kind kind, byte[] frame) {}

    private @Nullable ClientConnection connection;
    private List<byte[]> out = new ArrayList<>();
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
    private boolean readingPaused;
    private boolean serverClosing;
    private boolean serverTold;
    private boolean clientClosed;

    /** A frame has come. */
    private boolean heard;

    ClientLink(World world, SimulatedNetwork network, ClientHost client, ServerHost server) {
        this.world = world;
        this.network = network;
        this.client = client;
        this.server = server;
        this.toServer = new Wire<>(world, network, client.id(), server.id(), this::arriveAtServer);
        this.toClient = new Wire<>(world, network, server.id(), client.id(), this::arriveAtClient);
    }

    void accept() {
        server.input(() -> connection = server.acceptClient(this));
        toClient.put(new Downward(Kind.OPEN, new byte[0]));
    }

    public long serverId() {
        return server.id();
    }

    /** As {@link ServerHost#knowsItsTreeCommitted}. */
    public boolean serverKnowsItsTreeCommitted() {
        return server.knowsItsTreeCommitted();
    }

    ServerHost server() {
        return server;
    }

    // ---- the client's side

    /** Sends a frame, which is not empty. */
    public void sendToServer(byte[] frame) {
        if (!clientClosed) {
            toServer.put(frame);
        }
    }

    /** The client lets go of it. It hears nothing any more. */
    public void closeByClient() {
        if (!clientClosed) {
            clientClosed = true;
            toServer.put(new byte[0]);
        }
    }

    private void arriveAtClient(Downward item) {
        if (clientClosed || !client.isAlive()) {
            return;
        }
        switch (item.kind()) {
            case OPEN -> client.onOpen(this);
            case FRAME -> client.onFrame(this, item.frame());
            case END -> endAtClient("the server closed the connection");
        }
    }

    private void endAtClient(String reason) {
        if (!clientClosed) {
            clientClosed = true;
            toServer.cut();
            client.onClosed(this, reason);
        }
    }

    // ---- the server's side

    private void arriveAtServer(byte[] frame) {
        if (!server.isAlive()) {
            return;
        }
        if (frame.length == 0) {
            server.input(this::endAtServer);
        } else if (readingPaused) {
            unread.add(frame);
        } else {
            hand(frame);
        }
    }

    private void hand(byte[] frame) {
        server.input(() -> {
            if (connection != null && !serverClosing) {
                boolean first = !heard;
                heard = true;
                server.clientFrame(connection, frame, first);
            }
        });
    }

    private void endAtServer() {
        serverClosing = true;
        toClient.cut();
        network.forget(this);
        if (!serverTold && connection != null) {
            serverTold = true;
            connection.onClosed(server.nowNanos());
        }
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        if (!serverClosing) {
            out.add(Arrays.copyOfRange(bytes, offset, offset + length));
            network.dirty(this);
        }
    }

    @Override
    public void close(String reason) {
        if (serverClosing) {
            return;
        }
        if (world.trace().isOn()) {
            world.trace("server " + server.id(), "closes the connection of client " + client.id() + ": " + reason);
        }
        serverClosing = true;
        world.after(0, () -> {
            if (server.isAlive()) {
                flush();
                toClient.put(new Downward(Kind.END, new byte[0]));
                server.input(() -> {
                    if (!serverTold && connection != null) {
                        serverTold = true;
                        connection.onClosed(server.nowNanos());
                    }
                });
            }
        });
    }

    @Override
    public void pauseReading(boolean paused) {
        readingPaused = paused;
        if (!paused && !unread.isEmpty()) {
            world.after(0, this::readOn);
        }
    }

    private void readOn() {
        while (!readingPaused && !unread.isEmpty()) {
            hand(unread.removeFirst());
        }
    }

    @Override
    public String remoteAddress() {
        return "10.0.1." + -client.id();
    }

    @Override
    public String remoteName() {
        return "/" + remoteAddress() + ":1";
    }

    void flush() {
        List<byte[]> frames = out;
        out = new ArrayList<>();
        for (byte[] frame : frames) {
            toClient.put(new Downward(Kind.FRAME, frame));
        }
    }

    // ---- the network's side

    void hostKilled() {
        serverClosing = true;
        toClient.put(new Downward(Kind.END, new byte[0]));
    }

    /** It breaks; what is on its way is lost. */
    void reset(String reason) {
        toServer.cut();
        toClient.cut();
        network.forget(this);
        if (server.isAlive()) {
            server.input(this::endAtServer);
        }
        if (client.isAlive()) {
            endAtClient(reason);
        }
    }
}
