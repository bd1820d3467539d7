package io.quorate.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Apache ZooKeeper's own shell, fed from a script. */
public final class ApacheShell {
    private static final String SILENT = "<configuration><root level=\"OFF\"/></configuration>";

    private ApacheShell() {}

    /**
     * Runs the commands in one session.
     *
     * @return what the shell printed, without times and session ids; what its watcher said, which another thread prints at its
     *     own pace, follows at the end
     */
    public static List<String> run(ServerProcess server, String commands, Path scratch) {
        try {
            Path logback = Files.writeString(scratch.resolve("silent.xml"), SILENT);
            List<String> command = new ArrayList<>();
            command.add(ChildJvm.java());
            command.addAll(ChildJvm.FLAGS);
            command.addAll(List.of(
                    "-Dlogback.configurationFile=" + logback,
                    "-Dzookeeper.client.sasl=false",
                    "-cp",
                    ServerProcess.apacheClassPath(),
                    "org.apache.zookeeper.ZooKeeperMain",
                    "-server",
                    server.address(),
                    "-waitforconnection"));
            List<String> printed = OtherProgram.run(command, commands, server);
            List<String> said =
                    printed.stream().filter(ApacheShell::isOfTheWatcher).toList();
            return Stream.of(
                            printed.stream().filter(line -> !line.isEmpty() && !isOfTheWatcher(line)),
                            said.stream(),
                            Stream.of("@end"))
                    .flatMap(lines -> lines)
                    .map(line -> neutral(line, server))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOfTheWatcher(String line) {
        return line.startsWith("WatchedEvent ") || line.startsWith("WATCHER::");
    }

    private static String neutral(String line, ServerProcess server) {
        return line.replaceAll("^([cm]time = ).*", "$1T")
                .replaceAll("^(ephemeralOwner = 0x)[0-9a-f]{5,}", "$1S")
                .replace(server.address(), "SERVER");
    }
}
