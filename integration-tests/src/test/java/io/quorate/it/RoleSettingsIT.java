package io.quorate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.it.harness.Await;
import io.quorate.it.harness.Ensemble;
import io.quorate.it.harness.Kind;
import io.quorate.it.harness.ServerProcess;
import io.quorate.it.harness.Servers;
import io.quorate.it.harness.StockClient;
import io.quorate.it.harness.WireClient;
import java.io.IOException;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a server leads and observes, where that is configured. */
@Tag("full")
@Timeout(240)
class RoleSettingsIT {
    @RegisterExtension
    final Servers servers = new Servers();

    /** leaderServes=no: the leader leads, and says and does nothing else. */
    @ParameterizedTest
    @EnumSource
    void aLeaderThatDoesNotServeLeads(Kind kind) throws Exception {
        Ensemble ensemble =
                servers.ensemble(builder -> builder.voters(kind, kind, kind).config("leaderServes", "no"));
        ensemble.start();
        Await.until(
                "two servers to serve",
                StockClient.SESSION_TIMEOUT.multipliedBy(4),
                () -> ensemble.followers().size() == 2);
        ServerProcess leader = ensemble.servers().stream()
                .filter(each -> each.mode().isEmpty())
                .findFirst()
                .orElseThrow();
        leader.awaitNotServing();
        assertThatThrownBy(() -> WireClient.session(leader)).isInstanceOf(IOException.class);

        StockClient one = servers.client(ensemble.followers().get(0));
        StockClient other = servers.client(ensemble.followers().get(1));
        one.create("/a", "by one");
        one.create("/a/e", "", CreateMode.EPHEMERAL);
        other.sync();
        assertThat(other.get("/a")).isEqualTo("by one");
        one.close();
        other.sync();
        assertThat(other.exists("/a/e")).isFalse();

        ensemble.followers().get(0).kill9();
        other.set("/a", "by the other and a leader that does not serve");
        assertThat(other.get("/a")).isEqualTo("by the other and a leader that does not serve");
    }

    /** observer.reconnectDelayMs: it comes back. */
    @Test
    void anObserverComesBackAfterItsDelay() throws Exception {
        Kind kind = Kind.underTest();
        Ensemble ensemble = servers.ensemble(builder ->
                builder.voters(kind, kind, kind).observers(kind).config("observer.reconnectDelayMs", "2000"));
        ensemble.start().awaitServing();
        ServerProcess observer = ensemble.server(4);
        ServerProcess leader = ensemble.leader();
        leader.kill9();
        leader.start();
        ensemble.awaitServing();
        observer.awaitMode("observer");
        StockClient client = servers.client(observer);
        client.create("/a", "through the observer");
        assertThat(client.get("/a")).isEqualTo("through the observer");
    }
}
