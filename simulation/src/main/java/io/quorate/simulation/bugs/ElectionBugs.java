package io.quorate.simulation.bugs;

import io.quorate.election.Notification;
import io.quorate.election.NotificationCodec;

/** What an election can get wrong. */
final class ElectionBugs {
    private static final int ABOVE_EVERY_ZXID = 56;

    private ElectionBugs() {}

    /** Votes are compared by server before they are compared by history: the zxid that a vote is compared by is made of the server. */
    static byte[] bySidFirst(long sender, byte[] message) {
        Notification told = NotificationCodec.decode(sender, message);
        if (told.leader() <= 0 || told.zxid() < 0) {
            return message;
        }
        return NotificationCodec.encode(new Notification(
                sender,
                told.state(),
                told.leader(),
                told.leader() << ABOVE_EVERY_ZXID,
                told.electionEpoch(),
                told.peerEpoch(),
                told.version(),
                told.config()));
    }
}
