package io.quorate.zab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static History of(int window, int entries) {
        History history = new History(window);
        for (int i = 1; i <= entries; i++) {
            history.append(ZabTestCluster.txn(1, i));
        }
        return history;
    }

    private static long zxid(long counter) {
        return ZabTestCluster.txn(1, counter).zxid();
    }

    private static List<Long> deliverable(History history) {
        List<Long> result = new ArrayList<>();
        for (Proposal next = history.pollDeliverable(); next != null; next = history.pollDeliverable()) {
            result.add(next.zxid());
        }
        return result;
    }

    @Test
    void deliversWhatIsBothCommittedAndDurable() {
        History history = of(10, 5);

        history.commitThrough(zxid(3));
        assertThat(deliverable(history)).isEmpty();
        history.onDurable(zxid(2));
        assertThat(deliverable(history)).containsExactly(zxid(1), zxid(2));
        history.onDurable(zxid(5));
        assertThat(deliverable(history)).containsExactly(zxid(3));
        assertThat(history.outstanding()).isEqualTo(2);
    }

    @Test
    void theWindowKeepsTheNewestOfTheDelivered() {
        History history = of(3, 5000);
        history.commitThrough(zxid(4998));
        history.onDurable(zxid(5000));

        assertThat(deliverable(history)).hasSize(4998);
        assertThat(history.baseZxid()).isEqualTo(zxid(4995));
        assertThat(history.endSeq() - history.firstSeq()).isEqualTo(5);
        assertThat(history.at(history.seqAfter(zxid(4995))).zxid()).isEqualTo(zxid(4996));
    }

    @Test
    void theWindowIsBoundedInBytesToo() {
        History history = new History(1000, 100);
        for (int i = 1; i <= 50; i++) {
            history.append(new Proposal(zxid(i), new byte[10]));
            history.commitThrough(zxid(i));
            history.onDurable(zxid(i));
            deliverable(history);
            assertThat(history.bytes()).isLessThanOrEqualTo(100);
        }
        assertThat(history.lastZxid()).isEqualTo(zxid(50));
    }

    @Test
    void nothingIsDroppedBeforeItIsDelivered() {
        History history = of(1, 100);
        history.commitThrough(zxid(100));

        assertThat(history.endSeq() - history.firstSeq()).isEqualTo(100);
    }

    @Test
    void truncation() {
        History history = of(10, 5);
        history.onDurable(zxid(5));
        history.commitThrough(zxid(2));
        deliverable(history);
        history.commitThrough(zxid(4));

        assertThat(history.truncateAfter(zxid(3))).isTrue();
        assertThat(history.lastZxid()).isEqualTo(zxid(3));
        assertThat(history.committedZxid()).isEqualTo(zxid(3));
        assertThat(history.durableZxid()).isEqualTo(zxid(3));
        assertThat(history.truncateAfter(zxid(1)))
                .as("below what was delivered the tree must be loaded anew")
                .isFalse();
        history.append(ZabTestCluster.txn(2, 1));
        assertThat(history.lastZxid()).isEqualTo(ZabTestCluster.txn(2, 1).zxid());
    }

    @Test
    void aCutOfTheWholeTail() {
        History history = of(10, 3);

        assertThat(history.truncateAfter(0)).isTrue();
        assertThat(history.lastZxid()).isZero();
        assertThat(history.bytes()).isZero();
    }

    @Test
    void whereItMayEnd() {
        History history = new History(10);
        history.reset(zxid(5));
        history.restore(ZabTestCluster.txn(1, 6));
        history.restore(ZabTestCluster.txn(1, 8));

        assertThat(history.mayEndAt(zxid(4)))
                .as("not held any more: the disk will tell")
                .isTrue();
        assertThat(history.mayEndAt(zxid(5))).isTrue();
        assertThat(history.mayEndAt(zxid(6))).isTrue();
        assertThat(history.mayEndAt(zxid(7))).isFalse();
        assertThat(history.mayEndAt(zxid(8))).isTrue();
        assertThat(history.mayEndAt(zxid(9))).isFalse();
        assertThat(history.mayEndAt(0x200000000L))
                .as("no entry has this number")
                .isTrue();
    }

    @Test
    void refusesWhatIsNotAboveTheLast() {
        History history = of(10, 3);

        assertThatThrownBy(() -> history.append(ZabTestCluster.txn(1, 3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("0x100000003");
    }

    @Test
    void reset() {
        History history = of(10, 3);
        history.reset(zxid(7));

        assertThat(history.lastZxid()).isEqualTo(zxid(7));
        assertThat(history.deliveredZxid()).isEqualTo(zxid(7));
        assertThat(history.hasCommitted()).isFalse();
        history.append(ZabTestCluster.txn(1, 8));
        assertThat(history.at(history.seqAfter(zxid(7))).zxid()).isEqualTo(zxid(8));
    }
}
