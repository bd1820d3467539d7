package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Repository;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The launchers, as people use them: from some other directory. */
@Timeout(180)
class ScriptsIT {
    private static final int RUN_TIMEOUT_S = 150;

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    Path elsewhere;

    @BeforeEach
    void onlyOursHasThem() {
        assumeTrue(Kind.underTest() == Kind.QUORATE, "the launchers start Quorate");
    }

    private record Run(int exitCode, String output) {}

    @Test
    void zkServerStartsTellsStatusRestartsAndStops() throws Exception {
        ServerProcess server = servers.ensemble(Kind.QUORATE).server(1);
        String config = server.configFile().toString();
        try {
            assertThat(zkServer("status", config))
                    .isEqualTo(new Run(1, """
                    Using config: %s
                    Client port found: %d. Client address: 127.0.0.1.
                    Error contacting service. It is probably not running.
                    """.formatted(config, server.ports().client())));
            Run started = zkServer("start", config);
            assertThat(started).isEqualTo(new Run(0, "Using config: " + config + "\nStarting quorate ... STARTED\n"));
            long pid = pid(server);
            assertThat(zkServer("start", config).exitCode())
                    .as("a second start")
                    .isEqualTo(1);
            assertThat(zkServer("status", config).output()).endsWith("Mode: standalone\n");

            assertThat(zkServer("restart", config).exitCode()).isZero();
            assertThat(pid(server)).isNotEqualTo(pid);
            assertThat(zkServer("status", config).exitCode()).isZero();
        } finally {
            assertThat(zkServer("stop", config).output()).endsWith("Stopping quorate ... STOPPED\n");
        }
        assertThat(zkServer("status", config).exitCode()).isEqualTo(1);
    }

    @Test
    void startForegroundBecomesTheServerAndSaysNothingOfItsOwn() throws Exception {
        ServerProcess server = servers.ensemble(Kind.QUORATE).server(1);
        Path out = elsewhere.resolve("out");
        Process process = script(
                        "zkServer.sh", "start-foreground", server.configFile().toString())
                .redirectOutput(out.toFile())
                .start();
        try {
            Await.until(
                    "the server to serve",
                    Duration.ofSeconds(40),
                    () -> server.fourLetterWord("srvr").orElse("").contains("Mode: standalone"));

            String command = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
            assertThat(command).as("what runs under the id that was started").contains("quorate-server.jar");
            assertThat(Files.readString(out)).doesNotContain("Using config", "Starting quorate");
        } finally {
            process.toHandle().destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void zkServerSaysWhyTheServerDoesNotStart() throws Exception {
        ServerProcess server = servers.ensemble(Kind.QUORATE).server(1);
        Files.writeString(
                server.configFile(),
                Files.readString(server.configFile()).replace("initLimit=", "tickTime=x\ninitLimit="));

        Run run = zkServer("start", server.configFile().toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("Starting quorate ... FAILED TO START")
                .contains("tickTime");
    }

    @Test
    void quickstartDoesTheMainJobAndLeavesNothingBehind() throws Exception {
        ProcessBuilder builder = script("quickstart.sh");
        builder.environment().put("TMPDIR", elsewhere.toString());

        Run run = run(builder);

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .containsPattern("servers +server 1: \\w+, server 2: \\w+, server 3: \\w+")
                .containsPattern("worker-\\d is master after \\d+ ms")
                .containsPattern("server \\d leads and serves after \\d+ ms");
        try (Stream<Path> left = Files.list(elsewhere)) {
            assertThat(left)
                    .filteredOn(path -> path.toString().contains("quickstart"))
                    .isEmpty();
        }
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains(elsewhere.toString())))
                .isEmpty();
    }

    @Test
    void theProgramThatTheReadmePrintsRunsAsPrinted() throws Exception {
        ServerProcess server = servers.ensemble(Kind.QUORATE).server(1);
        server.start();
        server.awaitMode("standalone");
        String readme = Files.readString(Repository.root().resolve("README.md"));
        int begin = readme.indexOf("```java\n") + "```java\n".length();
        String program = readme.substring(begin, readme.indexOf("```", begin));
        Path source = elsewhere.resolve("Hello.java");
        Files.writeString(source, program.replace("127.0.0.1:2181", server.address()));
        Path jar = Repository.root().resolve(Path.of("client-lib", "target", "quorate-client.jar"));

        Run run = run(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        jar.toString(),
                        source.toString())
                .redirectErrorStream(true));

        assertThat(run).isEqualTo(new Run(0, "/hello/reader-0000000000 reads blue\n"));
    }

    private Run zkServer(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        return run(script("zkServer.sh", all.toArray(String[]::new)));
    }

    private ProcessBuilder script(String name, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Repository.script(name).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(elsewhere.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "JVMFLAGS",
                        "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"));
        return builder;
    }

    private Run run(ProcessBuilder builder) throws Exception {
        Path output = Files.createTempFile(elsewhere, "output", ".txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        if (!process.waitFor(RUN_TIMEOUT_S, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new AssertionError(
                    builder.command() + " did not end within " + RUN_TIMEOUT_S + " s:\n" + Files.readString(output));
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    private static long pid(ServerProcess server) throws IOException {
        return Long.parseLong(Files.readString(server.dataDirectory().resolve("quorate_server.pid"))
                .strip());
    }
}
