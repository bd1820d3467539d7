package io.quorate.it.harness;

import java.util.List;
import java.util.regex.Pattern;

/** How a leader brings a learner to its own history (protocol: zab §3), as each kind of server says it in its log. */
public enum SyncForm {
    /** What the learner lacks, from its last zxid on. */
    DIFF("DIFF", "Sending DIFF zxid=0x\\w+ +for peer sid: %d", "Getting a diff from the leader"),
    /** Back to the leader's last committed zxid. */
    TRUNC("TRUNC", "Sending TRUNC to follower zxidToSend=0x\\w+ for peer sid:%d", "Truncating log to get in sync"),
    /** Back to the last zxid that both have, and on from there. */
    TRUNC_AND_DIFF("TRUNC\\+DIFF", "Sending TRUNC zxid=0x\\w+ +for peer sid: %d", "Truncating log to get in sync"),
    /** The whole tree. Apache's leader does not say to whom. */
    SNAP("SNAP", "Sending snapshot last zxid of peer is 0x", "Getting a snapshot from leader");

    private final String quorateLeader;
    private final String apacheLeader;
    private final String apacheLearner;

    SyncForm(String quorateLeader, String apacheLeader, String apacheLearner) {
        this.quorateLeader = quorateLeader;
        this.apacheLeader = apacheLeader;
        this.apacheLearner = apacheLearner;
    }

    /** The line of a leader of this kind about that learner. */
    public Pattern inLeaderLog(Kind leader, int learnerSid) {
        return Pattern.compile(
                switch (leader) {
                    case QUORATE ->
                        "Learner sid=%d at zxid 0x\\w+: sends %s(?![+\\w])".formatted(learnerSid, quorateLeader);
                    case APACHE -> apacheLeader.formatted(learnerSid);
                });
    }

    /** The lines of a learner of this kind; none where the leader's log is all that there is to see. */
    public List<Pattern> inLearnerLog(Kind learner) {
        return switch (learner) {
            case QUORATE -> List.of();
            case APACHE -> List.of(Pattern.compile(apacheLearner));
        };
    }
}
