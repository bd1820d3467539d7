package io.quorate.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.it.harness.WorkerProcess.Event;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker of the election tests finds what it is there for. */
class MastershipsTest {
    @Test
    void oneAfterTheOtherIsFine() {
        assertThat(Masterships.overlaps(
                        List.of(event(10, "a", "elected"), event(20, "a", "revoked"), event(20, "b", "elected")),
                        Map.of()))
                .isEmpty();
    }

    @Test
    void findsTwoAtOnce() {
        assertThat(Masterships.overlaps(
                        List.of(event(10, "a", "elected"), event(19, "b", "elected"), event(20, "a", "revoked")),
                        Map.of()))
                .singleElement()
                .asString()
                .contains("two masters at once");
    }

    @Test
    void findsOneThatWasNeverRevoked() {
        assertThat(Masterships.overlaps(List.of(event(10, "a", "elected"), event(50, "b", "elected")), Map.of()))
                .hasSize(1);
    }

    @Test
    void whoWasKilledIsMasterNoMore() {
        assertThat(Masterships.overlaps(
                        List.of(event(10, "a", "elected"), event(50, "b", "elected")), Map.of("a", 30L)))
                .isEmpty();
    }

    @Test
    void whoIsKilledLaterThanTheNextIsElectedWasOneTooMany() {
        assertThat(Masterships.overlaps(
                        List.of(event(10, "a", "elected"), event(50, "b", "elected")), Map.of("a", 60L)))
                .hasSize(1);
    }

    private static Event event(long wallMs, String worker, String what) {
        return new Event(wallMs, worker, what, "");
    }
}
