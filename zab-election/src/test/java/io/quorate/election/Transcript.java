package io.quorate.election;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plays a script with a {@link Cluster} and writes down what was said.
 *
 * <pre>
 *   # a comment
 *   &gt; command                             kept; all other lines are what the machines answered
 *
 *   voters 1..5 | observers 6 | group 1 = 1:2:3 | weight 3 = 0 | version 100000001      the configuration from here on
 *   start 1 [zxid 0x5] [epoch 2]          a new process, or a new election in a running one; remembers zxid and epoch
 *   deliver [1&gt;2]                      everything until silence, or one message
 *   drop 1&gt;2 | cut 1 2 | heal | crash 1
 *   tick 200                              milliseconds; what is sent meanwhile waits
 *   run 200                               the same, and everything is delivered at once
 *   settled 3 epoch 1                     it has synchronized
 *   send 1&gt;2 LOOKING leader 1 zxid 0x0 round 1 epoch 0 [version 0] [config text]
 *   bytes 1&gt;2 00ff                     a message in hex
 *   expect 1 FOLLOWING 3 | expect 3 LEADING | expect 1 LOOKING [3]
 *   expect next 400                       milliseconds until the next deadline
 * </pre>
 */
final class Transcript implements Cluster.Listener {
    private static final int MAX_DELIVERIES = 10_000;

    private final Cluster cluster = new Cluster(ElectionSettings.DEFAULT, this);
    private final Map<String, String> configEntries = new TreeMap<>();
    private final Map<Long, long[]> histories = new TreeMap<>();
    private final List<String> output = new ArrayList<>();
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
        if (cluster.nowMs() != shownMs) {
            shownMs = cluster.nowMs();
            output.add("        -- " + shownMs + " ms");
        }
        output.add("    " + line);
    }

    private void execute(Words words) {
        String command = words.next();
        switch (command) {
            case "voters" -> addServers(words.rest(), ":participant");
            case "observers" -> addServers(words.rest(), ":observer");
            case "group", "weight" ->
                addEntry(command + "." + words.next(), words.skip("=").rest());
            case "version" -> addEntry(command, words.rest());
            case "start" -> start(words);
            case "deliver" -> deliver(words);
            case "drop" -> cluster.drop(link(words.next()));
            case "cut" -> cluster.cut(words.nextLong(), words.nextLong());
            case "heal" -> cluster.healAll();
            case "crash" -> cluster.crash(words.nextLong());
            case "tick" -> cluster.advance(words.nextLong() * 1_000_000, c -> {});
            case "run" -> cluster.advance(words.nextLong() * 1_000_000, c -> deliverAll());
            case "settled" ->
                cluster.machine(words.nextLong()).settled(words.skip("epoch").nextLong());
            case "send" -> cluster.inject(link(words.next()), notification(words));
            case "bytes" ->
                cluster.inject(
                        link(words.next()), HexFormat.of().parseHex(words.rest().replace(" ", "")));
            case "expect" -> expect(words);
            default -> throw new IllegalArgumentException("unknown command " + command);
        }
    }

    private void addServers(String ids, String role) {
        for (long sid : Cluster.ids(ids)) {
            addEntry("server." + sid, "host" + sid + ":2888:3888" + role);
        }
    }

    private void addEntry(String key, String value) {
        configEntries.put(key, value);
    }

    private void start(Words words) {
        long sid = words.nextLong();
        long[] history = histories.computeIfAbsent(sid, s -> new long[2]);
        for (String word = words.nextOrNull(); word != null; word = words.nextOrNull()) {
            switch (word) {
                case "zxid" -> history[0] = words.nextLong();
                case "epoch" -> history[1] = words.nextLong();
                default -> throw new IllegalArgumentException("unknown word " + word);
            }
        }
        cluster.look(sid, EnsembleConfig.of(configEntries), history[0], history[1]);
    }

    private void deliver(Words words) {
        String link = words.nextOrNull();
        if (link == null) {
            deliverAll();
        } else {
            cluster.deliver(link(link));
        }
    }

    private void deliverAll() {
        for (int i = 0; !cluster.deliverable().isEmpty(); i++) {
            if (i == MAX_DELIVERIES) {
                throw new AssertionError("the machines never stop talking");
            }
            cluster.deliver(cluster.deliverable().get(0));
        }
    }

    private static byte[] notification(Words words) {
        PeerState state = PeerState.valueOf(words.next());
        long leader = words.skip("leader").nextLong();
        long zxid = words.skip("zxid").nextLong();
        long round = words.skip("round").nextLong();
        long epoch = words.skip("epoch").nextLong();
        int version = Notification.CURRENT_VERSION;
        String config = "version=0";
        for (String word = words.nextOrNull(); word != null; word = words.nextOrNull()) {
            switch (word) {
                case "version" -> version = (int) words.nextLong();
                case "config" -> config = words.rest().replace("\\n", "\n");
                default -> throw new IllegalArgumentException("unknown word " + word);
            }
        }
        return NotificationCodec.encode(
                new Notification(0, state, leader, zxid, round, epoch, version, version >= 2 ? config : null));
    }

    private void expect(Words words) {
        String subject = words.next();
        if (subject.equals("next")) {
            long millis = cluster.untilNextDeadline().orElseThrow() / 1_000_000;
            check(words.nextLong() == millis, "the next deadline is in " + millis + " ms");
            return;
        }
        for (long sid : Cluster.ids(subject.replace(',', ' '))) {
            FastLeaderElection machine = cluster.machine(sid);
            String found = sid + " is " + machine.state() + " for " + machine.vote();
            Words expected = words.copy();
            check(PeerState.valueOf(expected.next()) == machine.state(), found);
            String leader = expected.nextOrNull();
            long wanted =
                    machine.state() == PeerState.LEADING ? sid : machine.vote().leader();
            check(
                    (leader == null ? wanted : Long.parseLong(leader))
                            == machine.vote().leader(),
                    found);
        }
    }

    private static void check(boolean holds, String found) {
        if (!holds) {
            throw new AssertionError("found: " + found);
        }
    }

    private static Cluster.Link link(String text) {
        int arrow = text.indexOf('>');
        return new Cluster.Link(Long.parseLong(text.substring(0, arrow)), Long.parseLong(text.substring(arrow + 1)));
    }

    /** The words of a command. */
    private static final class Words {
        private final List<String> words;
        private int at;

        private Words(String line) {
            this(List.of(line.trim().split("\\s+")), 0);
        }

        private Words(List<String> words, int at) {
            this.words = words;
            this.at = at;
        }

        private Words copy() {
            return new Words(words, at);
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
            String rest = words.subList(at, words.size()).stream().collect(Collectors.joining(" "));
            at = words.size();
            return rest;
        }
    }
}
