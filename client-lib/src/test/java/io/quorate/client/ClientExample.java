package io.quorate.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** The programs of docs/client.md. */
final class ClientExample {
    private final String servers;

    ClientExample(String servers) {
        this.servers = servers;
    }

    void first() throws InterruptedException {
        try (QuorateClient client = QuorateClient.builder(servers)
                .sessionTimeout(Duration.ofSeconds(10))
                .listener((state, reason) -> System.out.println(state + ": " + reason))
                .connect()) {
            CompletableFuture<NodeData> read =
                    client.create("/greeting", "hello".getBytes(UTF_8)).thenCompose(path -> client.getData(path));
            System.out.println(read.join().text());
            System.out.println(client.blocking().exists("/greeting").isPresent());
        }
    }

    static ClientBuilder secure(Path directory) {
        TlsConfig tls = TlsConfig.trusting(TlsConfig.Store.of(directory.resolve("trust.p12"), "secret"))
                .withKey(TlsConfig.Store.of(directory.resolve("key.p12"), "secret"));
        ClientBuilder secure = QuorateClient.builder("quorate.example:2281").tls(tls);
        return secure;
    }

    long measured() {
        LongAdder answered = new LongAdder();
        LongAdder lost = new LongAdder();
        ClientMetrics metrics = new ClientMetrics() {
            @Override
            public void answered(String operation, long latencyNanos, ErrorCode outcome) {
                answered.increment(); // with Micrometer: registry.timer("quorate", "operation", operation).record(…)
            }

            @Override
            public void stateChanged(ConnectionState state) {
                if (state == ConnectionState.LOST) {
                    lost.increment();
                }
            }
        };
        try (QuorateClient client =
                QuorateClient.builder(servers).metrics(metrics).connect()) {
            client.exists("/").join();
        }
        System.out.println(answered.sum() + " answered, sessions in doubt " + lost.sum());
        return answered.sum();
    }
}
