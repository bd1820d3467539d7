package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.SessionKeeper;
import io.quorate.client.contract.ConfigurationContract;
import io.quorate.client.contract.DiscoveryContract;
import io.quorate.client.contract.NamesContract;
import io.quorate.client.contract.PresenceContract;
import io.quorate.client.contract.TreeCacheContract;
import io.quorate.client.contract.ValueContract;
import io.quorate.client.contract.WorkQueueContract;
import io.quorate.client.discovery.Choice;
import io.quorate.client.discovery.ServiceFinder;
import io.quorate.client.discovery.ServiceInstance;
import io.quorate.client.discovery.ServiceRegistration;
import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

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

    @Nested
    class NamesThere extends NamesContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }

    @Nested
    class Configurations extends ConfigurationContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }

    @Nested
    class Discovery extends DiscoveryContract {
        @Override
        protected int startServer() {
            return port;
        }

        @Override
        protected void stopServer() {}
    }

    @Test
    void curatorsDiscoveryAndOursFindEachOther() throws Exception {
        String server = "127.0.0.1:" + port;
        CuratorFramework curator = CuratorFrameworkFactory.newClient(server, new RetryOneTime(100));
        curator.start();
        try (SessionKeeper sessions = SessionKeeper.start(QuorateClient.builder(server));
                ServiceDiscovery<Void> theirs = ServiceDiscoveryBuilder.builder(Void.class)
                        .client(curator)
                        .basePath("/shared")
                        .thisInstance(org.apache.curator.x.discovery.ServiceInstance.<Void>builder()
                                .name("billing")
                                .id("theirs")
                                .address("10.0.0.2")
                                .port(2)
                                .build())
                        .build();
                ServiceFinder finder = ServiceFinder.start(sessions, "/shared", "billing", Choice.roundRobin());
                ServiceRegistration ours = ServiceRegistration.announce(
                        sessions,
                        "/shared",
                        ServiceInstance.of("billing", "ours", "10.0.0.1", 1).withMetadata(Map.of("zone", "a")))) {
            theirs.start();
            ours.ready().get(30, TimeUnit.SECONDS);
            assertThat(theirs.queryForInstance("billing", "ours").getAddress()).isEqualTo("10.0.0.1");
            Await.until("both", Duration.ofSeconds(30), () -> finder.instances().size() == 2);
            assertThat(finder.instances())
                    .extracting(each -> each.id() + " " + each.address() + " " + each.port())
                    .containsExactly("ours 10.0.0.1 OptionalInt[1]", "theirs 10.0.0.2 OptionalInt[2]");
        } finally {
            curator.close();
        }
    }
}
