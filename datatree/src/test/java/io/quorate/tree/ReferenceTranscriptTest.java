package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Whether the tree does to the byte what Apache ZooKeeper did with the same requests; see {@link Fixtures}. */
class ReferenceTranscriptTest {
    private static final HexFormat HEX = HexFormat.of();

    private final DataTree tree = new DataTree(Fixtures.settings());
    private final Preparer preparer = new Preparer(tree);
    private final Map<String, TestWatcher> clients = new TreeMap<>();
    private final Deque<byte[]> log = new ArrayDeque<>(Fixtures.txns());
    private long lastZxid;

    @Test
    void everyTransactionIsEncodedAsItWasRead() {
        for (byte[] entry : Fixtures.txns()) {
            assertThat(HEX.formatHex(Txn.decode(entry).encode())).isEqualTo(HEX.formatHex(entry));
        }
    }

    @Test
    void afterEveryTransactionTheDigestIsTheOneInIt() {
        DataTree replayed = new DataTree(Fixtures.settings());
        for (byte[] entry : Fixtures.txns()) {
            Txn txn = Txn.decode(entry);
            replayed.apply(txn, null);
            assertThat(replayed.digestMatches(txn)).as("digest after %s", txn).isTrue();
        }
    }

    @Test
    void theSnapshotItWroteHoldsTheSameTree() {
        DataTree replayed = new DataTree(Fixtures.settings());
        for (byte[] entry : Fixtures.txns()) {
            replayed.apply(Txn.decode(entry), null);
        }
        DataTree loaded = TreeDump.load(
                Fixtures.snapshotFile(), Fixtures.FILE_HEADER_BYTES, Fixtures.settings(), replayed.lastZxid());
        assertThat(TreeDump.of(loaded)).isEqualTo(TreeDump.of(replayed));
        assertThat(loaded.digest()).isEqualTo(replayed.digest());
        assertThat(loaded.approximateDataSize()).isEqualTo(replayed.approximateDataSize());
    }

    @Test
    void requestsLeadToTheSameTransactionsRepliesAndEvents() {
        List<String> lines = Fixtures.transcript();
        for (int i = 0; i < lines.size(); i++) {
            String[] words = lines.get(i).split(" ", -1);
            switch (words[0]) {
                case "C" -> createSession(words);
                case "A" -> authenticate(words);
                case ">" -> {
                    Map<String, List<String>> events = new HashMap<>();
                    String request = lines.get(i);
                    for (i++; lines.get(i).startsWith("E"); i++) {
                        String[] event = lines.get(i).split(" ", -1);
                        events.computeIfAbsent(event[1], c -> new ArrayList<>()).add(event[2]);
                    }
                    request(request, lines.get(i), events);
                }
                default -> throw new IllegalStateException(lines.get(i));
            }
        }
        assertThat(log).isEmpty();
    }

    private void createSession(String[] words) {
        long session = Long.parseUnsignedLong(words[2], 16);
        clients.put(words[1], new TestWatcher(session));
        byte[] body = new JuteWriter().writeInt(Integer.parseInt(words[3])).toByteArray();
        write(clients.get(words[1]), 0, OpCode.CREATE_SESSION, body, "createSession", null);
    }

    private void authenticate(String[] words) {
        TestWatcher client = clients.get(words[1]);
        Authentication.Result result = tree.authentication()
                .authenticate(words[2], words[3].getBytes(StandardCharsets.UTF_8), client.identities);
        assertThat(result.ok()).isEqualTo(words[4].equals("0"));
        // The reference keeps them in a hash set; in this order it expanded "auth" when the fixture was made.
        client.identities.addAll(0, result.added());
    }

    private void request(String request, String reply, Map<String, List<String>> events) {
        String[] words = request.split(" ", -1);
        TestWatcher client = clients.get(words[1]);
        int op = Integer.parseInt(words[3]);
        byte[] body = Fixtures.hex(words[4]);
        JuteWriter out = new JuteWriter();
        int err;
        if (OpCode.isWrite(op)) {
            err = write(client, Integer.parseInt(words[2]), op, body, request, out);
        } else if (op == OpCode.SYNC) {
            return;
        } else {
            err = tree.read(op, new JuteReader(body), client, out);
        }
        String[] expected = reply.split(" ", -1);
        assertThat(err + " " + normal(op, out.toByteArray()))
                .as("reply to %s", show(request))
                .isEqualTo(expected[2] + " " + normal(op, Fixtures.hex(expected[3])));
        clients.forEach((name, watcher) -> {
            List<String> frames =
                    watcher.events.stream().map(e -> HEX.formatHex(e.payload())).toList();
            watcher.events.clear();
            assertThat(frames)
                    .as("events of client %s in %s", name, show(request))
                    .isEqualTo(events.getOrDefault(name, List.of()));
        });
    }

    private static String show(String request) {
        String[] words = request.split(" ", -1);
        return request + " " + new String(Fixtures.hex(words[4]), StandardCharsets.UTF_8);
    }

    private int write(TestWatcher client, int cxid, int op, byte[] body, String what, JuteWriter reply) {
        WriteRequest request =
                new WriteRequest(client.sessionId(), cxid, op, body, List.copyOf(client.identities), ErrorCode.OK);
        byte[] entry = log.remove();
        Txn expected = Txn.decode(entry);
        if (expected.zxid() == lastZxid) {
            // The reference gives an undecodable request the zxid of the transaction before it (client-protocol.md
            // §12); we must not.
            Txn txn = preparer.prepare(request, lastZxid + 1, expected.header().time());
            assertThat(txn.body()).isEqualTo(expected.body());
            return txn.err();
        }
        Txn txn = preparer.prepare(request, expected.zxid(), expected.header().time());
        assertThat(HEX.formatHex(txn.encode()))
                .as("transaction of %s: %s", shown(what), expected)
                .isEqualTo(HEX.formatHex(entry));
        lastZxid = txn.zxid();
        int err = tree.apply(txn, reply);
        assertThat(tree.digestMatches(txn)).isTrue();
        preparer.onApplied(lastZxid);
        assertThat(preparer.inFlight()).isZero();
        return err;
    }

    private static String shown(String what) {
        return what.startsWith(">") ? show(what) : what;
    }

    /** The body in hex, with lists that have no order sorted. */
    private static String normal(int op, byte[] body) {
        if (body.length == 0) {
            return "-";
        }
        JuteReader in = new JuteReader(body);
        return switch (op) {
            case OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2, OpCode.GET_EPHEMERALS -> sorted(in) + rest(in);
            case OpCode.WHO_AM_I -> sortedPairs(in) + rest(in);
            case OpCode.MULTI_READ -> multiRead(in);
            default -> rest(in);
        };
    }

    private static String sorted(JuteReader in) {
        int count = in.readInt();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.readString());
        }
        names.sort(null);
        return names + " ";
    }

    private static String sortedPairs(JuteReader in) {
        int count = in.readInt();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(in.readString() + "=" + in.readString());
        }
        names.sort(null);
        return names + " ";
    }

    private static String multiRead(JuteReader in) {
        StringBuilder result = new StringBuilder();
        while (true) {
            MultiHeader header = MultiHeader.read(in);
            result.append(header);
            if (header.done()) {
                return result + rest(in);
            }
            switch (header.type()) {
                case OpCode.GET_CHILDREN -> result.append(sorted(in));
                case OpCode.GET_DATA -> {
                    byte[] data = in.readBuffer();
                    result.append(data == null ? "null" : HEX.formatHex(data)).append(Stat.read(in));
                }
                default -> result.append(in.readInt());
            }
        }
    }

    private static String rest(JuteReader in) {
        return HEX.formatHex(in.readRemaining());
    }
}
