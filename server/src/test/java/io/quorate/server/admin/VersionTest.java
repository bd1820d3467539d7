package io.quorate.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void beginsWithTheVersionOfZooKeeperAsToolsExpect() {
        assertThat(Version.text())
                .matches(
                        "3\\.9\\.5-quorate-\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?, built on \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC");
    }

    @Test
    void isReadOnceSoThatAskingForItOpensNoFile() {
        assertThat(Version.text()).isSameAs(Version.text());
    }
}
