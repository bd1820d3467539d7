package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.it.harness.ApacheShell;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.OtherProgram;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that others wrote, each with a script of every operation that it has: what it prints has to be the same against
 * Apache ZooKeeper and against Quorate.
 */
@Timeout(300)
class OtherClientsIT {
    /** Debian's own, which finds Debian's packages whatever other Python is on the path. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String END = "@end";

    @RegisterExtension
    final Servers servers = new Servers();

    @TempDir
    Path scratch;

    @Test
    void theCClientSeesNoDifference() {
        assumeTrue(
                Files.exists(Path.of("/usr/include/zookeeper/zookeeper.h"))
                        && OtherProgram.succeeds("gcc", "--version"),
                "skipped: gcc or the C client is not installed (Debian: gcc, libc6-dev, libzookeeper-mt-dev)");
        Path program = scratch.resolve("every_operation");
        OtherProgram.run(
                List.of(
                        "gcc",
                        "-Wall",
                        "-DTHREADED",
                        "-o",
                        program.toString(),
                        OtherProgram.source("c", "every_operation.c").toString(),
                        "-lzookeeper_mt",
                        "-lpthread"),
                "",
                server(Kind.underTest()));

        compare(server -> OtherProgram.run(List.of(program.toString(), server.address()), "", server));
    }

    @Test
    void kazooSeesNoDifference() {
        assumeTrue(
                OtherProgram.succeeds(PYTHON, "-c", "import kazoo"),
                "skipped: kazoo is not installed (Debian: python3-kazoo)");
        String script = OtherProgram.source("python", "every_operation.py").toString();

        compare(server -> OtherProgram.run(List.of(PYTHON, script, server.address()), "", server));
    }

    @Test
    void theShellOfApacheZooKeeperSeesNoDifference() throws IOException {
        String commands = Files.readString(OtherProgram.source("shell", "every_command.txt"));

        compare(server -> ApacheShell.run(server, commands, scratch));
    }

    private void compare(Function<ServerProcess, List<String>> program) {
        List<String> apache = program.apply(server(Kind.APACHE));
        List<String> underTest = program.apply(server(Kind.underTest()));
        assertThat(apache).as("the script has run to its end").endsWith(END);
        assertThat(String.join("\n", underTest))
                .as("what the program prints against Quorate, and against Apache ZooKeeper")
                .isEqualTo(String.join("\n", apache));
    }

    private ServerProcess server(Kind kind) {
        Ensemble ensemble = servers.ensemble(builder -> builder.voters(kind).config("extendedTypesEnabled", "true"));
        ServerProcess server = ensemble.server(1);
        server.start();
        server.awaitMode("standalone");
        return server;
    }
}
