package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionTableTest {
    private final SessionTable table = new SessionTable();

    @Test
    void holdsWhatAMapWouldHold() {
        Random random = new Random(1);
        Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            long id = 0x100000000000000L * random.nextInt(3) + random.nextInt(2000);
            if (random.nextInt(3) == 0) {
                table.remove(id);
                model.remove(id);
            } else {
                table.put(id, i);
                model.put(id, i);
            }
        }
        assertThat(table.size()).isEqualTo(model.size());
        Map<Long, Integer> seen = new HashMap<>();
        table.forEach(seen::put);
        assertThat(seen).isEqualTo(model);
        assertThat(table.ids())
                .containsExactlyInAnyOrder(
                        model.keySet().stream().mapToLong(Long::longValue).toArray());
        model.forEach((id, timeoutMs) -> assertThat(table.timeoutMs(id)).isEqualTo(timeoutMs));
        assertThat(table.contains(-1)).isFalse();
        assertThat(table.timeoutMs(-1)).isZero();
    }

    @Test
    void ephemeralsOutliveTheirSessionInTheTable() {
        TreeBed bed = new TreeBed();
        bed.openSession(5);
        bed.write(5, 1, TreeBed.createBody("/e", 1));
        bed.tree.store().sessions.remove(5);
        assertThat(bed.tree.sessions().contains(5)).isFalse();
        assertThat(bed.tree.ephemerals(5)).containsExactly("/e");
        assertThat(bed.tree.danglingOwners()).containsExactly(5);
        bed.closeSession(5);
        assertThat(bed.tree.danglingOwners()).isEmpty();
        assertThat(bed.exists("/e")).isFalse();
    }
}
