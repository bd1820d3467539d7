package io.quorate.election;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the leader: the server with the best history among a quorum that agrees on it. A pure machine: messages and time come in by {@code
 * on...} methods, messages and the result go out by {@link ElectionPort}. Single-threaded; it never blocks.
 *
 * <p>A looking server votes for itself and tells every voter. It changes over to any better {@linkplain Vote#beats vote} that it
 * hears of and tells everybody again. Elections are counted in <i>rounds</i>, and only votes of one round are compared: who hears of a
 * higher round moves on to it and starts from its own vote. When a quorum has the same vote, the server waits a moment for a better one, and
 * settles. A settled server answers those who look with its result, so that a server that comes late learns it from a quorum of
 * settled ones, the leader among them.
 *
 * <pre>
 *   from \ to    LOOKING               FINALIZING          FOLLOWING, LEADING, OBSERVING
 *   IDLE         look
 *   LOOKING      look (start again)    a quorum agrees     a settled quorum and its leader say so
 *   FINALIZING   a better vote, look                       nothing better came in time; a settled quorum says so
 *   settled      look; retired: see {@link #retire}
 *   RETIRED      look
 * </pre>
 *
 * <p><b>Time.</b> Deadlines are {@code nowNanos} plus a delay, in wrapping arithmetic, and are compared by their difference to {@code
 * nowNanos}, as {@link System#nanoTime} wants it: values of any sign work, and so does an overflow. {@link Long#MAX_VALUE} means that
 * there is no deadline; one that falls on this very number is set a nanosecond earlier.
 *
 * <p>Where the reference is followed only in spirit:
 *
 * <ul>
 *   <li>The vote is sent again when nothing was <i>sent</i> to all for the current interval; there, when nothing was received. Chatter of
 *       others does not put it off.
 *   <li>The wait for a better vote has a fixed end; there, each message restarts it.
 *   <li>Who asked a looking server and could not agree with it, such as an observer, is told the result when there is one; there, it has
 *       to ask again.
 *   <li>Two messages that would only be answered by each other for ever are not answered: those of settled servers without a vote, and
 *       those between a looking server and an observer that is in a higher round.
 *   <li>Messages of before that wait for a connection are replaced by the result: see {@link ElectionPort#supersede}.
 *   <li>A server without a database it trusts does not become leader because others still follow it.
 *   <li>A leader that gathers its quorum does not step down on seeing a supporter look again ({@code leader.maxTimeToWaitForEpoch}): off by
 *       default there, absent here.
 * </ul>
 */
public final class FastLeaderElection {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final long NO_DEADLINE = Long.MAX_VALUE;

    /** States of the machine; peers see {@link #peerState}. */
    private enum State {
        /** Before the first election. All messages are dropped. */
        IDLE(PeerState.LOOKING),
        LOOKING(PeerState.LOOKING),
        /** Looking, and a quorum has this server's vote. */
        FINALIZING(PeerState.LOOKING),
        FOLLOWING(PeerState.FOLLOWING),
        LEADING(PeerState.LEADING),
        OBSERVING(PeerState.OBSERVING),
        /** What it was is over, and it does not look yet. All messages are dropped. */
        RETIRED(PeerState.LOOKING);

        private final PeerState peerState;

        State(PeerState peerState) {
            this.peerState = peerState;
        }

        private static State settledAs(PeerState role) {
            return switch (role) {
                case FOLLOWING -> FOLLOWING;
                case LEADING -> LEADING;
                case OBSERVING -> OBSERVING;
                case LOOKING -> throw new IllegalArgumentException("LOOKING is no result of an election");
            };
        }
    }

    private static final Map<State, Set<State>> LEGAL = new EnumMap<>(Map.of(
            State.IDLE, EnumSet.of(State.LOOKING),
            State.LOOKING, EnumSet.of(State.LOOKING, State.FINALIZING, State.FOLLOWING, State.LEADING, State.OBSERVING),
            State.FINALIZING, EnumSet.of(State.LOOKING, State.FOLLOWING, State.LEADING, State.OBSERVING),
            State.FOLLOWING, EnumSet.of(State.LOOKING, State.RETIRED),
            State.LEADING, EnumSet.of(State.LOOKING, State.RETIRED),
            State.OBSERVING, EnumSet.of(State.LOOKING, State.RETIRED),
            State.RETIRED, EnumSet.of(State.LOOKING)));

    private final ElectionSettings settings;
    private final long self;
    private final ElectionPort port;
    private final EventLog log;

    private State state = State.IDLE;

    private Membership members = Membership.NONE;
    private long lastZxid;
    private long currentEpoch;

    /**
     * While looking, the candidate that this server is for; when settled, the result. Its electionEpoch is this server's round, always.
     */
    private Vote vote = new Vote(Vote.NO_CANDIDATE, Vote.NO_CANDIDATE, 0, Vote.NO_CANDIDATE);

    /** Newest vote of each voter in this round, the own one included. While looking: all have electionEpoch = round. Else empty. */
    private final Map<Long, Ballot> received = new HashMap<>();

    /** Newest vote of each settled voter, of any round. Only filled while looking. */
    private final Map<Long, Ballot> outOfElection = new HashMap<>();

    /** Who asked while this server looked, and may not be able to find the result in the votes. Only filled while looking. */
    private final Set<Long> waiting = new HashSet<>();

    /** Between the settings' minimum and maximum; only grows during an election. */
    private long notificationIntervalMs;

    /** When the vote is sent again; counts while LOOKING. */
    private long resendDeadlineNanos = NO_DEADLINE;

    /** When the vote becomes final; counts while FINALIZING. */
    private long finalDeadlineNanos = NO_DEADLINE;

    /** Version of the newest configuration that peers showed and the port was told of, or of the own ones. */
    private long newestConfigVersion;

    public FastLeaderElection(ElectionSettings settings, long self, ElectionPort port, EventLog log) {
        this.settings = settings;
        this.self = self;
        this.port = port;
        this.log = log;
    }

    /** What this server is, as peers are told. */
    public PeerState state() {
        return state.peerState;
    }

    /** The candidate that this server is for while it looks; the result when settled. */
    public Vote vote() {
        return vote;
    }

    /** How many elections this server counts; 0 before the first. */
    public long round() {
        return vote.electionEpoch();
    }

    /** Starts an election with one configuration. See {@link #look(EnsembleConfig, EnsembleConfig, long, long, long)}. */
    public void look(EnsembleConfig config, long newLastZxid, long newCurrentEpoch, long nowNanos) {
        look(config, config, newLastZxid, newCurrentEpoch, nowNanos);
    }

    /**
     * Starts an election, whatever this server was before.
     *
     * @param config the configuration in force
     * @param lastSeenConfig the newest configuration that was proposed; ignored unless its version is higher
     * @param newLastZxid last zxid of this server's log, replayed; {@link Vote#UNTRUSTED_ZXID} to take no part
     * @param newCurrentEpoch the epoch of this server's history ({@code currentEpoch})
     */
    public void look(
            EnsembleConfig config,
            EnsembleConfig lastSeenConfig,
            long newLastZxid,
            long newCurrentEpoch,
            long nowNanos) {
        members = new Membership(config, lastSeenConfig);
        lastZxid = newLastZxid;
        currentEpoch = newCurrentEpoch;
        newestConfigVersion = members.lastSeen().version();
        notificationIntervalMs = settings.minNotificationIntervalMs();
        received.clear();
        outOfElection.clear();
        waiting.clear();
        vote = initialVote(round() + 1);
        become(State.LOOKING, "round " + round() + " of " + config.quorum() + ", own vote " + vote);
        publishVote(nowNanos);
        countVotes(nowNanos);
    }

    /**
     * This server has synchronized under its leader, or as leader with a quorum: from now on its history is of the new epoch, and those who
     * ask are told so.
     *
     * @throws IllegalStateException while looking
     */
    public void settled(long newPeerEpoch) {
        if (state.peerState == PeerState.LOOKING) {
            throw new IllegalStateException("epoch " + newPeerEpoch + " settled by a server that is " + state);
        }
        vote = vote.withPeerEpoch(newPeerEpoch);
        port.supersede(message());
    }

    /**
     * This server neither leads nor follows any more, but cannot look yet, since its disk still works for the time before. Until it looks it
     * answers nobody: as long as one that has stopped leading said that it leads, its followers would elect it again and again. Who connects
     * anew is told that it looks and has no vote.
     */
    public void retire() {
        if (state == State.FOLLOWING || state == State.LEADING || state == State.OBSERVING) {
            become(State.RETIRED, "its term is over");
            lastZxid = Vote.UNTRUSTED_ZXID;
            vote = initialVote(round());
            port.supersede(message());
        }
    }

    /** A message as it came from the wire, without its length prefix. What is not a notification is dropped with a warning. */
    public void onMessage(long sender, byte[] message, long nowNanos) {
        Notification notification;
        try {
            notification = NotificationCodec.decode(sender, message);
        } catch (ElectionFormatException e) {
            log.warn("dropped a message of server " + sender + ": " + e.getMessage());
            return;
        }
        onNotification(notification, nowNanos);
    }

    /** A message from another server, in whatever state this one is. */
    public void onNotification(Notification notification, long nowNanos) {
        long sender = notification.sender();
        if (state == State.IDLE || state == State.RETIRED) {
            return;
        }
        if (sender == self) {
            log.warn("dropped a vote from another server that calls itself " + self
                    + ": check the myid files of the ensemble");
            return;
        }
        if (state.peerState == PeerState.LOOKING) {
            reportNewerConfig(notification);
            rememberWaiting(notification);
        }
        if (!members.isVoter(sender)) {
            answerStranger(notification);
        } else if (state.peerState == PeerState.LOOKING) {
            onNotificationWhileLooking(notification, nowNanos);
        } else if (notification.state() == PeerState.LOOKING) {
            reply(sender);
        }
    }

    /** Time has passed. */
    public void onTick(long nowNanos) {
        if (state == State.LOOKING && isDue(resendDeadlineNanos, nowNanos)) {
            notifyAgain(nowNanos);
        } else if (state == State.FINALIZING && isDue(finalDeadlineNanos, nowNanos)) {
            settle(vote, "a quorum agrees and nothing better came for " + settings.finalizeWaitMs() + " ms");
        }
    }

    /** When {@link #onTick} has something to do; {@link Long#MAX_VALUE} if only a message can change anything. */
    public long nextDeadlineNanos() {
        return switch (state) {
            case LOOKING -> resendDeadlineNanos;
            case FINALIZING -> finalDeadlineNanos;
            case IDLE, FOLLOWING, LEADING, OBSERVING, RETIRED -> NO_DEADLINE;
        };
    }

    /**
     * A server without a vote is told how things are, since it is told nothing else. But not that this one looks in a round that it left
     * behind: it would answer that in turn, and the two would never stop.
     */
    private void answerStranger(Notification notification) {
        boolean asks = notification.state() == PeerState.LOOKING;
        boolean isAhead = state.peerState == PeerState.LOOKING && notification.electionEpoch() > round();
        if (asks && !isAhead) {
            reply(notification.sender());
        }
    }

    // --- looking

    private void onNotificationWhileLooking(Notification notification, long nowNanos) {
        switch (notification.state()) {
            case LOOKING -> onLookingVote(notification, nowNanos);
            case FOLLOWING, LEADING -> onSettledVote(notification);
            case OBSERVING -> {
                // A voter of ours that has no vote of its own opinion has nothing to say.
            }
        }
    }

    private void onLookingVote(Notification notification, long nowNanos) {
        if (notification.electionEpoch() < round()) {
            // The vote of a server that has none is no news to anybody.
            if (isVoter()) {
                reply(notification.sender());
            }
            return;
        }
        if (!isCandidate(notification) || !hasOwnVote() || notification.zxid() == Vote.UNTRUSTED_ZXID) {
            return;
        }
        boolean better = beats(notification.vote(), vote);
        // Close to the end, a round that began later for something worse comes too late. It will be told the result.
        if (state == State.FINALIZING && !better && notification.electionEpoch() > round()) {
            return;
        }
        if (notification.electionEpoch() > round()) {
            moveToRoundOf(notification, nowNanos);
        } else if (better) {
            changeVote(notification.vote(), "heard from server " + notification.sender(), nowNanos);
        }
        received.put(notification.sender(), Ballot.of(notification));
        countVotes(nowNanos);
    }

    /** Votes of different rounds do not compare, so this server's opinion starts from its own history again. */
    private void moveToRoundOf(Notification notification, long nowNanos) {
        received.clear();
        Vote theirs = notification.vote();
        Vote mine = initialVote(notification.electionEpoch());
        String reason = "server " + notification.sender() + " is in round " + notification.electionEpoch();
        changeVote(beats(theirs, mine) ? theirs : mine, reason, nowNanos);
    }

    private void changeVote(Vote newVote, String reason, long nowNanos) {
        if (state == State.FINALIZING) {
            become(State.LOOKING, "a better vote, " + newVote + ": " + reason);
        } else {
            log.info("election: vote " + vote + " -> " + newVote + ": " + reason);
        }
        vote = newVote;
        publishVote(nowNanos);
    }

    /** Tells all voters, and counts the own vote if it counts. */
    private void publishVote(long nowNanos) {
        if (hasOwnVote() && members.isVoter(self) && members.isVoter(vote.leader())) {
            received.put(self, new Ballot(vote, PeerState.LOOKING, Notification.CURRENT_VERSION));
        }
        sendToAll(nowNanos);
    }

    private void countVotes(long nowNanos) {
        Ballot mine = new Ballot(vote, PeerState.LOOKING, Notification.CURRENT_VERSION);
        if (state == State.LOOKING && hasQuorum(received, mine)) {
            finalDeadlineNanos = deadline(nowNanos, settings.finalizeWaitMs());
            become(State.FINALIZING, "a quorum is for " + vote);
        }
    }

    /** Nobody may know this server's vote, or everybody may have lost it. */
    private void notifyAgain(long nowNanos) {
        Set<Long> heard = new TreeSet<>(received.keySet());
        heard.addAll(outOfElection.keySet());
        log.info("election: no leader yet after " + notificationIntervalMs + " ms without news; voters "
                + members.voters() + ", votes from " + heard + ", own vote " + vote);
        notificationIntervalMs = Math.min(2 * notificationIntervalMs, settings.maxNotificationIntervalMs());
        if (port.anyDelivered()) {
            sendToAll(nowNanos);
        } else {
            resendDeadlineNanos = deadline(nowNanos, notificationIntervalMs);
            port.connectAll();
        }
    }

    // --- settled peers

    /**
     * Two ways to learn the result of an election that is over: together with votes of the own round, if it was this round, and from settled
     * servers alone.
     */
    private void onSettledVote(Notification notification) {
        if (!isCandidate(notification)) {
            return;
        }
        Ballot ballot = Ballot.of(notification);
        if (notification.electionEpoch() == round()) {
            received.put(notification.sender(), ballot.withoutVersion());
            if (isResult(ballot, received)) {
                settle(ballot.vote(), "this round's votes and its leader agree");
                return;
            }
        }
        outOfElection.put(notification.sender(), ballot);
        if (isResult(ballot, outOfElection)) {
            settle(ballot.vote(), "a settled quorum and its leader agree");
        }
    }

    private boolean isResult(Ballot ballot, Map<Long, Ballot> votes) {
        return hasQuorum(votes, ballot) && leaderConfirms(ballot.vote(), votes);
    }

    /** Followers of a dead leader still name it: so it must speak for itself. */
    private boolean leaderConfirms(Vote result, Map<Long, Ballot> votes) {
        if (result.leader() == self) {
            return result.electionEpoch() == round() && hasOwnVote();
        }
        Ballot leaders = votes.get(result.leader());
        return leaders != null && leaders.state() == PeerState.LEADING;
    }

    // --- votes

    private boolean hasQuorum(Map<Long, Ballot> votes, Ballot ballot) {
        Set<Long> agreeing = new HashSet<>();
        votes.forEach((sid, other) -> {
            if (ballot.agreesWith(other)) {
                agreeing.add(sid);
            }
        });
        return members.containsQuorum(agreeing);
    }

    private boolean beats(Vote theirs, Vote mine) {
        return members.isElectable(theirs.leader()) && theirs.beats(mine);
    }

    private boolean isCandidate(Notification notification) {
        return members.isVoter(notification.leader());
    }

    /** Whether this server's history is something to vote with; without, it only waits for the others' result. */
    private boolean hasOwnVote() {
        return lastZxid != Vote.UNTRUSTED_ZXID || !isVoter();
    }

    /** A server without a vote proposes nobody, so everything it hears is better. */
    private Vote initialVote(long round) {
        return isVoter()
                ? new Vote(self, lastZxid, round, currentEpoch)
                : new Vote(Vote.NO_CANDIDATE, Vote.NO_CANDIDATE, round, Vote.NO_CANDIDATE);
    }

    private boolean isVoter() {
        return members.current().isVoter(self);
    }

    // --- out

    private void settle(Vote result, String reason) {
        PeerState role =
                result.leader() == self ? PeerState.LEADING : isVoter() ? PeerState.FOLLOWING : PeerState.OBSERVING;
        Ballot ballot = new Ballot(result, PeerState.LOOKING, Notification.CURRENT_VERSION);
        received.forEach((sid, other) -> {
            if (ballot.agreesWith(other)) {
                waiting.remove(sid);
            }
        });
        vote = result;
        become(State.settledAs(role), vote + ": " + reason);
        port.supersede(message());
        waiting.forEach(this::reply);
        received.clear();
        outOfElection.clear();
        waiting.clear();
        port.elected(role, vote);
    }

    /**
     * Observers, and voters who cannot or need not agree, only learn a result by asking for it, and ask at intervals that have grown while
     * there was none. So whoever asked in vain is told.
     */
    private void rememberWaiting(Notification notification) {
        long sender = notification.sender();
        if (notification.state() != PeerState.LOOKING) {
            waiting.remove(sender);
        } else if (members.isVoter(sender) || waiting.size() < ElectionLimits.MAX_WAITING) {
            waiting.add(sender);
        }
    }

    private void sendToAll(long nowNanos) {
        resendDeadlineNanos = deadline(nowNanos, notificationIntervalMs);
        byte[] message = message();
        for (long voter : members.voters()) {
            if (voter != self) {
                port.send(voter, message);
            }
        }
    }

    private void reply(long sid) {
        port.send(sid, message());
    }

    private byte[] message() {
        return NotificationCodec.encode(new Notification(
                self,
                state.peerState,
                vote.leader(),
                vote.zxid(),
                vote.electionEpoch(),
                vote.peerEpoch(),
                Notification.CURRENT_VERSION,
                members.current().text()));
    }

    /** The sender's configuration is its business if it cannot be read; its vote counts all the same (ZOOKEEPER-4787). */
    private void reportNewerConfig(Notification notification) {
        String text = notification.config();
        if (text == null || text.equals(members.current().text())) {
            return;
        }
        EnsembleConfig config;
        try {
            config = EnsembleConfig.parse(text);
        } catch (ConfigException e) {
            log.warn("ignored the configuration in a vote of server " + notification.sender() + ": " + e.getMessage());
            return;
        }
        if (config.version() > newestConfigVersion) {
            newestConfigVersion = config.version();
            log.info("election: server " + notification.sender() + " has configuration version "
                    + Long.toHexString(config.version()));
            port.newerConfig(config);
        }
    }

    private static long deadline(long nowNanos, long delayMs) {
        long deadline = nowNanos + delayMs * NANOS_PER_MS;
        return deadline == NO_DEADLINE ? deadline - 1 : deadline;
    }

    private static boolean isDue(long deadlineNanos, long nowNanos) {
        return deadlineNanos - nowNanos <= 0;
    }

    private void become(State next, String reason) {
        Set<State> legal = LEGAL.getOrDefault(state, Set.of());
        if (!legal.contains(next)) {
            throw new IllegalStateException("election: " + state + " -> " + next + " is not legal: " + reason);
        }
        log.info("election: " + state + " -> " + next + ": " + reason);
        state = next;
    }
}
