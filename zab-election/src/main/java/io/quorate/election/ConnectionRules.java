package io.quorate.election;

import java.util.List;

/**
 * Which connections between two servers live. Of each pair one connection is kept, and it is the one that the server with the larger id
 * opened. A server with a small id that wants to talk dials nevertheless: the handshake wakes up the other, which dials back.
 *
 * <pre>
 *   server 1                      server 2
 *      |---- connect, handshake ---->|      2 hears from a smaller id:
 *      |&lt;---------- close ----------|      CLOSE_AND_DIAL_BACK (1 closes too: CLOSE_AND_WAIT)
 *      |&lt;--- connect, handshake ----|      1 hears from a larger id:
 *      |&lt;======= messages =======&gt;|      KEEP_REPLACING_OLD, on both sides
 * </pre>
 *
 * Ids that are in no configuration are treated alike: joiners have them.
 */
public final class ConnectionRules {
    /** What the accepting side does when the handshake is complete. */
    public enum AcceptReaction {
        /** This is the connection; an older one to the same server is closed. */
        KEEP_REPLACING_OLD,
        /** Close this connection and any older one to the same server, then dial one of {@link #dialBackAddresses}. */
        CLOSE_AND_DIAL_BACK,
        /** The other side says that it is this server: nothing is sent or read; the connection stays until the other side ends it. */
        IGNORE_SELF,
        /** Close this connection; older ones stay. */
        REFUSE
    }

    /** What the dialling side does when it has sent its handshake. */
    public enum DialReaction {
        /** This is the connection; an older one to the same server is closed. */
        KEEP_REPLACING_OLD,
        /** Close this connection: the other side dials back. */
        CLOSE_AND_WAIT
    }

    /** The id that observers of long ago introduced themselves with. They count as smaller than anybody, and cannot be dialled back. */
    private static final long OLD_OBSERVER = Long.MAX_VALUE;

    private ConnectionRules() {}

    /** The reaction to a handshake from {@code remote} on a connection that {@code self} accepted. */
    public static AcceptReaction onHandshake(long self, long remote) {
        if (remote == OLD_OBSERVER || remote < 0) {
            return AcceptReaction.REFUSE;
        }
        if (remote == self) {
            return AcceptReaction.IGNORE_SELF;
        }
        return remote > self ? AcceptReaction.KEEP_REPLACING_OLD : AcceptReaction.CLOSE_AND_DIAL_BACK;
    }

    /**
     * The reaction of {@code self} to having sent its handshake to {@code remote}.
     *
     * @throws IllegalArgumentException if these are the same: a server does not dial itself
     */
    public static DialReaction onHandshakeSent(long self, long remote) {
        if (self == remote) {
            throw new IllegalArgumentException("server " + self + " dialled itself");
        }
        return remote > self ? DialReaction.CLOSE_AND_WAIT : DialReaction.KEEP_REPLACING_OLD;
    }

    /**
     * Where to dial a server that was heard from: the addresses in its handshake that can be dialled, else those that the configuration
     * gives it.
     *
     * @return the addresses to try, in this order; empty if there are none
     */
    public static List<HostPort> dialBackAddresses(ElectionHandshake handshake, EnsembleConfig config) {
        List<HostPort> said =
                handshake.addresses().stream().filter(HostPort::isDialable).toList();
        return said.isEmpty() ? configuredAddresses(handshake.sid(), config) : said;
    }

    /** Where to dial a server of the configuration; empty if it is not in there. */
    public static List<HostPort> configuredAddresses(long sid, EnsembleConfig config) {
        return config.server(sid)
                .map(server -> server.addresses().stream()
                        .map(ServerSpec.Address::election)
                        .toList())
                .orElse(List.of());
    }

    /** Whether a length prefix is that of an election message; otherwise the connection is closed. */
    public static boolean isMessageLength(int length) {
        return length >= 1 && length <= ElectionLimits.MAX_MESSAGE_BYTES;
    }
}
