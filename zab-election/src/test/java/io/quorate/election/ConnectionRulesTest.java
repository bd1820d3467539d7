package io.quorate.election;

import static io.quorate.election.ConnectionRules.AcceptReaction.CLOSE_AND_DIAL_BACK;
import static io.quorate.election.ConnectionRules.AcceptReaction.IGNORE_SELF;
import static io.quorate.election.ConnectionRules.AcceptReaction.KEEP_REPLACING_OLD;
import static io.quorate.election.ConnectionRules.AcceptReaction.REFUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.election.ConnectionRules.DialReaction;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionRulesTest {
    private static final EnsembleConfig CONFIG = EnsembleConfig.parse("server.1=a:1:2\nserver.2=b:1:3|c:1:4");

    /** election.md §1. */
    @Test
    void theLargerIdsConnectionIsKept() {
        assertThat(ConnectionRules.onHandshake(2, 3)).isEqualTo(KEEP_REPLACING_OLD);
        assertThat(ConnectionRules.onHandshake(2, 1)).isEqualTo(CLOSE_AND_DIAL_BACK);
        assertThat(ConnectionRules.onHandshake(2, 2)).isEqualTo(IGNORE_SELF);
        assertThat(ConnectionRules.onHandshake(2, Long.MAX_VALUE)).isEqualTo(REFUSE);
        assertThat(ConnectionRules.onHandshake(2, -7)).isEqualTo(REFUSE);
        assertThat(ConnectionRules.onHandshakeSent(2, 1)).isEqualTo(DialReaction.KEEP_REPLACING_OLD);
        assertThat(ConnectionRules.onHandshakeSent(2, 3)).isEqualTo(DialReaction.CLOSE_AND_WAIT);
        assertThatThrownBy(() -> ConnectionRules.onHandshakeSent(2, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Otherwise a pair would end with two connections, or with none. */
    @Test
    void bothSidesKeepTheSameConnection() {
        for (long dialler = 0; dialler < 5; dialler++) {
            for (long acceptor = 0; acceptor < 5; acceptor++) {
                if (dialler != acceptor) {
                    assertThat(ConnectionRules.onHandshakeSent(dialler, acceptor) == DialReaction.KEEP_REPLACING_OLD)
                            .isEqualTo(ConnectionRules.onHandshake(acceptor, dialler) == KEEP_REPLACING_OLD);
                }
            }
        }
    }

    @Test
    void dialsBackWhereTheHandshakeSaysUnlessThatIsNowhere() {
        HostPort said = new HostPort("x", 9);
        HostPort wildcard = new HostPort("0.0.0.0", 9);
        HostPort wildcard6 = new HostPort("0:0:0:0:0:0:0:0", 9);
        assertThat(ConnectionRules.dialBackAddresses(new ElectionHandshake(1, List.of(said)), CONFIG))
                .containsExactly(said);
        assertThat(ConnectionRules.dialBackAddresses(new ElectionHandshake(1, List.of(wildcard, said)), CONFIG))
                .containsExactly(said);
        assertThat(ConnectionRules.dialBackAddresses(new ElectionHandshake(2, List.of(wildcard, wildcard6)), CONFIG))
                .containsExactly(new HostPort("b", 3), new HostPort("c", 4));
        assertThat(ConnectionRules.dialBackAddresses(new ElectionHandshake(1, List.of()), CONFIG))
                .containsExactly(new HostPort("a", 2));
        assertThat(ConnectionRules.dialBackAddresses(new ElectionHandshake(9, List.of()), CONFIG))
                .isEmpty();
        assertThat(ConnectionRules.dialBackAddresses(new ElectionHandshake(9, List.of(said)), CONFIG))
                .containsExactly(said);
    }

    @Test
    void framesAreBounded() {
        assertThat(ConnectionRules.isMessageLength(0)).isFalse();
        assertThat(ConnectionRules.isMessageLength(-1)).isFalse();
        assertThat(ConnectionRules.isMessageLength(1)).isTrue();
        assertThat(ConnectionRules.isMessageLength(524288)).isTrue();
        assertThat(ConnectionRules.isMessageLength(524289)).isFalse();
    }

    /** election.md §2: a queue of one, and the last message again on a new connection. */
    @Test
    void theOutboxKeepsTheNewestAndRepeatsTheLast() {
        byte[] first = {1};
        byte[] second = {2};
        byte[] third = {3};
        Outbox outbox = new Outbox();
        outbox.onConnected();
        assertThat(outbox.poll()).isNull();
        assertThat(outbox.isEmpty()).isTrue();
        outbox.offer(first);
        outbox.offer(second);
        assertThat(outbox.isEmpty()).isFalse();
        assertThat(outbox.poll()).isSameAs(second);
        assertThat(outbox.poll()).isNull();
        outbox.onConnected();
        assertThat(outbox.poll()).isSameAs(second);
        outbox.offer(third);
        outbox.onConnected();
        assertThat(outbox.poll()).isSameAs(third);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void aSupersedingMessageReplacesButIsNotSentByItself() {
        byte[] old = {1};
        byte[] newer = {2};
        Outbox outbox = new Outbox();
        outbox.supersede(newer);
        outbox.onConnected();
        assertThat(outbox.poll()).as("a peer that was never spoken to").isNull();
        outbox.offer(old);
        outbox.supersede(newer);
        assertThat(outbox.poll()).isSameAs(newer);
        outbox.offer(old);
        outbox.poll();
        outbox.supersede(newer);
        assertThat(outbox.isEmpty()).isTrue();
        outbox.onConnected();
        assertThat(outbox.poll()).isSameAs(newer);
    }
}
