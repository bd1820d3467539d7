package io.quorate.server.tools;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One run of the program. */
record ToolRun(int exit, String out, String err) {
    static ToolRun of(Object... arguments) {
        return run(false, arguments);
    }

    static ToolRun onTerminal(Object... arguments) {
        return run(true, arguments);
    }

    private static ToolRun run(boolean terminal, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
        int exit = ZkTool.run(terminal, new PrintWriter(out), new PrintWriter(err), words);
        return new ToolRun(exit, out.toString(), err.toString());
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** What a server of Apache ZooKeeper 3.9.5 wrote. */
    static Path apache(String folder) {
        return Path.of("..", "replica", "src", "test", "resources", "apache-3.9.5", folder);
    }

    /** Changes one bit of a file. */
    static void flip(Path file, long offset) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[Math.toIntExact(offset)] ^= 0x10;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
