package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Events;
import io.quorate.client.ProxiedServer;
import io.quorate.client.QuorateClient;
import io.quorate.client.SessionKeeper;
import io.quorate.client.recipe.GroupMembership;
import io.quorate.client.recipe.PersistentNode;
import io.quorate.client.session.ConnectionState;
import io.quorate.protocol.CreateMode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.Stat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes and groups that are there as long as their programs are. */
@Timeout(90)
public abstract class PresenceContract extends Contract {
    /** Looks on over a client of its own, told of each change. */
    private void awaitNode(String path, Predicate wanted) throws Exception {
        Events<String> changes = new Events<>();
        while (true) {
            Optional<Stat> found = nodes.exists(path, event -> changes.add(event.path()));
            if (wanted.test(found)) {
                return;
            }
            changes.next();
        }
    }

    private interface Predicate {
        boolean test(Optional<Stat> found) throws Exception;
    }

    private Predicate ownedBy(SessionKeeper keeper) {
        return found -> found.isPresent()
                && found.get().ephemeralOwner() == keeper.client().sessionId();
    }

    @Test
    void aNodeIsMadeAgainAfterDeletionAndInTheNextSession() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper keeper = keeper(proxy);
        PersistentNode node = PersistentNode.start(keeper, "/present/deep/one", bytes("1"));
        get(node.ready());
        assertThat(node.isThere()).isTrue();
        nodes.delete("/present/deep/one");
        awaitNode("/present/deep/one", ownedBy(keeper));

        Events<ConnectionState> states = states(keeper);
        long first = session(keeper);
        proxy.expire(first);
        states.until(ConnectionState.EXPIRED);
        states.until(ConnectionState.CONNECTED);
        assertThat(keeper.client().sessionId()).isNotEqualTo(first);
        awaitNode("/present/deep/one", ownedBy(keeper));
        assertThat(nodes.getData("/present/deep/one").text()).isEqualTo("1");

        node.setData(bytes("2"));
        awaitNode(
                "/present/deep/one",
                found -> nodes.getData("/present/deep/one").text().equals("2"));
        get(node.closeAsync());
        assertThat(nodes.exists("/present/deep/one")).isEmpty();
        assertThat(node.isThere()).isFalse();
    }

    @Test
    void aNodeWhoseAnswerIsLostIsFoundByItsOwner() throws Exception {
        nodes.create("/present-lost", null);
        ProxiedServer proxy = proxy();
        proxy.loseNextAnswer(OpCode.CREATE2);
        SessionKeeper keeper = keeper(proxy);
        PersistentNode node = PersistentNode.start(keeper, "/present-lost/one", bytes("1"));
        get(node.ready());
        assertThat(nodes.exists("/present-lost/one").orElseThrow().version()).isZero();
        proxy.loseNextAnswer(OpCode.DELETE);
        get(node.closeAsync());
        assertThat(nodes.exists("/present-lost/one")).isEmpty();
    }

    @Test
    void aNodeOfSomebodyElseIsLeftAloneUntilItGoes() throws Exception {
        nodes.create("/present-other", null);
        nodes.create("/present-other/one", bytes("theirs"), CreateMode.EPHEMERAL);
        SessionKeeper keeper = keeper();
        PersistentNode left = PersistentNode.start(keeper, "/present-other/one", bytes("never"));
        // The second object of this keeper proves that the first has looked, since both look in the order of their
        // start.
        get(PersistentNode.start(keeper, "/present-other/two", bytes("")).ready());
        left.setData(bytes("not this either"));
        get(left.closeAsync());
        assertThat(nodes.getData("/present-other/one").text()).isEqualTo("theirs");

        PersistentNode waiting = PersistentNode.start(keeper, "/present-other/one", bytes("ours"));
        nodes.delete("/present-other/one");
        get(waiting.ready());
        assertThat(nodes.getData("/present-other/one").text()).isEqualTo("ours");
    }

    @Test
    void aNodeThatIsClosedWithoutAConnectionGoesAllTheSame() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper keeper = keeper(proxy);
        PersistentNode node = PersistentNode.start(keeper, "/present-cut/one", bytes(""));
        get(node.ready());
        Events<ConnectionState> states = states(keeper);
        states.until(ConnectionState.CONNECTED);
        proxy.cut();
        states.until(ConnectionState.SUSPENDED);
        CompletableFuture<Void> gone = node.closeAsync();
        assertThat(gone).isNotDone();
        proxy.heal();
        get(gone);
        assertThat(nodes.exists("/present-cut/one")).isEmpty();
        assertThat(keeper.client().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aNodeThatIsClosedAtOnceIsNotMadeAfterwards() throws Exception {
        SessionKeeper keeper = keeper();
        session(keeper);
        for (int i = 0; i < 20; i++) {
            String path = "/present-short/" + i;
            PersistentNode node = PersistentNode.start(keeper, path, bytes(""));
            get(node.closeAsync());
            // Behind everything that the keeper's session has asked for.
            QuorateClient session = keeper.client();
            session.blocking().sync(path);
            assertThat(session.blocking().exists(path)).as(path).isEmpty();
        }
    }

    @Test
    void aGroupKnowsWhoComesAndGoes() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper keeper = keeper(proxy);
        Events<String> told = new Events<>();
        GroupMembership watching = GroupMembership.join(
                keeper(),
                "/groups/one",
                "a",
                bytes("1"),
                change -> told.add(change.getClass().getSimpleName() + " " + change.path()));
        get(watching.ready());
        GroupMembership member = GroupMembership.join(keeper, "/groups/one", "b", bytes("2"), change -> {});
        get(member.ready());
        told.has("Added /groups/one/b");
        assertThat(watching.members()).containsOnlyKeys("a", "b");
        assertThat(text(watching.members().get("b"))).isEqualTo("2");
        proxy.expire(session(keeper));
        told.until("Removed /groups/one/b");
        told.until("Added /groups/one/b");
        get(member.leave());
        told.until("Removed /groups/one/b");
        assertThat(watching.members()).containsOnlyKeys("a");
        watching.close();
        assertThatThrownBy(() -> GroupMembership.join(keeper, "/groups/one", "a/b", bytes(""), change -> {}))
                .hasMessageContaining("without a slash");
    }
}
