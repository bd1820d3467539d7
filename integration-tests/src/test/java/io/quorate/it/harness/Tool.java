package io.quorate.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code scripts/zkTool.sh}, as an operator runs it. */
public final class Tool {
    private static final int TIMEOUT_S = 60;

    /** @param said what it wrote, on both streams */
    public record Run(int exit, String said) {}

    private Tool() {}

    public static Run run(Object... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Repository.script("zkTool.sh").toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path output = Files.createTempFile("tool", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("TOOL_JVMFLAGS", "-Xmx128m -XX:TieredStopAtLevel=1");
            Process process = builder.start();
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + TIMEOUT_S + " s");
            }
            return new Run(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
