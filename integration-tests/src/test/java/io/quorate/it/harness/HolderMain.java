package io.quorate.it.harness;

import io.quorate.client.ClientBuilder;
import io.quorate.client.QuorateClient;
import io.quorate.client.election.Election;
import io.quorate.client.election.Leadership;
import io.quorate.client.lease.Hold;
import io.quorate.client.lock.DistributedLock;
import io.quorate.client.lock.Locks;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Takes part in an election of each sort and asks for a lock of each sort, holds what it gets for as long as it can, and writes down every few
 * milliseconds what it holds: {@code held SORT TOKEN BEFORE AFTER}, both times of the machine's monotonic clock, which all processes share.
 *
 * <p>Arguments: connect string, id, session time-out in ms.
 */
public final class HolderMain {
    /** All that it competes for. */
    public static final java.util.List<String> SORTS =
            java.util.List.of("node", "sequence", "session", "lock", "writer", "semaphore");

    private static final long SAMPLE_MS = 10;

    private HolderMain() {}

    public static void main(String[] args) throws InterruptedException {
        ClientBuilder clients =
                QuorateClient.builder(args[0]).sessionTimeout(Duration.ofMillis(Long.parseLong(args[2])));
        String id = args[1];
        Leadership node = Election.byNode(clients, "/e/node", id).start();
        Leadership sequence = Election.bySequence(clients, "/e/sequence", id).start();
        Leadership session = Election.bySession(clients, "/e/session", id)
                .lockDelay(Duration.ofMillis(500))
                .start();
        Locks locks = Locks.start(clients);
        Map<String, Supplier<Optional<Hold>>> all = new LinkedHashMap<>();
        all.put("node", node::term);
        all.put("sequence", sequence::term);
        all.put("session", session::term);
        all.put("lock", keep(locks.lock("/l/lock")));
        all.put("writer", keep(locks.readWriteLock("/l/both").writing()));
        all.put("semaphore", keep(locks.semaphore("/l/semaphore", 1)));
        sample(System.out, all);
    }

    /** Asks for the lock again whenever it is lost. */
    private static Supplier<Optional<Hold>> keep(DistributedLock lock) {
        Map<String, Hold> held = new ConcurrentHashMap<>();
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        try {
                            Optional<Hold> won = lock.acquire(Duration.ofDays(1));
                            if (won.isPresent()) {
                                held.put("", won.get());
                                won.get().lost().join();
                            }
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                },
                "keep " + lock.path());
        thread.setDaemon(true);
        thread.start();
        return () -> Optional.ofNullable(held.get("")).filter(Hold::isHeld);
    }

    private static void sample(PrintStream out, Map<String, Supplier<Optional<Hold>>> all) throws InterruptedException {
        while (true) {
            all.forEach((sort, holder) -> {
                long before = System.nanoTime();
                Optional<Hold> hold = holder.get();
                long after = System.nanoTime();
                hold.ifPresent(
                        each -> out.println("held " + sort + " " + each.fencingToken() + " " + before + " " + after));
            });
            out.flush();
            TimeUnit.MILLISECONDS.sleep(SAMPLE_MS);
        }
    }
}
