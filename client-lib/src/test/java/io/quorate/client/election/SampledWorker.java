package io.quorate.client.election;

import io.quorate.client.QuorateClient;
import io.quorate.client.lease.Loss;
import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A worker in a process of its own that writes down, every few milliseconds, whether it is master: {@code term before after}, both times of
 * the machine's monotonic clock, which all processes share. Arguments: connect string, id, session time-out in ms.
 */
final class SampledWorker {
    private SampledWorker() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        MasterElection election = MasterElection.builder(
                        QuorateClient.builder(args[0]).sessionTimeout(Duration.ofMillis(Long.parseLong(args[2]))),
                        args[1])
                .listener(new MasterListener() {
                    @Override
                    public void elected(long term) {
                        out.println("elected " + term + " " + System.nanoTime());
                    }

                    @Override
                    public void revoked(long term, Loss why) {
                        out.println("revoked " + term + " " + System.nanoTime() + " " + why);
                    }
                })
                .start();
        while (true) {
            long before = System.nanoTime();
            OptionalLong term = election.term();
            long after = System.nanoTime();
            if (term.isPresent()) {
                out.println("master " + term.getAsLong() + " " + before + " " + after);
            }
            TimeUnit.MILLISECONDS.sleep(3);
        }
    }
}
