package io.quorate.client.lease;

import io.quorate.client.Transcript;
import io.quorate.protocol.ErrorCode;
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
 *   kind RENEWED|ANEW|ONCE       first of all; RENEWED otherwise
 *   connected SESSION TIMEOUT_MS | disconnected | ended | close | resign | changed
 *   at MS                        time goes on, with a tick at each moment that the machine asked for
 *   at MS without ticks          the same for a process that was stopped
 *   standing OP free | ours [TOKEN] | taken BY | back LOSS DELAY_MS
 *   claimed OP [TOKEN]           without a token it is a place in the line
 *   watched OP ours|gone | confirmed OP | released OP | failed OP CODE
 *   lapse TOKEN
 *   heard                        something else of the session is answered now; so is each operation when its answer is given here
 * </pre>
 */
class LeaseMachineTest {
    static Stream<Path> transcripts() throws Exception {
        return Transcript.files("lease");
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void conversation(Path file) throws Exception {
        Transcript.check(file, new Script()::run);
    }

    private static final class Script implements LeasePort {
        private LeaseMachine machine = new LeaseMachine(LeaseMachine.Kind.RENEWED, this);
        private List<String> out = new ArrayList<>();
        private final List<Long> heardNanos = new ArrayList<>();
        private long helloNanos;
        private long nowNanos;

        List<String> run(String line) {
            out = new ArrayList<>();
            String[] words = line.split(" ");
            switch (words[0]) {
                case "standing", "claimed", "watched", "confirmed", "released", "heard" -> heardNanos.add(nowNanos);
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
                case "changed" -> machine.onChanged(nowNanos);
                case "kind" -> machine = new LeaseMachine(LeaseMachine.Kind.valueOf(words[1]), this);
                case "standing" -> machine.onInspected(number(words[1]), standing(words), nowNanos);
                case "claimed" ->
                    machine.onClaimed(
                            number(words[1]),
                            words.length > 2 ? Optional.of(title(words[2])) : Optional.empty(),
                            nowNanos);
                case "watched" -> machine.onWatched(number(words[1]), words[2].equals("ours"), nowNanos);
                case "released" -> machine.onReleased(number(words[1]), nowNanos);
                case "resign" -> machine.resign(Optional.empty(), nowNanos);
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

        private static Standing standing(String[] words) {
            return switch (words[2]) {
                case "free" -> new Standing.Free();
                case "ours" -> new Standing.Ours(words.length > 3 ? Optional.of(title(words[3])) : Optional.empty());
                case "taken" ->
                    new Standing.Taken(String.join(" ", List.of(words).subList(3, words.length)));
                case "back" -> new Standing.HeldBack(number(words[3]), millis(words[4]), "not given back");
                default -> throw new IllegalArgumentException(words[2]);
            };
        }

        private static Title title(String token) {
            return new Title(number(token), List.of());
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
        public void inspect(long operation) {
            out.add("inspect #" + operation);
        }

        @Override
        public void claim(long operation) {
            out.add("claim #" + operation);
        }

        @Override
        public void begin(long operation) {
            out.add("begin #" + operation);
        }

        @Override
        public void watch(long operation) {
            out.add("watch #" + operation);
        }

        @Override
        public void confirm(long operation, Title title) {
            out.add("confirm #" + operation);
        }

        @Override
        public void release(long operation) {
            out.add("release #" + operation);
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
        public void begun(Title title, long leaseUntilNanos) {
            out.add("BEGUN token " + title.token() + " until " + millis(leaseUntilNanos) + " ms");
        }

        @Override
        public void extended(long token, long leaseUntilNanos) {
            out.add("token " + token + " until " + millis(leaseUntilNanos) + " ms");
        }

        @Override
        public void ended(long token, Loss why) {
            out.add("ENDED token " + token + " " + why);
        }

        @Override
        public void released() {
            out.add("released");
        }

        @Override
        public void waiting() {
            out.add("waiting");
        }

        @Override
        public void closed() {
            out.add("closed");
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
