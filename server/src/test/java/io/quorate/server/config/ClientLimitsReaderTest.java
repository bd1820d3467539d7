package io.quorate.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.replica.ClientLimits;
import io.quorate.replica.ClientLimits.ConnectionRate;
import io.quorate.replica.ClientLimits.RequestAdmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientLimitsReaderTest {
    @TempDir
    private Path dir;

    private final Properties system = new Properties();

    private ServerConfig read(String... lines) throws IOException {
        Path file = dir.resolve("zoo.cfg");
        Files.writeString(file, "dataDir=" + dir + "\nclientPort=2181\n" + String.join("\n", lines) + "\n");
        return ServerConfigReader.read(file, system, 2);
    }

    private ClientLimits limits(String... lines) throws IOException {
        return read(lines).clientPort().limits();
    }

    @Test
    void withoutAnyThereIsTheReferencesLimitOnOutstandingRequests() throws Exception {
        assertThat(limits()).isEqualTo(ClientLimits.ofOutstanding(ConfigLimits.DEFAULT_OUTSTANDING));
        assertThat(read().warnings()).isEmpty();
    }

    @Test
    void allKeysAreRead() throws Exception {
        system.setProperty("zookeeper.largeRequestMaxBytes", "9000");
        assertThat(limits(
                        "connection_throttle_tokens=100",
                        "connection_throttle_fill_time=10",
                        "connection_throttle_fill_count=5",
                        "connection_throttle_freeze_time=50",
                        "connection_throttle_drop_increase=0.1",
                        "connection_throttle_drop_decrease=0.01",
                        "connection_throttle_decrease_ratio=0.3",
                        "connection_throttle_weight_enabled=true",
                        "connection_throttle_global_session_weight=4",
                        "connection_throttle_local_session_weight=2",
                        "connection_throttle_renew_session_weight=3",
                        "request_throttle_max_requests=50",
                        "request_throttle_drop_stale=false",
                        "request_throttle_stall_time=7",
                        "request_stale_latency_check=true",
                        "request_stale_connection_check=false",
                        "throttled_op_wait_time=250",
                        "largeRequestThreshold=1000",
                        "globalOutstandingLimit=77"))
                .isEqualTo(new ClientLimits(
                        77,
                        new ConnectionRate(400, 10, 20, 50, 0.1, 0.01, 0.3, 4, 2, 3),
                        new RequestAdmission(50, true, false, 250),
                        1000,
                        9000));
    }

    @Test
    void weightsCountOnlyWhenTheyAreSwitchedOn() throws Exception {
        ConnectionRate rate = limits("connection_throttle_tokens=10", "connection_throttle_global_session_weight=4")
                .connections();
        assertThat(rate.tokens()).isEqualTo(10);
        assertThat(rate.globalWeight()).isEqualTo(1);
    }

    @Test
    void aWeightBelowThatOfALocalSessionIsRaisedWithAWarning() throws Exception {
        ServerConfig config = read(
                "connection_throttle_tokens=10",
                "connection_throttle_weight_enabled=true",
                "connection_throttle_local_session_weight=5");
        assertThat(config.clientPort().limits().connections().globalWeight()).isEqualTo(5);
        assertThat(config.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .contains("connection_throttle_global_session_weight=3", "local_session_weight=5"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connection_throttle_drop_increase=1.5 | 0..1",
                "connection_throttle_fill_time=0 | a whole number of 1 or more",
                "connection_throttle_tokens=many | a whole number",
                "request_throttle_max_requests=-1 | a whole number of 0 or more",
                "largeRequestThreshold=104857600 | below largeRequestMaxBytes",
            })
    void wrongValuesEndTheStart(String line, String expected) {
        StartException e = catchThrowableOfType(StartException.class, () -> read(line));
        assertThat(e).hasMessageContaining(line).hasMessageContaining(expected);
    }
}
