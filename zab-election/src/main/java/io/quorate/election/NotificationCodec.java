package io.quorate.election;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteUnderflowException;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import java.nio.charset.StandardCharsets;

/**
 * The body of an election message; on the wire an int with its length precedes it.
 *
 * <pre>
 *    0  int   state of the sender        0 LOOKING, 1 FOLLOWING, 2 LEADING, 3 OBSERVING
 *    4  long  proposed leader
 *   12  long  its last zxid
 *   20  long  round of the sender
 *   28  long  peer epoch                 absent in a message of 28 bytes: the epoch of the zxid stands in
 *   36  int   version                    absent in messages of 28 bytes, not read in those of 40: 0
 *   40  int   length of the config       read if the version is 2 or more
 *   44        configuration, UTF-8
 * </pre>
 *
 * Bytes behind that are ignored, so that a later version can append fields.
 */
public final class NotificationCodec {
    private static final int LENGTH_WITHOUT_PEER_EPOCH = 28;
    private static final int LENGTH_WITHOUT_VERSION = 40;
    private static final int HEADER_LENGTH = 44;
    private static final int FIRST_VERSION_WITH_CONFIG = 2;

    private NotificationCodec() {}

    /**
     * The message's bytes. A notification with a configuration is written with its length and text, one without ends behind the version.
     *
     * @throws IllegalArgumentException if it is longer than {@link ElectionLimits#MAX_MESSAGE_BYTES}, or if it has a configuration and a
     *     version that does not carry one, or the other way round
     */
    public static byte[] encode(Notification notification) {
        String config = notification.config();
        if ((config != null) != (notification.version() >= FIRST_VERSION_WITH_CONFIG)) {
            throw new IllegalArgumentException(
                    "version " + notification.version() + (config == null ? " without" : " with") + " a config");
        }
        byte[] text = config == null ? new byte[0] : config.getBytes(StandardCharsets.UTF_8);
        JuteWriter out = new JuteWriter(HEADER_LENGTH + text.length)
                .writeInt(notification.state().code())
                .writeLong(notification.leader())
                .writeLong(notification.zxid())
                .writeLong(notification.electionEpoch())
                .writeLong(notification.peerEpoch())
                .writeInt(notification.version());
        if (config != null) {
            out.writeBuffer(text);
        }
        if (out.size() > ElectionLimits.MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException("an election message of " + out.size() + " bytes; peers accept "
                    + ElectionLimits.MAX_MESSAGE_BYTES + ". The configuration has too many servers.");
        }
        return out.toByteArray();
    }

    /**
     * Reads a message. A configuration that is not UTF-8 does not spoil the vote: wrong bytes become U+FFFD (ZOOKEEPER-4787).
     *
     * @param sender the server that the message came from
     * @throws ElectionFormatException if it is truncated or holds a number that cannot be (ZOOKEEPER-3769)
     */
    public static Notification decode(long sender, byte[] message) {
        try {
            return read(sender, message);
        } catch (JuteUnderflowException e) {
            throw malformed(message, "it ends in the middle of a field");
        }
    }

    private static Notification read(long sender, byte[] message) {
        JuteReader in = new JuteReader(message);
        int state = in.readInt();
        long leader = in.readLong();
        long zxid = in.readLong();
        long electionEpoch = in.readLong();
        long peerEpoch = message.length == LENGTH_WITHOUT_PEER_EPOCH ? Zxid.epoch(zxid) : in.readLong();
        boolean hasVersion = message.length != LENGTH_WITHOUT_PEER_EPOCH && message.length != LENGTH_WITHOUT_VERSION;
        int version = hasVersion ? in.readInt() : 0;
        String config = version >= FIRST_VERSION_WITH_CONFIG ? readConfig(in, message) : null;
        if (!PeerState.isCode(state)) {
            throw malformed(message, "its state is " + state + ", expected 0..3");
        }
        return new Notification(
                sender, PeerState.ofCode(state), leader, zxid, electionEpoch, peerEpoch, version, config);
    }

    private static String readConfig(JuteReader in, byte[] message) {
        int length = in.readInt();
        if (length < 0 || length > in.remaining()) {
            throw malformed(message, "its configuration has " + length + " bytes, but " + in.remaining() + " are left");
        }
        return new String(message, in.position(), length, StandardCharsets.UTF_8);
    }

    private static ElectionFormatException malformed(byte[] message, String why) {
        return new ElectionFormatException("not an election message, " + message.length + " bytes: " + why);
    }
}
