package io.quorate.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.client.ConnectString;
import io.quorate.jute.Zxid;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quorate status}. */
@Command(
        name = "status",
        description = {
            "Shows all of the given servers: who leads, what they have, how far they are behind.",
            "Ends with 1 unless all answer and exactly one of them leads. Sessions are shown where the servers allow the word mntr "
                    + "(4lw.commands.whitelist)."
        })
final class StatusCommand implements Callable<Integer> {
    private static final String ROW = "%-24s %-11s %-14s %6s %-9s %-16s %6s %9s %9s  %s%n";

    /** Least, average and most. */
    private static final int LATENCIES = 3;

    /** The cursor to the upper left corner, and everything behind it away. */
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[J";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Connection connection = new Connection();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "TABLE",
            description = "Default: table.")
    private Output output = Output.TABLE;

    @Option(
            names = {"-w", "--watch"},
            paramLabel = "SECONDS",
            arity = "0..1",
            fallbackValue = "2",
            defaultValue = "0",
            description = "Again every so many seconds, 2 if no number is given, until it is interrupted.")
    private int everySeconds;

    @Override
    public Integer call() throws InterruptedException {
        connection.clients(); // complains about what is no list of servers
        List<String> servers = ConnectString.parse(connection.servers()).hosts().stream()
                .map(host -> host.host() + ":" + host.port())
                .toList();
        while (true) {
            List<ServerStatus> all = ServerStatus.askAll(servers);
            if (everySeconds > 0 && output == Output.TABLE && Terminal.isOut()) {
                spec.commandLine().getOut().print(CLEAR_SCREEN);
            }
            print(all);
            if (everySeconds == 0) {
                boolean well = all.stream().allMatch(ServerStatus::answers)
                        && all.stream().filter(ServerStatus::leads).count() == 1;
                return well ? ExitCode.DONE : ExitCode.FAILED;
            }
            TimeUnit.SECONDS.sleep(everySeconds);
        }
    }

    private void print(List<ServerStatus> all) {
        long newest = ServerStatus.newest(all);
        PrintWriter out = spec.commandLine().getOut();
        if (output == Output.JSON) {
            out.println(json(all, newest));
        } else {
            out.printf(
                    Locale.ROOT,
                    ROW,
                    "SERVER",
                    "ROLE",
                    "ZXID",
                    "EPOCH",
                    "LAG",
                    "LATENCY min/avg/max",
                    "CONNS",
                    "SESSIONS",
                    "NODES",
                    "VERSION");
            all.forEach(each -> row(out, each, newest));
        }
        out.flush();
    }

    private static void row(PrintWriter out, ServerStatus each, long newest) {
        if (!each.answers()) {
            out.printf(Locale.ROOT, "%-24s %s%n", each.server(), each.error());
            return;
        }
        out.printf(
                Locale.ROOT,
                ROW,
                each.server(),
                each.role(),
                Zxid.show(each.zxid()),
                Zxid.epoch(each.zxid()),
                each.lag(newest).isPresent() ? each.lag(newest).getAsLong() : "an epoch",
                each.latency(),
                each.connections(),
                each.sessions(),
                each.nodes(),
                each.version());
    }

    private static String json(List<ServerStatus> all, long newest) {
        ArrayNode result = Json.MAPPER.createArrayNode();
        for (ServerStatus each : all) {
            ObjectNode entry = result.addObject();
            entry.put("server", each.server());
            entry.put("answers", each.answers());
            if (!each.answers()) {
                entry.put("error", each.error());
                continue;
            }
            entry.put("role", each.role());
            entry.put("zxid", Zxid.show(each.zxid()));
            entry.put("epoch", Zxid.epoch(each.zxid()));
            each.lag(newest).ifPresent(lag -> entry.put("lag", lag));
            String[] latency = each.latency().split("/", -1);
            if (latency.length == LATENCIES) {
                putNumber(entry, "latencyMinMs", latency[0]);
                putNumber(entry, "latencyAvgMs", latency[1]);
                putNumber(entry, "latencyMaxMs", latency[2]);
            }
            putNumber(entry, "connections", each.connections());
            putNumber(entry, "sessions", each.sessions());
            putNumber(entry, "nodes", each.nodes());
            entry.put("version", each.version());
        }
        return Json.text(result);
    }

    /** What is not known is left out. */
    private static void putNumber(ObjectNode entry, String name, String text) {
        try {
            entry.put(name, new BigDecimal(text));
        } catch (NumberFormatException unknown) {
            // Left out.
        }
    }
}
