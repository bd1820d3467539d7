package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndedSessionsTest {
    @Test
    void anEndIsRememberedForItsTime() {
        EndedSessions ended = new EndedSessions(100, 1000);
        ended.add(1, -50);
        ended.add(1, 0);
        assertThat(ended.contains(1)).isTrue();
        ended.add(2, 50);
        assertThat(ended.contains(1)).as("100 ns after").isTrue();
        ended.add(3, 51);
        assertThat(ended.contains(1)).as("101 ns after").isFalse();
        assertThat(ended.contains(2)).isTrue();
    }

    @Test
    void notMoreThanSoManyAreRemembered() {
        EndedSessions ended = new EndedSessions(100, 2);
        for (long id = 1; id <= 5; id++) {
            ended.add(id, 0);
        }
        assertThat(ended.contains(3)).isFalse();
        assertThat(ended.contains(4)).isTrue();
        assertThat(ended.contains(5)).isTrue();
    }
}
