package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kafka's brokers and tools, in processes of their own, on Kafka's own libraries.
 *
 * <pre>
 *   DIR/broker-N.properties, broker-N.log, broker-N/     a broker's
 *   DIR/TOOL.log                                         what a tool has printed
 * </pre>
 */
public final class KafkaPrograms implements AutoCloseable {
    private static final Pattern VALUE = Pattern.compile("\"value\":\"(\\d+)\"");
    private static final int TAIL_LINES = 30;

    private final String connectString;
    private final Path directory;
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final Map<Integer, ChildJvm> brokers = new HashMap<>();
    private final List<ChildJvm> tools = new ArrayList<>();

    /** @param connectString of the ensemble that the brokers use */
    public KafkaPrograms(String connectString) {
        this.connectString = connectString;
        try {
            directory = Files.createTempDirectory("quorate-kafka-");
            Files.writeString(directory.resolve("log4j.properties"), LOG4J);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts a broker, for the first time or on what it has kept; it is there when the ensemble says so. */
    public void startBroker(int id) {
        int port = ports.computeIfAbsent(id, key -> ServerPorts.free().client());
        Path properties = directory.resolve("broker-" + id + ".properties");
        try {
            Files.writeString(properties, """
                    broker.id=%d
                    listeners=PLAINTEXT://127.0.0.1:%d
                    log.dirs=%s
                    zookeeper.connect=%s/kafka
                    zookeeper.session.timeout.ms=6000
                    zookeeper.connection.timeout.ms=30000
                    default.replication.factor=3
                    min.insync.replicas=2
                    unclean.leader.election.enable=false
                    offsets.topic.replication.factor=3
                    offsets.topic.num.partitions=3
                    group.initial.rebalance.delay.ms=0
                    controlled.shutdown.enable=false
                    """.formatted(id, port, directory.resolve("broker-" + id), connectString));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        brokers.put(id, start("broker-" + id, 384, "kafka.Kafka", properties.toString()));
    }

    /** kill -9. */
    public void killBroker(int id) {
        brokers.get(id).kill9();
    }

    /** The addresses of all brokers that were ever started. */
    public String bootstrap() {
        return String.join(
                ",", ports.values().stream().map(port -> "127.0.0.1:" + port).toList());
    }

    /** Runs one of Kafka's command line tools to its end and returns all that it printed. Fails if it does. */
    public String run(String name, String main, String... arguments) {
        long before = log(name).length();
        ChildJvm tool = start(name, 128, main, arguments);
        if (tool.awaitExit() != 0) {
            throw new AssertionError(name + " failed:\n" + tail(name));
        }
        return log(name).substring((int) before);
    }

    /** Starts a tool that goes on until it is stopped; {@link #log} is what it has printed so far. */
    public ChildJvm start(String name, String main, String... arguments) {
        ChildJvm tool = start(name, 128, main, arguments);
        tools.add(tool);
        return tool;
    }

    private ChildJvm start(String name, int heapMb, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ChildJvm.java(),
                "-Xmx" + heapMb + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlog4j.configuration=file:" + directory.resolve("log4j.properties"),
                "-cp",
                libraries() + "/*",
                main));
        command.addAll(List.of(arguments));
        return ChildJvm.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile())));
    }

    private static Path libraries() {
        Path libraries = Repository.root().resolve(Path.of("integration-tests", "kafka", "target", "lib"));
        if (!Files.isDirectory(libraries)) {
            throw new AssertionError("Kafka's libraries are missing: " + libraries
                    + " (put there by: mvn -Pfull package -pl integration-tests/kafka)");
        }
        return libraries;
    }

    /** The numbers in the lines of a verifiable tool's output that say this. */
    public Set<Long> values(String name, String event) {
        Set<Long> values = new TreeSet<>();
        for (String line : log(name).split("\n", -1)) {
            Matcher value = VALUE.matcher(line);
            if (line.contains(event) && value.find()) {
                values.add(Long.parseLong(value.group(1)));
            }
        }
        return values;
    }

    /** All that this program has printed. */
    public String log(String name) {
        Path file = directory.resolve(name + ".log");
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of every broker's and tool's output, for the message of a failed test. */
    public String tails() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .sorted()
                    .map(name -> tail(name.substring(0, name.length() - ".log".length())))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String tail(String name) {
        List<String> lines = log(name).lines().toList();
        return "--- " + name + "\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    @Override
    public void close() {
        tools.stream().filter(ChildJvm::isAlive).forEach(ChildJvm::kill9);
        brokers.values().stream().filter(ChildJvm::isAlive).forEach(ChildJvm::kill9);
        Ensemble.delete(directory);
    }

    private static final String LOG4J = """
            log4j.rootLogger=WARN, stdout
            log4j.logger.kafka.controller=INFO
            log4j.logger.kafka.zookeeper=INFO
            log4j.appender.stdout=org.apache.log4j.ConsoleAppender
            log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
            log4j.appender.stdout.layout.ConversionPattern=%d %p %c - %m%n
            """;
}
