package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** An option of a command must not take another one's name: picocli drops the help without a word then. */
class QuorateMainTest {
    static Stream<String> commands() {
        return QuorateMain.commandLine().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandExplainsItself(String name) {
        StringWriter out = new StringWriter();
        CommandLine line = QuorateMain.commandLine().setOut(new PrintWriter(out));
        assertThat(line.execute(name, "--help")).isZero();
        assertThat(out.toString()).contains("quorate " + name).contains("--help");
    }
}
