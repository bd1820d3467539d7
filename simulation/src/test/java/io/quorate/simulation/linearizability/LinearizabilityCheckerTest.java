package io.quorate.simulation.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.linearizability.Verdict.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The search, on a register that holds a number: operations are {@code w1} and {@code r1}. */
class LinearizabilityCheckerTest {
    private static final int HISTORIES = 20_000;
    private static final int MAX_CALLS = 6;

    private static final Model<String, String> REGISTER = new Model<>() {
        @Override
        public String initial() {
            return "0";
        }

        @Override
        public String apply(String state, String operation) {
            String value = operation.substring(1);
            if (operation.startsWith("w")) {
                return value;
            }
            return value.equals(state) ? state : null;
        }
    };

    private static Call<String> call(String operation, long invoked, long returned) {
        return new Call<>(operation, invoked, returned, true, Call.NONE, Call.NO_HINT);
    }

    private static Call<String> unanswered(String operation, long invoked) {
        return new Call<>(operation, invoked, Call.NEVER, false, Call.NONE, Call.NO_HINT);
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    private static Answer check(Call<String>... calls) {
        return new LinearizabilityChecker<>(REGISTER, 1_000_000)
                .check(Arrays.asList(calls))
                .answer();
    }

    @Test
    void nothingIsLinearizable() {
        assertThat(check()).isEqualTo(Answer.YES);
    }

    @Test
    void aReadBehindAWriteSeesIt() {
        assertThat(check(call("w1", 0, 1), call("r1", 2, 3))).isEqualTo(Answer.YES);
        assertThat(check(call("w1", 0, 1), call("r0", 2, 3))).isEqualTo(Answer.NO);
    }

    @Test
    void aReadBesideAWriteMaySeeItOrNot() {
        assertThat(check(call("w1", 0, 5), call("r1", 2, 3))).isEqualTo(Answer.YES);
        assertThat(check(call("w1", 0, 5), call("r0", 2, 3))).isEqualTo(Answer.YES);
    }

    @Test
    void whatOneReaderHasSeenNoLaterOneMayMiss() {
        assertThat(check(call("w1", 0, 9), call("r1", 1, 2), call("r0", 3, 4))).isEqualTo(Answer.NO);
    }

    @Test
    void aWriteWithoutAnAnswerMayHappenLateOrNever() {
        assertThat(check(unanswered("w1", 0), call("r0", 5, 6), call("r1", 7, 8)))
                .isEqualTo(Answer.YES);
        assertThat(check(unanswered("w1", 0), call("r0", 5, 6), call("w2", 7, 8), call("r2", 9, 10)))
                .isEqualTo(Answer.YES);
        assertThat(check(unanswered("w1", 5), call("r1", 1, 4)))
                .as("but not before it was asked for")
                .isEqualTo(Answer.NO);
        assertThat(check(unanswered("w1", 0), call("r1", 1, 2), call("w2", 3, 4), call("r1", 5, 6)))
                .as("nor twice")
                .isEqualTo(Answer.NO);
    }

    @Test
    void callsOfOneSessionKeepTheirOrder() {
        Call<String> first = call("w1", 0, 10);
        Call<String> second = new Call<>("w2", 0, 10, true, 0, Call.NO_HINT);
        assertThat(check(first, second, call("r2", 11, 12))).isEqualTo(Answer.YES);
        assertThat(check(first, second, call("r1", 11, 12))).isEqualTo(Answer.NO);
    }

    @Test
    void aFailureTellsHowFarItCame() {
        Verdict<String> verdict = new LinearizabilityChecker<>(REGISTER, 1000)
                .check(List.of(call("w1", 0, 1), call("w2", 2, 3), call("r1", 4, 5)));
        assertThat(verdict.answer()).isEqualTo(Answer.NO);
        assertThat(verdict.explanation(1)).contains("w2", "r1", "(1 calls before)");
    }

    @Test
    void aSearchThatTakesTooLongIsUndecided() {
        List<Call<String>> calls = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            calls.add(call("w" + i, 0, 100));
        }
        calls.add(call("r99", 0, 100));
        assertThat(new LinearizabilityChecker<>(REGISTER, 1000).check(calls).answer())
                .isEqualTo(Answer.UNDECIDED);
    }

    /** Against all orders of all subsets, tried one after the other. */
    @Test
    void itAgreesWithTryingEverything() {
        SplittableRandom random = new SplittableRandom(20_261_126);
        int linearizable = 0;
        for (int i = 0; i < HISTORIES; i++) {
            List<Call<String>> history = draw(random);
            boolean expected = tryEverything(history, new ArrayList<>());
            linearizable += expected ? 1 : 0;
            assertThat(new LinearizabilityChecker<>(REGISTER, 1_000_000)
                            .check(history)
                            .answer())
                    .as("%s", history)
                    .isEqualTo(expected ? Answer.YES : Answer.NO);
        }
        assertThat(linearizable).isBetween(HISTORIES / 10, HISTORIES * 9 / 10);
    }

    private static List<Call<String>> draw(SplittableRandom random) {
        List<Call<String>> history = new ArrayList<>();
        int count = random.nextInt(2, MAX_CALLS + 1);
        for (int i = 0; i < count; i++) {
            String operation = (random.nextBoolean() ? "w" : "r") + random.nextInt(3);
            long invoked = random.nextInt(10);
            int after = i > 0 && random.nextInt(4) == 0 ? random.nextInt(i) : Call.NONE;
            long hint = random.nextInt(3);
            history.add(
                    random.nextInt(4) == 0
                            ? new Call<>(operation, invoked, Call.NEVER, false, after, hint)
                            : new Call<>(operation, invoked, invoked + random.nextInt(8), true, after, hint));
        }
        return history;
    }

    private static boolean tryEverything(List<Call<String>> history, List<Integer> order) {
        if (isExplained(history, order)) {
            return true;
        }
        for (int i = 0; i < history.size(); i++) {
            if (!order.contains(i)) {
                order.add(i);
                if (tryEverything(history, order)) {
                    return true;
                }
                order.remove(order.size() - 1);
            }
        }
        return false;
    }

    private static boolean isExplained(List<Call<String>> history, List<Integer> order) {
        int[] place = new int[history.size()];
        Arrays.fill(place, -1);
        String state = REGISTER.initial();
        for (int i = 0; i < order.size(); i++) {
            place[order.get(i)] = i;
            state = REGISTER.apply(state, history.get(order.get(i)).operation());
            if (state == null) {
                return false;
            }
        }
        for (int i = 0; i < place.length; i++) {
            Call<String> one = history.get(i);
            if (place[i] < 0 && one.required()) {
                return false;
            }
            if (place[i] >= 0
                    && one.after() != Call.NONE
                    && (place[one.after()] < 0 || place[one.after()] > place[i])) {
                return false;
            }
            for (int j = 0; j < place.length; j++) {
                boolean before = one.returned() < history.get(j).invoked();
                if (place[i] >= 0 && place[j] >= 0 && before && place[i] > place[j]) {
                    return false;
                }
            }
        }
        return true;
    }
}
