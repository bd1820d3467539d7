package io.quorate.election;

import io.quorate.jute.JuteWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the dialling server says first on an election connection. Nothing is answered.
 *
 * <pre>
 *    0  long  -65536: one address   -65535: several addresses   0 or more: this is the id, and nothing follows
 *    8  long  id of the dialler
 *   16  int   length of the addresses, 1..2048
 *   20        where the dialler listens for elections: host:port, IPv6 hosts in brackets, several joined by "|"; UTF-8
 * </pre>
 *
 * @param sid the dialler
 * @param addresses where it listens; empty in the oldest form
 */
public record ElectionHandshake(long sid, List<HostPort> addresses) {
    private static final long ONE_ADDRESS = -65536;
    private static final long SEVERAL_ADDRESSES = -65535;
    private static final int ADDRESSES_AT = 20;

    /** What {@link #decode} made of the bytes so far. */
    public sealed interface Decoded {}

    /** All is well so far: call again with all the bytes and at least {@code missingBytes} more. */
    public record Incomplete(int missingBytes) implements Decoded {}

    /** The whole handshake was there; the buffer now stands behind it. */
    public record Complete(ElectionHandshake handshake) implements Decoded {}

    /** This is not a handshake: close the connection. */
    public record Refused(String reason) implements Decoded {}

    public ElectionHandshake {
        addresses = List.copyOf(addresses);
    }

    /**
     * The bytes to send. Several addresses use the version that only servers with {@code multiAddress.enabled} send.
     *
     * @throws IllegalArgumentException if there are no addresses, or more than fit
     */
    public byte[] encode() {
        StringBuilder text = new StringBuilder();
        for (HostPort address : addresses) {
            text.append(text.isEmpty() ? "" : "|").append(address);
        }
        byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
        if (utf8.length == 0 || utf8.length > ElectionLimits.MAX_HANDSHAKE_ADDRESS_BYTES) {
            throw new IllegalArgumentException("election addresses of " + utf8.length + " bytes, expected 1.."
                    + ElectionLimits.MAX_HANDSHAKE_ADDRESS_BYTES + ": " + addresses);
        }
        return new JuteWriter(ADDRESSES_AT + utf8.length)
                .writeLong(addresses.size() == 1 ? ONE_ADDRESS : SEVERAL_ADDRESSES)
                .writeLong(sid)
                .writeBuffer(utf8)
                .toByteArray();
    }

    /**
     * Reads a handshake from the buffer's position on. The position moves only if it is complete, behind its last byte: election messages
     * may follow at once.
     */
    public static Decoded decode(ByteBuffer in) {
        int start = in.position();
        if (in.remaining() < Long.BYTES) {
            return new Incomplete(Long.BYTES - in.remaining());
        }
        long version = in.getLong(start);
        if (version >= 0) {
            in.position(start + Long.BYTES);
            return new Complete(new ElectionHandshake(version, List.of()));
        }
        if (version != ONE_ADDRESS && version != SEVERAL_ADDRESSES) {
            return new Refused("protocol version " + version
                    + ", expected -65536 or -65535: not a server of an ensemble, or TLS on one side" + " only");
        }
        if (in.remaining() < ADDRESSES_AT) {
            return new Incomplete(ADDRESSES_AT - in.remaining());
        }
        long sid = in.getLong(start + 8);
        int length = in.getInt(start + 16);
        if (sid < 0) {
            return new Refused("server id " + sid + ", expected 0 or more");
        }
        if (length < 1 || length > ElectionLimits.MAX_HANDSHAKE_ADDRESS_BYTES) {
            return new Refused("addresses of " + length + " bytes from server " + sid + ", expected 1.."
                    + ElectionLimits.MAX_HANDSHAKE_ADDRESS_BYTES);
        }
        if (in.remaining() < ADDRESSES_AT + length) {
            return new Incomplete(ADDRESSES_AT + length - in.remaining());
        }
        byte[] utf8 = new byte[length];
        in.get(start + ADDRESSES_AT, utf8);
        return decodeAddresses(in, start + ADDRESSES_AT + length, sid, new String(utf8, StandardCharsets.UTF_8));
    }

    private static Decoded decodeAddresses(ByteBuffer in, int end, long sid, String text) {
        List<HostPort> addresses = new ArrayList<>();
        for (String address : text.split("\\|", -1)) {
            HostPort hostPort = HostPort.parse(address);
            if (hostPort == null) {
                return new Refused("election address \"" + Quoted.shortened(address) + "\" from server " + sid
                        + ", expected host:port");
            }
            addresses.add(hostPort);
        }
        in.position(end);
        return new Complete(new ElectionHandshake(sid, addresses));
    }
}
