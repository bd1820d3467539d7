package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.ChildJvm;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.KafkaPrograms;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three Kafka brokers in ZooKeeper mode on three servers, written to without a pause while servers and brokers die. */
@Tag("full")
@Timeout(900)
class KafkaIT {
    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int BROKERS = 3;
    private static final int BETWEEN_FAULTS = 500;
    private static final int PER_SECOND = 200;
    private static final String PRODUCER = "producer";
    private static final String CONSUMER = "consumer";
    private static final Pattern BROKER_ID = Pattern.compile("\"brokerid\":(\\d+)");

    @RegisterExtension
    final Servers servers = new Servers();

    private KafkaPrograms kafka;
    private StockClient client;

    @Test
    void nothingThatWasAcknowledgedIsLost() throws Exception {
        Ensemble ensemble = servers.three();
        client = servers.client(ensemble.followers().get(0));
        client.create("/kafka", "");
        kafka = servers.closing(new KafkaPrograms(ensemble.connectString()));
        try {
            produceAndConsumeWhileTheyDie(ensemble);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + kafka.tails(), e);
        }
    }

    private void produceAndConsumeWhileTheyDie(Ensemble ensemble) throws Exception {
        for (int id = 1; id <= BROKERS; id++) {
            kafka.startBroker(id);
        }
        awaitBrokers(BROKERS);
        createTopic("before", BROKERS);
        ChildJvm producer = kafka.start(
                PRODUCER,
                "org.apache.kafka.tools.VerifiableProducer",
                "--topic",
                "before",
                "--bootstrap-server",
                kafka.bootstrap(),
                "--acks",
                "-1",
                "--throughput",
                Integer.toString(PER_SECOND));
        awaitMoreAcknowledged("as all is well");

        killLeadingServer(ensemble);
        int dead = killController();
        killLeadingServer(ensemble);
        createTopic("after", BROKERS - 1);
        kafka.startBroker(dead);
        awaitBrokers(BROKERS);
        awaitMoreAcknowledged("when all are back");

        producer.terminate();
        Set<Long> acknowledged = kafka.values(PRODUCER, "producer_send_success");
        assertThat(acknowledged).hasSizeGreaterThan(4 * BETWEEN_FAULTS);
        assertThat(consumed(acknowledged)).containsAll(acknowledged);
        assertThat(topics()).contains("before", "after");
    }

    private void killLeadingServer(Ensemble ensemble) {
        ServerProcess leader = ensemble.leader();
        leader.kill9();
        ensemble.awaitServing();
        awaitMoreAcknowledged("after the death of " + leader);
        leader.start();
        ensemble.awaitServing();
    }

    /** The broker that controls the others dies; another one takes over. @return the dead one's id */
    private int killController() throws Exception {
        int controller = controller();
        kafka.killBroker(controller);
        Await.until("another controller than broker " + controller, PATIENCE, () -> controller() != controller);
        awaitBrokers(BROKERS - 1);
        awaitMoreAcknowledged("without broker " + controller);
        return controller;
    }

    private int controller() throws Exception {
        Matcher id = BROKER_ID.matcher(client.get("/kafka/controller"));
        assertThat(id.find()).isTrue();
        return Integer.parseInt(id.group(1));
    }

    private void awaitBrokers(int count) {
        Await.until(
                count + " brokers below /kafka/brokers/ids",
                PATIENCE,
                () -> client.children("/kafka/brokers/ids").size() == count);
    }

    private void createTopic(String name, int replicas) {
        kafka.run(
                "topics",
                "org.apache.kafka.tools.TopicCommand",
                "--bootstrap-server",
                kafka.bootstrap(),
                "--create",
                "--topic",
                name,
                "--partitions",
                "3",
                "--replication-factor",
                Integer.toString(replicas));
    }

    private String topics() {
        return kafka.run(
                "topics", "org.apache.kafka.tools.TopicCommand", "--bootstrap-server", kafka.bootstrap(), "--list");
    }

    private void awaitMoreAcknowledged(String when) {
        int goal = kafka.values(PRODUCER, "producer_send_success").size() + BETWEEN_FAULTS;
        Await.until(
                goal + " acknowledged messages " + when,
                PATIENCE,
                () -> kafka.values(PRODUCER, "producer_send_success").size() >= goal);
    }

    private Set<Long> consumed(Set<Long> atLeast) {
        ChildJvm consumer = kafka.start(
                CONSUMER,
                "org.apache.kafka.tools.VerifiableConsumer",
                "--topic",
                "before",
                "--bootstrap-server",
                kafka.bootstrap(),
                "--group-id",
                "readers",
                "--reset-policy",
                "earliest",
                "--verbose");
        Await.until(
                "all that was acknowledged to be read",
                PATIENCE,
                () -> kafka.values(CONSUMER, "record_data").containsAll(atLeast));
        consumer.terminate();
        return kafka.values(CONSUMER, "record_data");
    }
}
