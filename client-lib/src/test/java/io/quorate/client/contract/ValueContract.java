package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.ProxiedServer;
import io.quorate.client.QuorateException;
import io.quorate.client.SessionKeeper;
import io.quorate.client.recipe.AtomicValue;
import io.quorate.client.recipe.Counter;
import io.quorate.client.recipe.UniqueIds;
import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values that change one at a time, and exactly once. */
@Timeout(90)
public abstract class ValueContract extends Contract {
    @Test
    void eachAdditionOfManyCountsOnce() throws Exception {
        List<Counter> counters = List.of(
                new Counter(keeper(), "/counters/many", POLICY), new Counter(keeper(), "/counters/many", POLICY));
        assertThat(get(counters.get(0).get())).isZero();
        List<CompletableFuture<Long>> sums = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sums.add(counters.get(i % 2).add(1));
        }
        Set<Long> seen = new TreeSet<>();
        for (CompletableFuture<Long> each : sums) {
            seen.add(get(each));
        }
        assertThat(seen).as("each sum once").hasSize(20).startsWith(1L).endsWith(20L);
        assertThat(nodes.getChildren("/counters/many").names())
                .as("guards are taken away")
                .hasSizeLessThan(20);
    }

    @Test
    void anAdditionWhoseAnswerIsLostCountsOnce() throws Exception {
        ProxiedServer proxy = proxy();
        Counter counter = new Counter(keeper(proxy), "/counters/lost", POLICY);
        assertThat(get(counter.add(5))).isEqualTo(5);
        proxy.loseNextAnswer(OpCode.MULTI);
        assertThat(get(counter.add(1))).isEqualTo(6);
        proxy.loseNextRequest(OpCode.MULTI);
        assertThat(get(counter.add(1))).isEqualTo(7);
        assertThat(get(new Counter(keeper(), "/counters/lost", POLICY).get())).isEqualTo(7);
        assertThat(get(counter.compareAndSet(7, 1))).isTrue();
        assertThat(get(counter.compareAndSet(7, 2))).isFalse();
        assertThatThrownBy(() -> get(counter.add(Long.MAX_VALUE))).hasCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void aCollisionAfterALostConnectionIsTriedAgain() throws Exception {
        ProxiedServer proxy = proxy();
        AtomicValue value = new AtomicValue(keeper(proxy), "/values/collision", bytes(""), POLICY);
        get(value.update(old -> bytes("a")));
        List<String> seen = new ArrayList<>();
        byte[] result = get(value.update(old -> {
            seen.add(text(old));
            if (seen.size() == 1) {
                // Somebody else is faster, and the write is lost on its way besides.
                set("/values/collision", "b");
                proxy.loseNextRequest(OpCode.MULTI);
            }
            return bytes(text(old) + "c");
        }));
        assertThat(seen).containsExactly("a", "b");
        assertThat(text(result)).isEqualTo("bc");
        assertThat(nodes.getData("/values/collision").text()).isEqualTo("bc");
    }

    private void set(String path, String data) {
        try {
            nodes.setData(path, bytes(data));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aChangeThatTheEndOfTheSessionLeavesInDoubtSaysSo() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper keeper = keeper(proxy);
        AtomicValue value = new AtomicValue(keeper, "/values/doubt", bytes(""), POLICY);
        get(value.update(old -> bytes("1")));
        long session = session(keeper);
        CompletableFuture<byte[]> change = value.update(old -> {
            proxy.loseNextAnswer(OpCode.MULTI, proxy::cut);
            return bytes("2");
        });
        proxy.awaitCut();
        proxy.expire(session);
        assertThatThrownBy(() -> get(change))
                .cause()
                .isInstanceOfSatisfying(
                        QuorateException.class,
                        failure -> assertThat(failure.mayHaveHappened()).isTrue());
        assertThat(nodes.getData("/values/doubt").text()).isEqualTo("2");
    }

    @Test
    void numbersAreUniqueAndGrow() throws Exception {
        ProxiedServer proxy = proxy();
        UniqueIds one = new UniqueIds(keeper(proxy), "/ids/of/jobs", POLICY);
        UniqueIds other = new UniqueIds(keeper(), "/ids/of/jobs", POLICY);
        long last = 0;
        for (int i = 0; i < 10; i++) {
            if (i == 5) {
                proxy.loseNextAnswer(OpCode.SET_DATA);
            }
            long next = get((i % 2 == 1 ? one : other).next());
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }
}
