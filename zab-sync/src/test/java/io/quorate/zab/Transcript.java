package io.quorate.zab;

import io.quorate.jute.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays a script with a {@link ZabTestCluster} and writes down what was said.
 *
 * <pre>
 *   # a comment
 *   &gt; quietly command                     what it answers is not written down
 *   &gt; command                             kept; all other lines are what the machines answered
 *
 *   voters 1..3 | observers 4 | group 1 = 1:2:3 | weight 3 = 0       the configuration
 *   window 4 | forced-snapshots | no-log-sync                        settings; before the first server is mentioned
 *   past 1 accepted 1 current 1 log 0x100000001..0x100000003          what is on its disk
 *   snapshot 1 | purge 1                     writes a snapshot of the tree; and purges the log behind it
 *   lead 1 | follow 2 1                      the election's result
 *   deliver [1&gt;2 [n]]                      all messages, or those of one direction, or n of those
 *   force [1 [n]]                            completes the work of the disks, of one, or n pieces of it
 *   settle                                   delivers and forces all until nothing is left
 *   propose 1 a b | write 2 c | sync 2 d | revalidate 2 0x77
 *   tick 2000 | run 2000                     milliseconds, without and with settling
 *   cut 1 2 | crash 2 | restart 2
 *   cap 1&gt;2 100                             bytes under way to 2 after which 1 is told to wait; 0 for no limit
 *   pieces 1&gt;2 1                           what 1 says arrives at 2 in pieces of so many bytes
 *   tree 1 | disk 1                          shows what is applied, and what is durable
 *   sends 1 COMMIT 0x100000001 to 2          a packet that no script of the machine's own would send
 * </pre>
 */
final class Transcript implements ZabTestCluster.Listener {
    private final Map<String, String> entries = new TreeMap<>();
    private final List<String> output = new ArrayList<>();
    private @Nullable ZabTestCluster started;
    private int window = 500;
    private boolean forcedSnapshots;
    private double sizeFactor = 0.33;
    private long shownMs;

    private Transcript() {}

    /** The script with the answers of today in the place of those recorded. */
    static String play(String script) {
        Transcript transcript = new Transcript();
        script.lines().forEach(transcript::playLine);
        return String.join("\n", transcript.output) + "\n";
    }

    private void playLine(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            output.add(line);
        } else if (line.startsWith("> ")) {
            output.add(line);
            try {
                execute(new Words(line.substring(2)));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("at \"" + line + "\" after\n" + String.join("\n", output), e);
            }
        }
    }

    @Override
    public void line(String line) {
        long ms = started == null ? 0 : started.nowNanos / ZabTestCluster.MS;
        if (ms != shownMs) {
            shownMs = ms;
            output.add("        -- " + ms + " ms");
        }
        output.add("    " + line);
    }

    private ZabTestCluster cluster() {
        if (started == null) {
            ZabSettings of = ZabTestCluster.SETTINGS;
            started = new ZabTestCluster(
                            entries,
                            new ZabSettings(
                                    of.tickNanos(),
                                    of.initLimit(),
                                    of.syncLimit(),
                                    of.commitLogCount(),
                                    sizeFactor,
                                    forcedSnapshots,
                                    SyncLimits.DEFAULTS),
                            this)
                    .withWindow(window);
        }
        return started;
    }

    private void executeQuietly(Words words) {
        int before = output.size();
        execute(words);
        output.subList(before, output.size()).clear();
    }

    private void execute(Words words) {
        String command = words.next();
        switch (command) {
            case "quietly" -> executeQuietly(words);
            case "voters" -> addServers(words.rest(), ":participant");
            case "observers" -> addServers(words.rest(), ":observer");
            case "group", "weight" ->
                entries.put(command + "." + words.next(), words.skip("=").rest());
            case "window" -> window = (int) words.nextLong();
            case "forced-snapshots" -> forcedSnapshots = true;
            case "no-log-sync" -> sizeFactor = -1;
            case "past" -> past(words);
            case "snapshot" -> server(words).disk.takeSnapshot(false);
            case "purge" -> server(words).disk.takeSnapshot(true);
            case "lead" -> server(words).lead();
            case "follow" -> server(words).follow(words.nextLong());
            case "deliver" -> deliver(words);
            case "force" -> force(words);
            case "settle" -> cluster().settle();
            case "propose" -> proposeAll(server(words), words);
            case "write" -> server(words).write(words.next());
            case "sync" -> server(words).sync(words.next());
            case "revalidate" -> cluster().learner(words.nextLong()).revalidate(words.nextLong(), 30_000);
            case "tick" -> cluster().pass(words.nextLong(), () -> {});
            case "run" -> cluster().pass(words.nextLong());
            case "cut" -> cluster().cut(words.nextLong(), words.nextLong());
            case "crash" -> server(words).crash();
            case "restart" -> server(words).restart();
            case "cap" -> cap(words);
            case "pieces" -> pipe(words.next()).pieceBytes = (int) words.nextLong();
            case "tree" -> showTree(server(words));
            case "disk" -> showDisk(server(words));
            case "sends" -> sends(words);
            default -> throw new IllegalArgumentException("unknown command " + command);
        }
    }

    private void addServers(String ids, String role) {
        int dots = ids.indexOf("..");
        long first = Long.parseLong(dots < 0 ? ids : ids.substring(0, dots));
        long last = dots < 0 ? first : Long.parseLong(ids.substring(dots + 2));
        for (long sid = first; sid <= last; sid++) {
            entries.put("server." + sid, "host" + sid + ":2888:3888" + role);
        }
    }

    private TestServer server(Words words) {
        return cluster().server(words.nextLong());
    }

    private void past(Words words) {
        long sid = words.nextLong();
        long accepted = 0;
        long current = 0;
        List<Proposal> log = new ArrayList<>();
        for (String word = words.nextOrNull(); word != null; word = words.nextOrNull()) {
            switch (word) {
                case "accepted" -> accepted = words.nextLong();
                case "current" -> current = words.nextLong();
                case "log" -> addRange(log, words.next());
                default -> throw new IllegalArgumentException("unknown word " + word);
            }
        }
        cluster().past(sid, accepted, current, log.toArray(new Proposal[0]));
    }

    private static void addRange(List<Proposal> log, String range) {
        for (String part : range.split(",", -1)) {
            int dots = part.indexOf("..");
            long first = Long.decode(dots < 0 ? part : part.substring(0, dots));
            long last = dots < 0 ? first : Long.decode(part.substring(dots + 2));
            for (long zxid = first; zxid <= last; zxid++) {
                log.add(ZabTestCluster.txn(zxid));
            }
        }
    }

    private void deliver(Words words) {
        String link = words.nextOrNull();
        if (link == null) {
            cluster().deliverAll();
            return;
        }
        ZabTestCluster.Pipe pipe = pipe(link);
        String count = words.nextOrNull();
        for (int i = 0; (count == null || i < Integer.parseInt(count)) && pipe.isDeliverable(); i++) {
            pipe.deliver();
        }
    }

    private void force(Words words) {
        String sid = words.nextOrNull();
        if (sid == null) {
            cluster().servers.keySet().forEach(each -> cluster().force(each));
            return;
        }
        String count = words.nextOrNull();
        if (count == null) {
            cluster().force(Long.parseLong(sid));
            return;
        }
        for (int i = 0; i < Integer.parseInt(count); i++) {
            cluster().server(Long.parseLong(sid)).disk.complete(1);
        }
    }

    private static void proposeAll(TestServer server, Words words) {
        for (String word = words.nextOrNull(); word != null; word = words.nextOrNull()) {
            server.propose(word);
        }
    }

    private void cap(Words words) {
        ZabTestCluster.Pipe pipe = pipe(words.next());
        long bytes = words.nextLong();
        pipe.capBytes = bytes == 0 ? Long.MAX_VALUE : bytes;
    }

    private void showTree(TestServer server) {
        line("tree: "
                + server.tree.stream().map(ZabTestCluster::show).collect(Collectors.joining(", "))
                + (server.serving ? "; serves" : "; does not serve"));
    }

    private void showDisk(TestServer server) {
        FakeDisk disk = server.disk;
        line("disk: epochs " + disk.acceptedEpoch + " and " + disk.currentEpoch + ", snapshot "
                + Zxid.show(disk.newestSnapshot().zxid()) + ", log " + disk.log + ", waiting "
                + disk.waiting());
    }

    private void sends(Words words) {
        TestServer from = server(words);
        String name = words.next();
        long zxid = words.nextLong();
        long to = words.skip("to").nextLong();
        int type = 1;
        while (!PacketType.name(type).equals(name)) {
            type++;
        }
        cluster().pipe(to, from.sid).sendUnchecked(QuorumPacket.of(type, zxid));
    }

    private ZabTestCluster.Pipe pipe(String text) {
        int arrow = text.indexOf('>');
        return cluster().pipe(Long.parseLong(text.substring(0, arrow)), Long.parseLong(text.substring(arrow + 1)));
    }

    /** The words of a command. */
    private static final class Words {
        private final List<String> words;
        private int at;

        private Words(String line) {
            words = List.of(line.trim().split("\\s+"));
        }

        private @Nullable String nextOrNull() {
            return at < words.size() ? words.get(at++) : null;
        }

        private String next() {
            String word = nextOrNull();
            if (word == null) {
                throw new IllegalArgumentException("the command ends too early");
            }
            return word;
        }

        private long nextLong() {
            return Long.decode(next().toLowerCase(Locale.ROOT));
        }

        private Words skip(String word) {
            if (!next().equals(word)) {
                throw new IllegalArgumentException("expected the word " + word);
            }
            return this;
        }

        private String rest() {
            String rest = String.join(" ", words.subList(at, words.size()));
            at = words.size();
            return rest;
        }
    }
}
