package io.quorate.client.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void whatIsReadIsWrittenAgain() {
        String text = "{\"a\":[1,-2.5,true,false,null,{}],\"b\\\"\\\\\":\"\\u0001\u00fc\",\"c\":[]}";
        assertThat(Json.write(Json.parse(text))).isEqualTo(text);
        assertThat(Json.parse(" { \"x\" : [ 1 , \"\\n\\/\\u0041\" ] } ")).isEqualTo(Map.of("x", List.of(1L, "\n/A")));
        assertThat(Json.parse("1e3")).isEqualTo(1000.0);
        assertThat(Json.parse("123456789012345678901234567890")).isInstanceOf(Double.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\"",
                "{\"a\":}",
                "[1,",
                "[1 2]",
                "tru",
                "\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\uZZZZ\"",
                "1 2",
                "-",
                "{a:1}",
                "{} x"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is expected");
    }

    @Test
    void depthIsBounded() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).hasMessageContaining("at most 32 levels");
    }
}
