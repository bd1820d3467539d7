package io.quorate.client.lock;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.lease.LeaseSession;
import io.quorate.client.lease.SequenceRule;
import io.quorate.protocol.Acl;
import io.quorate.protocol.Paths;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes locks, all of them held by one session: what is lost with it is lost together. The session begins anew when the servers have ended it;
 * acquisitions that wait go on in the next one.
 *
 * <p>The nodes are Curator's: a lock excludes an {@code InterProcessMutex} on the same path, a read-write lock an {@code
 * InterProcessReadWriteLock}, a semaphore an {@code InterProcessSemaphoreV2}.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Locks implements AutoCloseable {
    private static final String LOCK = "lock-";
    private static final String READ = "__READ__";
    private static final String WRITE = "__WRIT__";
    private static final String LEASE = "lease-";
    private static final String LEASES = "/leases";

    private final LeaseSession session;
    private final byte[] data;
    private final List<Acl> acl;

    private Locks(ClientBuilder clients, String about, List<Acl> acl) {
        session = new LeaseSession(clients);
        data = about.getBytes(StandardCharsets.UTF_8);
        this.acl = List.copyOf(acl);
    }

    /** Begins a session, for nodes that everybody may use. */
    public static Locks start(ClientBuilder clients) {
        return start(clients, "", Acl.OPEN);
    }

    /**
     * Begins a session.
     *
     * @param about what people may read in this process's nodes
     * @param acl of all nodes; it must let this client read, write, create and delete
     */
    public static Locks start(ClientBuilder clients, String about, List<Acl> acl) {
        return new Locks(clients, about, acl);
    }

    /** Held by one at a time, and not re-entrant. */
    public DistributedLock lock(String path) {
        return line(path, SequenceRule.first(LOCK));
    }

    /** Held by one thread at a time, as often as it likes. */
    public ReentrantLock reentrantLock(String path) {
        return new ReentrantLock(lock(path));
    }

    /** Held by any number of readers, or by one writer. */
    public ReadWriteLock readWriteLock(String path) {
        return new ReadWriteLock(
                line(path, SequenceRule.reader(READ, WRITE)), line(path, SequenceRule.writer(READ, WRITE)));
    }

    /**
     * Held by so many at a time; everybody on the same path must say the same number. A change wakes all who wait. The tokens grow in the order in
     * which permits were asked for, but several are valid at a time.
     */
    public DistributedLock semaphore(String path, int permits) {
        if (permits < 1) {
            throw new IllegalArgumentException("a semaphore of " + permits + " permits: at least 1");
        }
        check(path);
        return line((path.equals(Paths.ROOT) ? "" : path) + LEASES, SequenceRule.firstOf(LEASE, permits));
    }

    /** Held when all of these are held, which are asked for in the order of their paths, so that two of such never wait for each other. */
    public static DistributedLock allOf(List<? extends DistributedLock> locks) {
        return new MultiLock(locks);
    }

    private DistributedLock line(String path, SequenceRule rule) {
        check(path);
        return new LineLock(session, path, rule, data, acl);
    }

    private static void check(String path) {
        Paths.problem(path).ifPresent(problem -> {
            throw new IllegalArgumentException("the lock's path: " + problem);
        });
    }

    /** The present session, for work whose callbacks come after a loss that is due; another one after it was ended. Not to be closed. */
    public QuorateClient client() {
        return session.client();
    }

    /** Ends the session, and everything that is held with it. Waits in bounded time; within a callback not at all. */
    @Override
    public void close() {
        session.awaitClosed(session.closeAsync());
    }
}
