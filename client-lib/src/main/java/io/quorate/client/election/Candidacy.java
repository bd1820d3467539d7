package io.quorate.client.election;

import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Contender;
import io.quorate.client.lease.Contest;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.Loss;
import io.quorate.client.lease.SequenceContest;
import io.quorate.client.lease.SequenceRule;
import io.quorate.protocol.Acl;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A {@link Leadership} in any of the ways: one contender over a session of its own. */
final class Candidacy implements Leadership {
    private final String path;
    private final Worker self;
    private final LeaseSession session;
    private final LeaderReads reads;
    private final LeadershipListener listener;
    private final Contender contender;

    /** As it was told; on the session's loop. */
    private Optional<Worker> leader = Optional.empty();

    Candidacy(
            LeaseSession session,
            ElectionWay way,
            String path,
            String candidatesPath,
            Worker self,
            TermRecord record,
            List<Acl> acl,
            LeadershipListener listener) {
        this.session = session;
        this.path = path;
        this.self = self;
        this.listener = listener;
        reads = new LeaderReads(way, path, candidatesPath);
        Contest contest = way == ElectionWay.SEQUENCE
                ? new SequenceContest(path, SequenceRule.first(ElectionWay.LATCH), self.toMasterNode(), acl)
                : new NodeContest(
                        way.holderPath(path), way.recordPath(path), self, record, acl, found -> leaderIs(found));
        contender = new Contender(self.id() + " in " + path, session, contest, false, new Events(way));
        contender.start();
        if (way != ElectionWay.SEQUENCE) {
            session.add(new Registration(session, candidatesPath, self, acl));
        }
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String id() {
        return self.id();
    }

    @Override
    public Optional<Hold> term() {
        return contender.hold();
    }

    @Override
    public CompletableFuture<Optional<Worker>> leader() {
        return reads.leader(client());
    }

    @Override
    public CompletableFuture<List<Worker>> participants() {
        return reads.participants(client());
    }

    @Override
    public CompletableFuture<Void> resign() {
        return contender.resign();
    }

    @Override
    public QuorateClient client() {
        return session.client();
    }

    @Override
    public void close() {
        session.awaitClosed(session.closeAsync());
    }

    private void leaderIs(Optional<Worker> found) {
        if (!found.equals(leader)) {
            leader = found;
            session.callbacks().execute(() -> listener.leaderChanged(found));
        }
    }

    private final class Events implements Contender.Events {
        private final ElectionWay way;

        Events(ElectionWay way) {
            this.way = way;
        }

        @Override
        public void won(Hold hold) {
            leaderIs(Optional.of(self));
        }

        @Override
        public void begun(Hold hold) {
            listener.elected(hold);
        }

        @Override
        public void ended(Hold hold, Loss why) {
            listener.revoked(hold, why);
            if (way == ElectionWay.SEQUENCE) {
                session.onLoop(nowNanos -> {
                    if (contender.hold().isEmpty()) {
                        leaderIs(Optional.empty());
                    }
                });
            }
        }
    }
}
