package io.quorate.client.election;

import io.quorate.client.ClientBuilder;
import io.quorate.client.lease.Hold;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.Loss;
import io.quorate.protocol.Acl;
import io.quorate.protocol.Paths;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Begins a candidacy, in one of three ways.
 *
 * <pre>{@code
 * Leadership leadership = Election.bySequence(QuorateClient.builder("a:2181,b:2181,c:2181"), "/jobs/report", "worker-1")
 *         .data("http://10.0.0.1:8080")
 *         .listener(listener)
 *         .start();
 * }</pre>
 */
public final class Election {
    /** The longest grace or lock-delay. */
    public static final Duration MAX_HOLD_BACK = Duration.ofHours(1);

    /** Consul's default. */
    private static final Duration DEFAULT_LOCK_DELAY = Duration.ofSeconds(15);

    private Election() {}

    /**
     * By ephemeral node: the first to create the node at this path leads. All candidates watch it. Whoever led last can be preferred for a while
     * ({@link Builder#grace}).
     *
     * @param clients how to reach the servers
     * @param id this candidate's name among the others, a name of a node: no two that run at the same time may have the same
     */
    public static Builder byNode(ClientBuilder clients, String path, String id) {
        return new Builder(ElectionWay.NODE, clients, path, id);
    }

    /**
     * By sequence: candidates stand in line, in the directory at this path, and each watches only the one before it. For many candidates.
     * Curator's {@code LeaderLatch} on the same path takes part in the same election.
     */
    public static Builder bySequence(ClientBuilder clients, String path, String id) {
        return new Builder(ElectionWay.SEQUENCE, clients, path, id);
    }

    /**
     * By session and lock, in Consul's manner: the permanent key at this path is acquired by a session, whose time to live is the client's session
     * time-out. The key's value is the holder's data. After a session that ended without giving the key back nobody can acquire it for the
     * {@linkplain Builder#lockDelay lock-delay}, and its value is kept or not ({@link Builder#behaviour}).
     */
    public static Builder bySession(ClientBuilder clients, String path, String id) {
        return new Builder(ElectionWay.SESSION, clients, path, id);
    }

    static void checkId(String id) {
        if (id.indexOf('/') >= 0 || id.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "id \"" + id + "\" has a slash or a line feed in it: it is the name of a node");
        }
        Paths.problem(Paths.ROOT + id).ifPresent(problem -> {
            throw new IllegalArgumentException("id \"" + id + "\" cannot be the name of a node: " + problem);
        });
    }

    /** Collects what a candidacy needs. */
    public static final class Builder {
        private final ElectionWay way;
        private final ClientBuilder clients;
        private final String path;
        private final String id;
        private byte[] data = {};
        private List<Acl> acl = Acl.OPEN;
        private Duration grace = Duration.ZERO;
        private Duration lockDelay = DEFAULT_LOCK_DELAY;
        private KeyBehaviour behaviour = KeyBehaviour.RELEASE;
        private LeadershipListener listener = new LeadershipListener() {
            @Override
            public void elected(Hold term) {}

            @Override
            public void revoked(Hold term, Loss why) {}
        };

        private Builder(ElectionWay way, ClientBuilder clients, String path, String id) {
            checkId(id);
            Paths.problem(path).ifPresent(problem -> {
                throw new IllegalArgumentException("the election's path: " + problem);
            });
            if (path.equals(Paths.ROOT)) {
                throw new IllegalArgumentException("the election's path cannot be the root");
            }
            this.way = way;
            this.clients = clients;
            this.path = path;
            this.id = id;
        }

        /** What the others may know about this candidate. Default: nothing. */
        public Builder data(byte[] bytes) {
            data = bytes.clone();
            return this;
        }

        /** As {@link #data(byte[])} with the text in UTF-8. */
        public Builder data(String text) {
            return data(text.getBytes(StandardCharsets.UTF_8));
        }

        /** Of all nodes that the election makes; it must let this candidate read, write and create. Default: everybody may do everything. */
        public Builder acl(List<Acl> list) {
            acl = List.copyOf(list);
            return this;
        }

        public Builder listener(LeadershipListener leadershipListener) {
            listener = leadershipListener;
            return this;
        }

        /**
         * By node only: when this candidate led and its session has ended without handing over, the others wait for so long, from when they see it,
         * and a candidate of the same id that comes in this time leads again. They are not told that it was away. Default: none. A leader that
         * is gone for good is missed for this long in addition.
         */
        public Builder grace(Duration duration) {
            require(ElectionWay.NODE, "a grace");
            grace = duration;
            return this;
        }

        /** By session only: for how long nobody can have the key after this candidate lost it uncleanly, from when they see it. Default: 15 s. */
        public Builder lockDelay(Duration duration) {
            require(ElectionWay.SESSION, "a lock-delay");
            lockDelay = duration;
            return this;
        }

        /** By session only: what becomes of the key's value when this candidate loses it uncleanly. Default: {@link KeyBehaviour#RELEASE}. */
        public Builder behaviour(KeyBehaviour keyBehaviour) {
            require(ElectionWay.SESSION, "a behaviour");
            behaviour = keyBehaviour;
            return this;
        }

        private void require(ElectionWay wanted, String what) {
            if (way != wanted) {
                throw new IllegalArgumentException(what + " is for elections by " + wanted + ", this one is by " + way);
            }
        }

        /** Competes from now on, until the leadership is closed. Returns at once. */
        public Leadership start() {
            Worker self = new Worker(id, data);
            TermRecord record = way == ElectionWay.SESSION
                    ? TermRecords.key(self, lockDelay, behaviour)
                    : TermRecords.returning(self, grace);
            return new Candidacy(
                    new LeaseSession(clients), way, path, way.candidatesPath(path), self, record, acl, listener);
        }
    }
}
