package io.quorate.it;

import io.quorate.client.contract.PresenceContract;
import io.quorate.client.contract.TreeCacheContract;
import io.quorate.client.contract.ValueContract;
import io.quorate.client.contract.WorkQueueContract;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** What the client library's recipes promise, at a follower of three of Quorate's servers; its own tests ask the same of Apache's server. */
class ClientContractIT {
    private static Ensemble ensemble;
    private static int port;

    @BeforeAll
    static void start() {
        ensemble = Ensemble.of(builder -> builder.voters(Kind.QUORATE, Kind.QUORATE, Kind.QUORATE))
                .start()
                .awaitServing();
        ServerProcess leader = ensemble.leader();
        port = ensemble.servers().stream()
                .filter(server -> server != leader)
                .findFirst()
                .orElseThrow()
                .ports()
                .client();
    }

    @AfterAll
    static void stop() {
        ensemble.close();
    }

    @Nested
    class Values extends ValueContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }

    @Nested
    class Presence extends PresenceContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }

    @Nested
    class WorkQueues extends WorkQueueContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }

    @Nested
    class TreeCaches extends TreeCacheContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }
}
