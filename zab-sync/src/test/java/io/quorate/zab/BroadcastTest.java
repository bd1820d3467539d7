package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BroadcastTest {
    @Test
    void smoke() {
        ZabTestCluster cluster = ZabTestCluster.of(3, 1);
        cluster.elect(1, 2, 3, 4);
        cluster.server(1).propose("a");
        cluster.server(2).write("b");
        cluster.settle();
        assertThat(cluster.server(4).tree).hasSize(2);
    }
}
