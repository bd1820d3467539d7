package io.quorate.client.election;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.Loss;
import io.quorate.protocol.Acl;
import io.quorate.protocol.Paths;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Elects one master among any number of workers: the one whose session owns the ephemeral node {@code /master}. Every worker has an ephemeral
 * node with its data under {@code /servers}.
 *
 * <pre>{@code
 * MasterElection election = MasterElection.builder(QuorateClient.builder("a:2181,b:2181,c:2181"), "worker-1")
 *         .data("http://10.0.0.1:8080")
 *         .listener(listener)
 *         .start();
 * }</pre>
 *
 * There is never more than one master, as long as clocks run at about the same rate: a worker that cannot be sure any more is told {@link
 * MasterListener#revoked} by its own clock, about half a session time-out after the last word of a quorum, which is before the servers can give
 * the node to somebody else ({@link io.quorate.client.lease.LeaseLimits}). A worker whose process was stopped for longer is told so before any other callback when it
 * goes on. The next worker takes over at once when the master closes, and when the servers have ended its session otherwise.
 *
 * <p>The election has a session of its own, and begins another one if the servers end it. {@link #client()} is for work in the same session: its
 * callbacks, too, come after a revocation that is due.
 *
 * <p>Safe for use by any number of threads.
 */
public final class MasterElection implements AutoCloseable {
    private final Candidacy candidacy;
    private final Workers workers;
    private volatile Optional<Worker> master = Optional.empty();
    private volatile List<Worker> servers = List.of();

    private MasterElection(Builder builder) {
        Worker self = new Worker(builder.workerId, builder.data);
        LeaseSession session = new LeaseSession(builder.clients);
        workers = new Workers(builder.serversPath, builder.acl, now -> {
            servers = now;
            session.callbacks().execute(() -> builder.listener.serversChanged(now));
        });
        candidacy = new Candidacy(
                session,
                ElectionWay.NODE,
                builder.masterPath,
                builder.serversPath,
                self,
                TermRecords.returning(self, builder.grace),
                builder.acl,
                new Adapter(builder.listener));
        session.add(workers);
    }

    /**
     * @param clients how to reach the servers
     * @param workerId this worker's name among the others, a name of a node: no two that run at the same time may have the same
     */
    public static Builder builder(ClientBuilder clients, String workerId) {
        return new Builder(clients, workerId);
    }

    /** The election of the master alone, as the other ways of electing give it. */
    public Leadership leadership() {
        return candidacy;
    }

    /** Whether this worker is master now, by the clock too: never true when somebody else can be. It may be true a little before {@code elected} is called. */
    public boolean isMaster() {
        return candidacy.isLeader();
    }

    /** @return the number of this worker's term, empty while it is not master */
    public OptionalLong term() {
        return candidacy.fencingToken();
    }

    /** The master as the servers told last, which may be this worker. */
    public Optional<Worker> master() {
        return master;
    }

    /** The workers that are registered, as the servers told last, in the order of their ids. */
    public List<Worker> servers() {
        return servers;
    }

    /** The present session; another one after this was ended by the servers. Not to be closed. */
    public QuorateClient client() {
        return candidacy.client();
    }

    /**
     * Takes part no longer: the listener is told of the revocation first, then the session is closed, which lets the next worker take over at
     * once. Returns when that is done, in bounded time; within a callback of the election it does not wait.
     */
    @Override
    public void close() {
        candidacy.close();
    }

    private final class Adapter implements LeadershipListener {
        private final MasterListener listener;

        Adapter(MasterListener listener) {
            this.listener = listener;
        }

        @Override
        public void elected(Hold term) {
            listener.elected(term.fencingToken());
        }

        @Override
        public void revoked(Hold term, Loss why) {
            listener.revoked(term.fencingToken(), why);
        }

        @Override
        public void leaderChanged(Optional<Worker> leader) {
            master = leader;
            listener.masterChanged(leader);
        }
    }

    /** Collects what an election needs. */
    public static final class Builder {
        private final ClientBuilder clients;
        private final String workerId;
        private String masterPath = "/master";
        private String serversPath = "/servers";
        private byte[] data = {};
        private Duration grace = Duration.ZERO;
        private List<Acl> acl = Acl.OPEN;
        private MasterListener listener = new MasterListener() {
            @Override
            public void elected(long term) {}

            @Override
            public void revoked(long term, Loss why) {}
        };

        private Builder(ClientBuilder clients, String workerId) {
            Election.checkId(workerId);
            this.clients = clients;
            this.workerId = workerId;
        }

        /** The master's node. Default: {@code /master}. */
        public Builder masterPath(String path) {
            masterPath = path;
            return this;
        }

        /** The node below which the workers are registered. Default: {@code /servers}. */
        public Builder serversPath(String path) {
            serversPath = path;
            return this;
        }

        /** What the others may know about this worker. Default: nothing. */
        public Builder data(byte[] bytes) {
            data = bytes.clone();
            return this;
        }

        /** As {@link #data(byte[])} with the text in UTF-8. */
        public Builder data(String text) {
            return data(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }

        /** Of all nodes that the election makes; it must let this worker read, write and create. Default: everybody may do everything. */
        public Builder acl(List<Acl> list) {
            acl = List.copyOf(list);
            return this;
        }

        /** As {@link Election.Builder#grace}. Default: none. */
        public Builder grace(Duration duration) {
            grace = duration;
            return this;
        }

        public Builder listener(MasterListener masterListener) {
            listener = masterListener;
            return this;
        }

        /** Registers this worker and competes, until the election is closed. Returns at once. */
        public MasterElection start() {
            check("master", masterPath);
            check("servers", serversPath);
            return new MasterElection(this);
        }

        private static void check(String what, String path) {
            Paths.problem(path).ifPresent(problem -> {
                throw new IllegalArgumentException("the " + what + " path: " + problem);
            });
            if (what.equals("master") && path.equals(Paths.ROOT)) {
                throw new IllegalArgumentException("the master path cannot be the root");
            }
        }
    }
}
