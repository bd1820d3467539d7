package io.quorate.simulation.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.simulation.linearizability.TreeModel.Extent;
import io.quorate.simulation.linearizability.TreeOperation.Answer;
import io.quorate.simulation.linearizability.TreeOperation.Create;
import io.quorate.simulation.linearizability.TreeOperation.Data;
import io.quorate.simulation.linearizability.TreeOperation.DoneAt;
import io.quorate.simulation.linearizability.TreeOperation.Read;
import io.quorate.simulation.linearizability.TreeOperation.SetData;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnseenWritesTest {
    private static final int HISTORIES = 5_000;
    private static final long STEPS = 1_000_000;

    private static Verdict.Answer check(List<Call<TreeOperation>> history) {
        return new LinearizabilityChecker<>(new TreeModel(Extent.NODE), STEPS)
                .check(history)
                .answer();
    }

    private static Call<TreeOperation> create() {
        return new Call<>(
                new TreeOperation(new Create("/r", "", false, 0, false), new DoneAt("/r")),
                -2,
                -1,
                true,
                Call.NONE,
                Call.NO_HINT);
    }

    private static Call<TreeOperation> unanswered(String data, int expected, long invoked) {
        return new Call<>(
                new TreeOperation(new SetData("/r", data, expected, 0), null),
                invoked,
                Call.NEVER,
                false,
                Call.NONE,
                Call.NO_HINT);
    }

    private static Call<TreeOperation> read(String data, int version, long invoked, long returned) {
        Answer answer = new Data(data, version);
        return new Call<>(new TreeOperation(new Read("/r"), answer), invoked, returned, true, Call.NONE, Call.NO_HINT);
    }

    @Test
    void manyUnseenWritesDoNotTakeManySteps() {
        List<Call<TreeOperation>> history = new ArrayList<>(List.of(create()));
        for (int i = 0; i < 60; i++) {
            history.add(unanswered("w" + i, TreeOperation.ANY_VERSION, i));
        }
        history.add(unanswered("last", TreeOperation.ANY_VERSION, 60));
        history.add(read("last", 20, 100, 101));
        history.add(read("never", 21, 102, 103));
        Verdict<TreeOperation> verdict =
                new LinearizabilityChecker<>(new TreeModel(Extent.NODE), STEPS).check(UnseenWrites.inOneOrder(history));
        assertThat(verdict.answer()).isEqualTo(Verdict.Answer.NO);
        assertThat(verdict.steps()).isLessThan(20_000);
    }

    @Test
    void theVerdictStaysTheSame() {
        SplittableRandom random = new SplittableRandom(4711);
        int linearizable = 0;
        for (int i = 0; i < HISTORIES; i++) {
            List<Call<TreeOperation>> history = new ArrayList<>(List.of(create()));
            for (int call = 0; call < 7; call++) {
                long invoked = random.nextInt(10);
                if (random.nextInt(3) == 0) {
                    history.add(read("d" + random.nextInt(7), random.nextInt(4), invoked, invoked + random.nextInt(5)));
                } else {
                    history.add(unanswered("d" + call, random.nextInt(3) - 1, invoked));
                }
            }
            Verdict.Answer expected = check(history);
            linearizable += expected == Verdict.Answer.YES ? 1 : 0;
            assertThat(check(UnseenWrites.inOneOrder(history)))
                    .as("%s", history)
                    .isEqualTo(expected);
        }
        assertThat(linearizable).isBetween(HISTORIES / 10, HISTORIES * 9 / 10);
    }
}
