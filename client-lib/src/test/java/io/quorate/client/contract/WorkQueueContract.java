package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Events;
import io.quorate.client.ProxiedServer;
import io.quorate.client.QuorateException;
import io.quorate.client.SessionKeeper;
import io.quorate.client.recipe.WorkQueue;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.OpCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work that is done at least once, by one at a time. */
@Timeout(90)
public abstract class WorkQueueContract extends Contract {
    private WorkQueue open(SessionKeeper keeper, String path) {
        return closing(WorkQueue.open(keeper, path, POLICY));
    }

    @Test
    void whatMattersMostComesFirstAndThenInTheOrderOfItsArrival() throws Exception {
        WorkQueue queue = open(keeper(), "/queues/order");
        get(queue.put(bytes("later"), 5));
        get(queue.put(bytes("first"), 1));
        get(queue.put(bytes("second"), 1));
        WorkQueue reader = open(keeper(), "/queues/order");
        get(reader.ready());
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            WorkQueue.Item item = get(reader.take());
            taken.add(text(item.data()));
            get(item.done());
            get(item.done()); // as after an answer that was lost
        }
        assertThat(taken).containsExactly("first", "second", "later");
        assertThat(nodes.getChildren("/queues/order/items").names()).isEmpty();
        assertThat(nodes.getChildren("/queues/order/claims").names()).allMatch(name -> name.startsWith("_g_"));
        assertThatThrownBy(() -> queue.put(bytes(""), -1)).hasMessageContaining("outside 0..999999");
    }

    @Test
    void everyItemIsDoneByOneOfManyConsumers() throws Exception {
        int items = 30;
        WorkQueue producer = open(keeper(), "/queues/many");
        List<WorkQueue> consumers =
                List.of(open(keeper(), "/queues/many"), open(keeper(), "/queues/many"), open(keeper(), "/queues/many"));
        Events<String> done = new Events<>();
        for (WorkQueue each : consumers) {
            work(each, done);
        }
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (int i = 0; i < items; i++) {
            puts.add(producer.put(bytes("item " + i), i % 3));
        }
        for (CompletableFuture<Void> each : puts) {
            get(each);
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < items; i++) {
            String item = done.next();
            assertThat(seen.add(item)).as("%s only once", item).isTrue();
        }
        assertThat(seen).hasSize(items);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails at the end is of no interest
    private static void work(WorkQueue queue, Events<String> done) {
        queue.take()
                .thenCompose(item -> item.done().thenRun(() -> done.add(text(item.data()))))
                .thenRun(() -> work(queue, done));
    }

    @Test
    void itemsArePutAndTakenOnceOverLostConnections() throws Exception {
        ProxiedServer proxy = proxy();
        WorkQueue queue = open(keeper(proxy), "/queues/lost");
        get(queue.put(bytes("1"), 0));
        proxy.loseNextAnswer(OpCode.MULTI);
        get(queue.put(bytes("2"), 0));
        proxy.loseNextRequest(OpCode.MULTI);
        get(queue.put(bytes("3"), 0));
        assertThat(nodes.getChildren("/queues/lost/items").names()).hasSize(3);

        proxy.loseNextAnswer(OpCode.CREATE2);
        WorkQueue.Item first = get(queue.take());
        assertThat(text(first.data())).isEqualTo("1");
        proxy.loseNextAnswer(OpCode.MULTI);
        get(first.done());
        proxy.loseNextRequest(OpCode.CREATE2);
        WorkQueue.Item second = get(queue.take());
        assertThat(text(second.data())).isEqualTo("2");
        proxy.loseNextAnswer(OpCode.DELETE);
        get(second.release());
        get(second.release());
        assertThatThrownBy(() -> get(second.done())).hasMessageContaining("given back");
        Set<String> rest = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            WorkQueue.Item item = get(queue.take());
            rest.add(text(item.data()));
            get(item.done());
        }
        assertThat(rest).containsExactlyInAnyOrder("2", "3");
    }

    @Test
    void twoQueuesOfOneSessionNeverHaveTheSameItem() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper keeper = keeper(proxy);
        WorkQueue one = open(keeper, "/queues/shared");
        WorkQueue other = open(keeper, "/queues/shared");
        get(one.put(bytes("only"), 0));
        CompletableFuture<WorkQueue.Item> first = one.take();
        WorkQueue.Item held = get(first);
        proxy.loseNextAnswer(OpCode.CREATE2);
        CompletableFuture<WorkQueue.Item> second = other.take();
        get(one.put(bytes("more"), 1));
        assertThat(text(get(second).data())).isEqualTo("more");
        get(held.done());
    }

    @Test
    void workOfASessionThatEndsIsGivenToAnotherAndNotTakenFromIt() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper keeper = keeper(proxy);
        WorkQueue lost = open(keeper, "/queues/ended");
        get(lost.put(bytes("work"), 0));
        WorkQueue.Item late = get(lost.take());
        WorkQueue heir = open(keeper(), "/queues/ended");
        CompletableFuture<WorkQueue.Item> inherited = heir.take();
        Events<ConnectionState> states = states(keeper);
        proxy.expire(session(keeper));
        states.until(ConnectionState.EXPIRED);
        states.until(ConnectionState.CONNECTED);
        WorkQueue.Item again = get(inherited);
        assertThatThrownBy(() -> get(late.done())).hasCauseInstanceOf(QuorateException.SessionExpired.class);
        get(late.release());
        assertThat(nodes.getChildren("/queues/ended/claims").names())
                .filteredOn(name -> !name.startsWith("_g_"))
                .hasSize(1);
        get(again.done());
        assertThat(nodes.getChildren("/queues/ended/items").names()).isEmpty();
    }

    @Test
    void aTakerThatWantsNothingMoreLeavesTheItemToTheNext() throws Exception {
        WorkQueue queue = open(keeper(), "/queues/cancel");
        CompletableFuture<WorkQueue.Item> cancelled = queue.take();
        CompletableFuture<WorkQueue.Item> next = queue.take();
        cancelled.cancel(false);
        get(queue.put(bytes("1"), 0));
        get(get(next).done());
        CompletableFuture<WorkQueue.Item> never = queue.take();
        queue.close();
        assertThatThrownBy(() -> get(never)).hasMessageContaining("closed");
        assertThatThrownBy(() -> get(queue.take())).hasMessageContaining("closed");
    }
}
