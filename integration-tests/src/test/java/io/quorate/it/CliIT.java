package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.it.harness.CliProgram;
import io.quorate.it.harness.CliProgram.Run;
import io.quorate.it.harness.CommandLog;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.Repository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/quorate} against three servers, which all cases share, each with nodes of its own. */
@Timeout(180)
class CliIT {
    private static final String SESSION_TIMEOUT_S = "4";
    private static final byte CTRL_C = 3;

    private static Ensemble ensemble;

    private final Deque<CliProgram> started = new ArrayDeque<>();

    @TempDir
    Path directory;

    @BeforeAll
    static void startServers() {
        Kind kind = Kind.underTest();
        ensemble = Ensemble.of(what -> what.voters(kind, kind, kind)).start().awaitServing();
    }

    @AfterAll
    static void stopServers() {
        ensemble.close();
    }

    @AfterEach
    void stopPrograms() {
        started.forEach(CliProgram::close);
    }

    private Run quorate(String... arguments) {
        return CliProgram.run(directory, ensemble.connectString(), arguments);
    }

    private CliProgram start(String... arguments) {
        CliProgram program = CliProgram.start(directory, ensemble.connectString(), arguments);
        started.add(program);
        return program;
    }

    private CliProgram lead(CommandLog log, String path, String name) {
        return start(
                words("lead", "--session-timeout", SESSION_TIMEOUT_S, "--id", name, path, "--", log.command(name)));
    }

    private static String[] words(Object... parts) {
        return Stream.of(parts)
                .flatMap(part -> part instanceof String[] many ? Stream.of(many) : Stream.of((String) part))
                .toArray(String[]::new);
    }

    @Test
    void nodesAreExportedRemovedAndImportedByteForByte() throws Exception {
        byte[] binary = {(byte) 0xff, 0, '\n', 1};
        assertThat(quorate("set", "--create", "/nodes/a/b", "grün")).isEqualTo(new Run(0, "", ""));
        assertThat(CliProgram.runWith(binary, directory, ensemble.connectString(), "set", "-c", "/nodes/bytes"))
                .isEqualTo(new Run(0, "", ""));

        Path file = directory.resolve("nodes.json");
        assertThat(quorate("export", "/nodes", "-f", file.toString())).isEqualTo(new Run(0, "", "4 nodes read\n"));
        assertThat(new ObjectMapper().readTree(file.toFile())).isEqualTo(new ObjectMapper().readTree("""
                [{"path": "", "data": ""}, {"path": "/a", "data": ""}, {"path": "/a/b", "data": "grün"},
                 {"path": "/bytes", "base64": "/wAKAQ=="}]"""));
        Run refused = quorate("rm", "/nodes");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("/nodes").contains("not empty");
        assertThat(quorate("rm", "-r", "/nodes")).isEqualTo(new Run(0, "", ""));
        assertThat(quorate("import", "/copy/here", "-f", file.toString()))
                .isEqualTo(new Run(0, "", "4 nodes written\n"));
        JsonNode copied = new ObjectMapper()
                .readTree(quorate("get", "-o", "json", "/copy/here/bytes").out());
        assertThat(copied.path("base64").asText()).isEqualTo("/wAKAQ==");
        assertThat(copied.path("stat").path("dataLength").asInt()).isEqualTo(4);

        Run wrong = quorate("get", "nodes");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("\"nodes\" does not begin with /").contains("quorate get --help");
    }

    /** Its command ignores SIGTERM, so that each change of hands shows that it is killed before the next one begins. */
    @Test
    void aCommandRunsInOneAtATimeWhateverBecomesOfItsLeader() {
        CommandLog log = CommandLog.in(directory);
        Map<String, CliProgram> programs = new HashMap<>();
        for (String name : List.of("one", "two", "three")) {
            programs.put(name, lead(log, "/lead", name));
        }

        CommandLog.Start first = log.awaitStart(1);
        log.awaitBeats(first, 10);
        programs.remove(first.name()).process().kill9();

        CommandLog.Start second = log.awaitStart(2);
        assertThat(second.name()).isNotEqualTo(first.name());
        log.awaitBeats(second, 10);
        CliProgram paused = programs.remove(second.name());
        paused.process().pause();

        CommandLog.Start third = log.awaitStart(3);
        assertThat(third.name()).isNotEqualTo(second.name());
        log.awaitBeats(third, 10);
        paused.process().resume();
        paused.awaitErr("does not lead any more (LEASE_ENDED)");
        assertThat(programs.get(third.name()).process().terminate()).isEqualTo(128 + 15);

        CommandLog.Start fourth = log.awaitStart(4);
        assertThat(fourth.name()).as("who was paused stands in line again").isEqualTo(second.name());
        log.awaitBeats(fourth, 10);
        log.assertNeverTwoAtATime();
    }

    /** As a user does it, who presses Ctrl-C, and looks whether the next one has it. */
    @Test
    void inATerminalItEndsWithCtrlCAndHandsOverAtOnce() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "no terminal without script, of util-linux");
        CliProgram program = CliProgram.startInTerminal(
                directory,
                ensemble.connectString(),
                "quorate lead --session-timeout 20 /terminal -- sh -c 'echo token=$QUORATE_FENCING_TOKEN; sleep 100; echo late'");
        started.add(program);
        program.awaitOut("token=");
        assertThat(quorate("elect", "watch", "--once", "/terminal").exitCode()).isZero();

        program.write(new byte[] {CTRL_C});
        Run ended = program.awaitEnd();

        assertThat(ended.exitCode()).as(ended.toString()).isEqualTo(128 + 2);
        assertThat(ended.out())
                .contains("quorate lead /terminal: leads, token ")
                .doesNotContain("late");
        // The session time-out is longer than this case may take: it was given back, and did not run out.
        assertThat(quorate("elect", "watch", "--once", "/terminal")).isEqualTo(new Run(1, "nobody\n", ""));
    }

    @Test
    void aSemaphoreLetsTwoInAndEachEndsWithItsCommandsCode() throws Exception {
        Path go = directory.resolve("go");
        String wait = "echo in; until [ -e " + go + " ]; do sleep 0.05; done; exit 7";
        List<CliProgram> holders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            holders.add(start("lock", "-n", "2", "/permits", "--", "sh", "-c", wait));
        }
        for (CliProgram each : holders) {
            each.awaitOut("in\n");
        }
        assertThat(quorate("lock", "-n", "2", "-t", "0", "/permits", "--", "echo", "in"))
                .isEqualTo(new Run(3, "", "quorate lock /permits: was not to be had within 0.0 s\n"));

        Files.createFile(go);
        for (CliProgram each : holders) {
            assertThat(each.awaitEnd()).isEqualTo(new Run(7, "in\n", ""));
        }
    }

    @Test
    void aWatchRunsItsCommandForEachChangeBelow() {
        CliProgram watch = start(
                "watch", "-r", "-c", "2", "/watched", "--", "sh", "-c", "echo $QUORATE_EVENT $QUORATE_PATH; exit 5");
        watch.awaitErr("quorate watch /watched: watches\n");
        assertThat(quorate("set", "-c", "/watched/a", "x").exitCode()).isZero();

        Run run = watch.awaitEnd();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("node_created /watched\nnode_created /watched/a\n");
        assertThat(run.err()).contains("the command ended with 5 for node_created /watched/a");
    }

    @Test
    void statusShowsWhoLeadsAndWhoIsDown() throws Exception {
        Run all = quorate("status");
        assertThat(all.exitCode()).as(all.toString()).isZero();
        assertThat(all.out().lines().filter(line -> line.contains(" leader "))).hasSize(1);
        assertThat(all.out().lines().filter(line -> line.contains(" follower ")))
                .hasSize(2);

        ensemble.server(3).kill9();
        ensemble.awaitServing();
        Run two = quorate("status", "--output", "json");
        ensemble.start().awaitServing();

        assertThat(two.exitCode()).as(two.toString()).isEqualTo(1);
        JsonNode status = new ObjectMapper().readTree(two.out());
        assertThat(status).hasSize(3);
        assertThat(Stream.of(status.get(0), status.get(1))
                        .map(server -> server.path("role").asText()))
                .containsExactlyInAnyOrder("leader", "follower");
        assertThat(status.get(0).path("sessions").isNumber()).isTrue();
        assertThat(status.get(2).path("answers").asBoolean(true)).isFalse();
        assertThat(status.get(2).path("error").asText()).contains("refused");
    }

    @Test
    void aFullDiskIsToldOfAndNothingIsLeftThatLooksWhole() {
        assertThat(quorate("set", "-c", "/full", "x".repeat(100_000)).exitCode())
                .isZero();
        Run run = CliProgram.runInShell(directory, ensemble.connectString(), "quorate export /full > /dev/full");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("standard output cannot be written");
    }

    @Test
    void completionKnowsTheCommands() throws Exception {
        Path script = directory.resolve("completion");
        Files.writeString(script, quorate("generate-completion").out());

        Process shell = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script + "; COMP_WORDS=(quorate st) COMP_CWORD=1; _complete_quorate;"
                                + " echo \"${COMPREPLY[@]}\"; complete -p quorate")
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).startsWith("status\n").contains("-F _complete_quorate");
    }

    /** Each example of the page, in the order of the page: what stands behind a "$ " is run, and what it says is compared. */
    @Test
    @Tag("full")
    void theExamplesOfThePageRunAsPrinted() throws Exception {
        String page = Files.readString(Repository.root().resolve("docs").resolve("quorate-command.md"));
        StringBuilder examples = new StringBuilder();
        StringBuilder script = new StringBuilder();
        Matcher blocks = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL).matcher(page);
        while (blocks.find()) {
            examples.append(blocks.group(1));
            blocks.group(1)
                    .lines()
                    .filter(line -> line.startsWith("$ "))
                    .forEach(line -> script.append("cat <<'LINE'\n")
                            .append(line)
                            .append("\nLINE\n")
                            .append(line.substring(2))
                            .append('\n'));
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script.toString()).redirectErrorStream(true);
        builder.environment().put("QUORATE_SERVERS", ensemble.connectString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment()
                .merge("PATH", Repository.root().resolve("scripts").toString(), (path, ours) -> ours + ":" + path);
        Process shell = builder.start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(said).isEqualTo(examples.toString()).contains("this one leads");
    }

    @Test
    void aLocalEnsembleServesUntilItIsToldToEndAndKeepsItsData() throws Exception {
        String[] line = {
            "ensemble",
            "start",
            "-n",
            "3",
            "-p",
            "0",
            "-d",
            directory.resolve("kept").toString()
        };
        CliProgram servers = start(line);
        servers.awaitErr("3 servers serve");
        String where = servers.out().strip();
        assertThat(CliProgram.run(directory, where, "status").out().lines().filter(row -> row.contains(" follower ")))
                .hasSize(2);
        assertThat(CliProgram.run(directory, where, "set", "-c", "/kept", "well")
                        .exitCode())
                .isZero();
        assertThat(servers.process().terminate()).isEqualTo(128 + 15);

        CliProgram again = start(line);
        again.awaitErr("3 servers serve");
        assertThat(CliProgram.run(directory, again.out().strip(), "get", "/kept")
                        .out())
                .isEqualTo("well\n");
    }

    /** What nobody does who means well: the command must not outlive it. */
    @Test
    @Tag("full")
    void aCommandDoesNotOutliveItsGuardNorItsNode() {
        CommandLog log = CommandLog.in(directory);
        lead(log, "/rough", "one");
        lead(log, "/rough", "two");

        CommandLog.Start first = log.awaitStart(1);
        log.awaitBeats(first, 10);
        guard(first).destroyForcibly();
        CommandLog.Start second = log.awaitStart(2);
        log.awaitBeats(second, 10);
        Run removed = quorate("rm", "/rough/" + lowest("/rough"));
        assertThat(removed).isEqualTo(new Run(0, "", ""));
        CommandLog.Start third = log.awaitStart(3);
        log.awaitBeats(third, 10);
        log.assertNeverTwoAtATime();
    }

    /** The first in the line of that directory. */
    private String lowest(String directory) {
        Run listed = quorate("ls", directory);
        return listed.out()
                .lines()
                .min(Comparator.comparing(name -> name.substring(name.lastIndexOf('-') + 1)))
                .orElseThrow(() -> new AssertionError("nobody stands in line: " + listed));
    }

    /** The parent of the command, whose process number stands in its run's name. */
    private static ProcessHandle guard(CommandLog.Start start) {
        long command = Long.parseLong(start.run().substring(start.run().lastIndexOf('-') + 1));
        return ProcessHandle.of(command).flatMap(ProcessHandle::parent).orElseThrow();
    }

    /** The servers' part of a fault is theirs to bear: what is held stays held while it is over within the lease. */
    @Test
    @Tag("full")
    void aCommandGoesOnWhileTheServersElectAnotherLeader() {
        CommandLog log = CommandLog.in(directory);
        start(words("lead", "--session-timeout", "10", "/calm", "--", log.command("one")));
        CommandLog.Start first = log.awaitStart(1);

        var leader = ensemble.leader();
        leader.kill9();
        ensemble.awaitServing();
        leader.start();
        ensemble.awaitServing();

        log.awaitBeats(first, 100);
        assertThat(log.starts()).containsExactly(first);
    }
}
