package io.quorate.it.harness;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One server in a process of its own, with its own directory:
 *
 * <pre>
 *   DIR/zoo.cfg            as an operator writes it
 *   DIR/data/myid          and version-2/: what either kind of server can take over from the other
 *   DIR/server.log         stdout and stderr of every start, one after the other
 * </pre>
 *
 * Not for use by several threads at once.
 */
public final class ServerProcess implements AutoCloseable {
    /** Generous: the machine may be running eight JVMs on two cores. */
    static final Duration START_TIMEOUT = Duration.ofSeconds(40);

    private static final int TAIL_LINES = 60;

    private static final Pattern APACHE_JARS = Pattern.compile(
            "(zookeeper|audience-annotations|netty-|slf4j-api|logback-|commons-io|commons-cli|metrics-core|snappy-java).*\\.jar");

    private final int sid;
    private final Path directory;
    private final ServerPorts ports;
    private final ServerPlace place;
    private final List<String> flags;
    private Kind kind;
    private Optional<ChildJvm> process = Optional.empty();

    private ServerProcess(
            int sid, Kind kind, Path directory, ServerPorts ports, ServerPlace place, List<String> flags) {
        this.sid = sid;
        this.kind = kind;
        this.directory = directory;
        this.ports = ports;
        this.place = place;
        this.flags = List.copyOf(flags);
    }

    /**
     * Writes the server's directory; starts nothing.
     *
     * @param config the zoo.cfg without {@code dataDir} and {@code clientPort}, which follow from the other arguments
     * @param place where it runs
     * @param flags of the JVM, besides {@link ChildJvm#FLAGS}
     */
    static ServerProcess create(
            int sid,
            Kind kind,
            Path directory,
            ServerPorts ports,
            ServerPlace place,
            Map<String, String> config,
            List<String> flags) {
        ServerProcess server = new ServerProcess(sid, kind, directory, ports, place, flags);
        try {
            Files.createDirectories(server.dataDirectory());
            Files.writeString(server.dataDirectory().resolve("myid"), sid + "\n");
            Files.writeString(server.configFile(), server.zooCfg(config));
            Files.writeString(directory.resolve("logback.xml"), LOGBACK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return server;
    }

    public int sid() {
        return sid;
    }

    public Kind kind() {
        return kind;
    }

    public ServerPorts ports() {
        return ports;
    }

    public String address() {
        return place.host() + ":" + ports.client();
    }

    public Path configFile() {
        return directory.resolve("zoo.cfg");
    }

    public Path dataDirectory() {
        return directory.resolve("data");
    }

    /** Where the logs, the snapshots and the epoch files are. */
    public Path versionDirectory() {
        return dataDirectory().resolve("version-2");
    }

    public Path logFile() {
        return directory.resolve("server.log");
    }

    /** The other kind of server goes on with this directory from the next start on. */
    public void switchTo(Kind other) {
        if (isRunning()) {
            throw new IllegalStateException(this + " runs: stop it before it changes kind");
        }
        kind = other;
    }

    public boolean isRunning() {
        return process.isPresent() && process.get().isAlive();
    }

    /** The process as last started. */
    public ChildJvm process() {
        return process.orElseThrow(() -> new IllegalStateException(this + " was never started"));
    }

    /** Starts the process and returns at once; {@link #awaitMode} tells when it serves. */
    public void start() {
        if (isRunning()) {
            throw new IllegalStateException(
                    this + " already runs as process " + process().pid());
        }
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        process = Optional.of(ChildJvm.start(builder));
    }

    public void kill9() {
        process().kill9();
    }

    public void pause() {
        process().pause();
    }

    public void resume() {
        process().resume();
    }

    /** As an operator stops it: SIGTERM. Returns the exit code. */
    public int stop() {
        return process().terminate();
    }

    @Override
    public void close() {
        if (isRunning()) {
            kill9();
        }
    }

    /** The answer to a four-letter word; empty if nobody answers. */
    public Optional<String> fourLetterWord(String word) {
        try {
            return Optional.of(FourLetterWord.ask(place.host(), ports.client(), word));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty unless the server serves. */
    public Optional<Srvr> srvr() {
        return isRunning() ? fourLetterWord("srvr").flatMap(Srvr::parse) : Optional.empty();
    }

    /** leader, follower, observer or standalone; empty unless the server serves. */
    public Optional<String> mode() {
        return srvr().map(Srvr::mode);
    }

    /**
     * Waits until the server serves in one of these modes.
     *
     * @throws AssertionError if it does not within 40 s, or its process ends
     */
    public String awaitMode(String... modes) {
        List<String> wanted = List.of(modes);
        return Await.value(this + " to serve as " + wanted, START_TIMEOUT, () -> {
            failIfDead();
            return mode().filter(wanted::contains);
        });
    }

    /** Waits until the server does not serve, but still runs and says so to who asks. */
    public void awaitNotServing() {
        Await.until(this + " to stop serving", START_TIMEOUT, () -> {
            failIfDead();
            return fourLetterWord("srvr")
                    .map(answer -> answer.contains("not currently serving requests"))
                    .orElse(false);
        });
    }

    /** All that the server has written to its log since {@link #logSize()} was {@code offset}. */
    public String log(long offset) {
        try {
            byte[] all = Files.exists(logFile()) ? Files.readAllBytes(logFile()) : new byte[0];
            int from = (int) Math.min(offset, all.length);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long logSize() {
        return logFile().toFile().length();
    }

    /** Waits until a line of the log from {@code offset} on has the pattern in it, and returns the match. */
    public Matcher awaitLog(Pattern pattern, long offset) {
        return Await.value("\"" + pattern + "\" in the log of " + this, START_TIMEOUT, () -> {
            Matcher matcher = pattern.matcher(log(offset));
            return matcher.find() ? Optional.of(matcher) : Optional.empty();
        });
    }

    /** The last lines of the log, for the message of a failed test. */
    public String logTail() {
        List<String> lines = log(0).lines().toList();
        return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).stream()
                .collect(joining("\n", "--- " + this + (isRunning() ? "" : " (not running)") + "\n", "\n"));
    }

    @Override
    public String toString() {
        return "server " + sid + " (" + kind + ", " + address() + ")";
    }

    private void failIfDead() {
        if (!isRunning()) {
            throw new DeadServerError(
                    this + " ended with exit code " + process().process().exitValue());
        }
    }

    /** An Error, so that waiting ends at once: a process that is gone does not come back. */
    private static final class DeadServerError extends AssertionError {
        private static final long serialVersionUID = 1L;

        DeadServerError(String message) {
            super(message);
        }
    }

    private String zooCfg(Map<String, String> config) {
        return config.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(joining())
                + "dataDir=" + dataDirectory() + "\n"
                + "clientPort=" + ports.client() + "\n"
                + "clientPortAddress=" + place.host() + "\n";
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(place.launcher());
        command.add(ChildJvm.java());
        command.addAll(ChildJvm.FLAGS);
        command.addAll(flags);
        switch (kind) {
            case QUORATE -> command.addAll(List.of("-jar", quorateJar().toString()));
            case APACHE ->
                command.addAll(List.of(
                        "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        apacheClassPath(),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain"));
        }
        command.add(configFile().toString());
        return command;
    }

    /** The jars that Apache ZooKeeper's programs run on. */
    static String apacheClassPath() {
        return ChildJvm.classPath(name -> APACHE_JARS.matcher(name).matches());
    }

    /** What {@code mvn package} left, its libraries beside it; or another build's, with {@code -Dquorate.it.jar}. */
    static Path quorateJar() {
        Path jar = Path.of(System.getProperty(
                "quorate.it.jar",
                Repository.root()
                        .resolve(Path.of("server", "target", "quorate-server.jar"))
                        .toString()));
        if (!Files.isRegularFile(jar)) {
            throw new AssertionError("the server's jar is missing: " + jar + " (made by: mvn package -pl server -am)");
        }
        return jar;
    }

    /** What an Apache server logs with; its leader says some of the forms of synchronization at DEBUG only. */
    private static final String LOGBACK = """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="OUT"/></root>
              <logger name="org.apache.zookeeper.server.quorum.LearnerHandler" level="DEBUG"/>
            </configuration>
            """;
}
