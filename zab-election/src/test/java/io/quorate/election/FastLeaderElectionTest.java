package io.quorate.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What transcripts do not show: the machine's edges. */
class FastLeaderElectionTest {
    private static final EnsembleConfig THREE = EnsembleConfig.parse("server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2");
    private static final long MS = 1_000_000;

    /** Writes down what goes out. */
    private static class Recorder implements ElectionPort {
        private final List<String> calls = new ArrayList<>();

        /** What is told on new connections. */
        private String later = "";

        @Override
        public void supersede(byte[] message) {
            Notification told = NotificationCodec.decode(0, message);
            later = told.state() + " for " + told.leader() + " zxid " + told.zxid() + " round " + told.electionEpoch();
        }

        @Override
        public void send(long sid, byte[] message) {
            Notification sent = NotificationCodec.decode(0, message);
            calls.add(sid + " " + sent.state() + " for " + sent.leader() + " round " + sent.electionEpoch() + " epoch "
                    + sent.peerEpoch());
        }

        @Override
        public boolean anyDelivered() {
            return true;
        }

        @Override
        public void connectAll() {
            calls.add("connectAll");
        }

        @Override
        public void elected(PeerState role, Vote vote) {
            calls.add(role + " " + vote.leader());
        }

        private List<String> take() {
            List<String> taken = List.copyOf(calls);
            calls.clear();
            return taken;
        }
    }

    private final Recorder port = new Recorder();
    private final FastLeaderElection machine = new FastLeaderElection(ElectionSettings.DEFAULT, 1, port, EventLog.NONE);

    private static Notification from(long sender, PeerState state, long leader, long round) {
        return new Notification(sender, state, leader, 0, round, 0, 1, null);
    }

    @Test
    void saysNothingBeforeTheFirstElection() {
        machine.onNotification(from(2, PeerState.LOOKING, 2, 5), 0);
        machine.onMessage(2, new byte[3], 0);
        machine.onTick(Long.MAX_VALUE);
        assertThat(port.take()).isEmpty();
        assertThat(machine.state()).isEqualTo(PeerState.LOOKING);
        assertThat(machine.round()).isZero();
        assertThat(machine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> machine.settled(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void asksNobodyButItselfThroughThePortNever() {
        machine.look(THREE, 0, 0, 0);
        assertThat(port.take()).containsExactly("2 LOOKING for 1 round 1 epoch 0", "3 LOOKING for 1 round 1 epoch 0");
        machine.onTick(200 * MS);
        assertThat(port.take()).containsExactly("2 LOOKING for 1 round 1 epoch 0", "3 LOOKING for 1 round 1 epoch 0");
        assertThat(machine.nextDeadlineNanos()).isEqualTo(600 * MS);
    }

    @Test
    void answersWithTheEpochThatSettled() {
        machine.look(THREE, 0, 0, 0);
        machine.onNotification(from(3, PeerState.LOOKING, 3, 1), 0);
        machine.onTick(200 * MS);
        assertThat(port.take()).endsWith("FOLLOWING 3");
        assertThat(machine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        machine.settled(7);
        machine.onNotification(from(2, PeerState.LOOKING, 2, 9), 300 * MS);
        assertThat(port.take()).containsExactly("2 FOLLOWING for 3 round 1 epoch 7");
        assertThat(machine.vote()).isEqualTo(new Vote(3, 0, 1, 7));
        machine.look(THREE, 5, 7, 400 * MS);
        assertThat(machine.vote()).isEqualTo(new Vote(1, 5, 2, 7));
        assertThatThrownBy(() -> machine.settled(8)).isInstanceOf(IllegalStateException.class);
    }

    /** Its disk may keep it from looking for long: those who look must not take it for what it was. */
    @Test
    void saysNothingBetweenTheEndOfATermAndTheNextElection() {
        machine.look(THREE, 0, 0, 0);
        machine.onNotification(from(2, PeerState.LOOKING, 1, 1), 0);
        machine.onTick(200 * MS);
        assertThat(port.take()).endsWith("LEADING 1");
        machine.onNotification(from(2, PeerState.LOOKING, 2, 2), 300 * MS);
        assertThat(port.take()).containsExactly("2 LEADING for 1 round 1 epoch 0");
        machine.retire();
        assertThat(port.later).isEqualTo("LOOKING for 1 zxid -1 round 1");
        assertThat(machine.state()).isEqualTo(PeerState.LOOKING);
        assertThat(machine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
        machine.onNotification(from(2, PeerState.LOOKING, 2, 2), 400 * MS);
        machine.onTick(Long.MAX_VALUE);
        machine.retire();
        assertThat(port.take()).isEmpty();
        machine.look(THREE, 0, 0, 500 * MS);
        assertThat(port.take()).containsExactly("2 LOOKING for 1 round 2 epoch 0", "3 LOOKING for 1 round 2 epoch 0");
    }

    @Test
    void retiringWhileItLooksChangesNothing() {
        machine.look(THREE, 0, 0, 0);
        port.take();
        machine.retire();
        machine.onTick(200 * MS);
        assertThat(port.take()).containsExactly("2 LOOKING for 1 round 1 epoch 0", "3 LOOKING for 1 round 1 epoch 0");
    }

    @Test
    void deadlinesSurviveTheOverflowOfTheClock() {
        long now = Long.MAX_VALUE - 100 * MS;
        machine.look(THREE, 0, 0, now);
        port.take();
        long deadline = machine.nextDeadlineNanos();
        assertThat(deadline).isNegative();
        assertThat(deadline - now).isEqualTo(200 * MS);
        machine.onTick(Long.MAX_VALUE);
        assertThat(port.take()).isEmpty();
        machine.onTick(deadline);
        assertThat(port.take()).hasSize(2);
    }

    @Test
    void aDeadlineIsNeverTheNumberThatMeansNone() {
        machine.look(THREE, 0, 0, Long.MAX_VALUE - 200 * MS);
        assertThat(machine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE - 1);
    }

    /** During a reconfiguration both the current and the proposed configuration must agree. */
    @Test
    void needsAQuorumInBothConfigurations() {
        EnsembleConfig next = EnsembleConfig.parse(
                "server.1=a:1:2\nserver.3=c:1:2\nserver.4=d:1:2\nserver.5=e:1:2\nserver.6=f:1:2\nversion=100000001");
        machine.look(THREE, next, 0, 0, 0);
        assertThat(port.take()).hasSize(5);
        machine.onNotification(from(3, PeerState.LOOKING, 3, 1), 0);
        machine.onTick(150 * MS);
        assertThat(machine.nextDeadlineNanos())
                .as("not the end of the finalize wait")
                .isNotEqualTo(350 * MS);
        machine.onNotification(from(5, PeerState.LOOKING, 3, 1), 150 * MS);
        assertThat(machine.nextDeadlineNanos()).isEqualTo(350 * MS);
        machine.onTick(350 * MS);
        assertThat(machine.state()).isEqualTo(PeerState.FOLLOWING);
    }

    @Test
    void anOlderLastSeenConfigurationDoesNotCount() {
        EnsembleConfig current = EnsembleConfig.parse(THREE.text().replace("version=0", "version=5"));
        machine.look(current, EnsembleConfig.parse("server.1=a:1:2\nserver.9=i:1:2\nversion=4"), 0, 0, 0);
        assertThat(port.take()).hasSize(2);
    }

    @Test
    void mayBeAskedToLookAgainFromWithinThePort() {
        FastLeaderElection[] holder = new FastLeaderElection[1];
        EnsembleConfig newer = EnsembleConfig.parse(THREE.text().replace("version=0", "version=9"));
        Recorder adopting = new Recorder() {
            @Override
            public void newerConfig(EnsembleConfig config) {
                assertThat(config).isEqualTo(newer);
                holder[0].look(config, 0, 0, 0);
            }
        };
        holder[0] = new FastLeaderElection(ElectionSettings.DEFAULT, 1, adopting, EventLog.NONE);
        holder[0].look(THREE, 0, 0, 0);
        holder[0].onNotification(new Notification(3, PeerState.LOOKING, 3, 0, 2, 0, 2, newer.text()), 0);
        assertThat(holder[0].round()).isEqualTo(2);
        assertThat(holder[0].vote().leader()).isEqualTo(3);
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new ElectionSettings(0, 1, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("fastleader.minNotificationInterval=0");
        assertThatThrownBy(() -> new ElectionSettings(300, 200, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("fastleader.maxNotificationInterval=200");
        assertThatThrownBy(() -> new ElectionSettings(1, 1, -1)).isInstanceOf(ConfigException.class);
    }

    /** ZAB: the vote order. */
    @Test
    void votesAreOrderedByEpochThenZxidThenId() {
        Vote vote = new Vote(2, 5, 1, 3);
        assertThat(new Vote(1, 0, 1, 4).beats(vote)).isTrue();
        assertThat(new Vote(1, 6, 1, 3).beats(vote)).isTrue();
        assertThat(new Vote(3, 5, 1, 3).beats(vote)).isTrue();
        assertThat(new Vote(9, 9, 9, 2).beats(vote)).isFalse();
        assertThat(vote.beats(vote)).isFalse();
        Vote none = new Vote(Vote.NO_CANDIDATE, Vote.NO_CANDIDATE, 1, Vote.NO_CANDIDATE);
        assertThat(vote.beats(none)).isTrue();
        assertThat(none.beats(vote)).isFalse();
    }
}
