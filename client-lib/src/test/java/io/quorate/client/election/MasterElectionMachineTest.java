package io.quorate.client.election;

import io.quorate.client.Transcript;
import io.quorate.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations with the pure machine. Inputs:
 *
 * <pre>
 *   connected SESSION TIMEOUT_MS | disconnected | ended | close | changed
 *   at MS                        time goes on, with a tick at each moment that the machine asked for
 *   at MS without ticks          the same for a process that was stopped
 *   read OP none|OWNER VERSION MZXID
 *   claimed OP OWNER MZXID | confirmed OP | failed OP CODE
 *   lapse TERM
 *   heard                        something else of the session is answered now; so is each operation when its answer is given here
 * </pre>
 */
class MasterElectionMachineTest {
    static Stream<Path> transcripts() throws Exception {
        return Transcript.files("election");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void conversation(Path file) throws Exception {
        Transcript.check(file, new Script()::run);
    }

    private static final class Script implements ElectionPort {
        private final MasterElectionMachine machine = new MasterElectionMachine(this);
        private List<String> out = new ArrayList<>();
        private final List<Long> heardNanos = new ArrayList<>();
        private long helloNanos;
        private long nowNanos;

        List<String> run(String line) {
            out = new ArrayList<>();
            String[] words = line.split(" ");
            switch (words[0]) {
                case "read", "claimed", "confirmed", "heard" -> heardNanos.add(nowNanos);
                case "connected" -> {
                    helloNanos = nowNanos;
                    heardNanos.clear();
                }
                default -> {}
            }
            switch (words[0]) {
                case "heard" -> {}
                case "connected" -> machine.onConnected(number(words[1]), millis(words[2]), nowNanos);
                case "disconnected" -> machine.onDisconnected(nowNanos);
                case "ended" -> machine.onSessionEnded(nowNanos);
                case "close" -> machine.close(nowNanos);
                case "changed" -> machine.onNodeChanged(nowNanos);
                case "read" -> machine.onRead(number(words[1]), node(words), nowNanos);
                case "claimed" ->
                    machine.onClaimed(
                            number(words[1]),
                            new MasterNode(new byte[0], number(words[2]), 0, number(words[3])),
                            nowNanos);
                case "confirmed" -> machine.onConfirmed(number(words[1]), nowNanos);
                case "failed" -> machine.onFailed(number(words[1]), ErrorCode.valueOf(words[2]), words[2], nowNanos);
                case "lapse" -> machine.onLapse(number(words[1]), nowNanos);
                case "at" -> at(millis(words[1]), words.length > 2);
                default -> throw new IllegalArgumentException(line);
            }
            return out;
        }

        private void at(long untilNanos, boolean stopped) {
            while (!stopped && machine.delayNanos(nowNanos) <= untilNanos - nowNanos) {
                nowNanos += machine.delayNanos(nowNanos);
                out.add("  (" + TimeUnit.NANOSECONDS.toMillis(nowNanos) + " ms)");
                machine.onTick(nowNanos);
            }
            nowNanos = untilNanos;
        }

        private static Optional<MasterNode> node(String[] words) {
            return words[2].equals("none")
                    ? Optional.empty()
                    : Optional.of(new MasterNode(
                            "x".getBytes(StandardCharsets.UTF_8),
                            number(words[2]),
                            (int) number(words[3]),
                            number(words[4])));
        }

        private static long number(String word) {
            return Long.decode(word);
        }

        private static long millis(String word) {
            return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(word));
        }

        private static long millis(long nanos) {
            return TimeUnit.NANOSECONDS.toMillis(nanos);
        }

        @Override
        public void read(long operation) {
            out.add("read #" + operation);
        }

        @Override
        public void claim(long operation) {
            out.add("claim #" + operation);
        }

        @Override
        public void reclaim(long operation, int version) {
            out.add("reclaim #" + operation + " at version " + version);
        }

        @Override
        public void confirm(long operation) {
            out.add("confirm #" + operation);
        }

        @Override
        public long provenBefore(long cutoffNanos) {
            return heardNanos.stream()
                    .mapToLong(each -> each)
                    .filter(each -> each <= cutoffNanos)
                    .max()
                    .orElse(helloNanos);
        }

        @Override
        public void elected(long term, long leaseUntilNanos) {
            out.add("ELECTED term " + term + " until " + millis(leaseUntilNanos) + " ms");
        }

        @Override
        public void leaseExtended(long term, long leaseUntilNanos) {
            out.add("term " + term + " until " + millis(leaseUntilNanos) + " ms");
        }

        @Override
        public void revoked(long term, Revocation why) {
            out.add("REVOKED term " + term + " " + why);
        }

        @Override
        public void masterIs(Optional<MasterNode> master) {
            out.add("master is "
                    + master.map(node -> "session " + node.ownerSession()).orElse("nobody"));
        }

        @Override
        public void info(String message) {
            out.add("  " + message);
        }

        @Override
        public void warn(String message) {
            out.add("  warning: " + message);
        }
    }
}
