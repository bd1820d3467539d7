package io.quorate.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.protocol.CreateMode;

/** The program that the README prints. */
public final class ReadmeExample {
    private ReadmeExample() {}

    public static void main(String[] args) throws Exception {
        String servers = args.length > 0 ? args[0] : "127.0.0.1:2181";
        try (QuorateClient client = QuorateClient.connect(servers)) {
            BlockingQuorate nodes = client.blocking();
            if (nodes.exists("/config").isEmpty()) {
                nodes.create("/config", "blue".getBytes(UTF_8));
            }
            String me = nodes.create("/config/reader-", null, CreateMode.EPHEMERAL_SEQUENTIAL);
            NodeData config = nodes.getData("/config", event -> System.out.println(event.path() + ": " + event.type()));
            System.out.println(me + " reads " + config.text() + ", version "
                    + config.stat().version());
            nodes.setData("/config", "green".getBytes(UTF_8), config.stat().version());
            client.getChildren("/config")
                    .thenAccept(children -> System.out.println("readers: " + children.names()))
                    .join();
        }
    }
}
