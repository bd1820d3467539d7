package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.session.HostPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectStringTest {
    @Test
    void hostsPortsAndChroot() {
        ConnectString parsed = ConnectString.parse("a:1,b,[::1]:3,::2/app/x");
        assertThat(parsed.hosts())
                .containsExactly(
                        new HostPort("a", 1),
                        new HostPort("b", 2181),
                        new HostPort("::1", 3),
                        new HostPort("::2", 2181));
        assertThat(parsed.chroot()).isEqualTo("/app/x");
        assertThat(parsed).hasToString("a:1,b:2181,[::1]:3,[::2]:2181/app/x");
        assertThat(ConnectString.parse("a:1/").chroot()).isEmpty();
        assertThat(ConnectString.parse(" a:1 , b:2,").hosts()).hasSize(2);
    }

    @Test
    void pathsBelowAChroot() {
        ConnectString inside = ConnectString.parse("a:1/app");
        assertThat(inside.toServer("/")).isEqualTo("/app");
        assertThat(inside.toServer("/x")).isEqualTo("/app/x");
        assertThat(inside.toUser("/app")).isEqualTo("/");
        assertThat(inside.toUser("/app/x")).isEqualTo("/x");
        ConnectString whole = ConnectString.parse("a:1");
        assertThat(whole.toServer("/x")).isEqualTo("/x");
        assertThat(whole.toUser("/x")).isEqualTo("/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/app", ",", ":1", "a:0", "a:65536", "a:x", "a:", "a:1/app/", "a:1/../x", "a:1//"})
    void whatIsWrongIsSaid(String text) {
        assertThatThrownBy(() -> ConnectString.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("connect string \"" + text + "\"");
    }
}
