package io.quorate.simulation.bugs;

import io.quorate.jute.Id;
import io.quorate.jute.JuteReader;
import io.quorate.replica.port.ClientChannel;
import java.util.Arrays;
import java.util.List;

/** A client's connection, seen from between the replica and its transport. By itself it changes nothing. */
class ChannelTap implements ClientChannel {
    private static final int FIRST_ANSWER = 1;

    private final ClientChannel channel;

    /** The answer to the connect request has no header. */
    private boolean open;

    ChannelTap(ClientChannel channel) {
        this.channel = channel;
    }

    /** The answer to the connect request. */
    byte[] connectResponse(byte[] frame) {
        return frame;
    }

    /** A reply or an event. */
    void outgoing(int xid, byte[] frame) {
        send(frame);
    }

    final void send(byte[] frame) {
        channel.send(frame, 0, frame.length);
    }

    static boolean isAnswer(int xid) {
        return xid >= FIRST_ANSWER;
    }

    @Override
    public void send(byte[] bytes, int offset, int length) {
        if (!open) {
            open = true;
            byte[] response = connectResponse(Arrays.copyOfRange(bytes, offset, offset + length));
            channel.send(response, 0, response.length);
            return;
        }
        outgoing(new JuteReader(bytes, offset, length).readInt(), Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public void close(String reason) {
        channel.close(reason);
    }

    @Override
    public void pauseReading(boolean paused) {
        channel.pauseReading(paused);
    }

    @Override
    public String remoteAddress() {
        return channel.remoteAddress();
    }

    @Override
    public String remoteName() {
        return channel.remoteName();
    }

    @Override
    public List<Id> provenIdentities() {
        return channel.provenIdentities();
    }
}
