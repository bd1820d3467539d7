package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Events;
import io.quorate.client.Op;
import io.quorate.client.ProxiedServer;
import io.quorate.client.QuorateClient;
import io.quorate.client.SessionKeeper;
import io.quorate.client.config.Configuration;
import io.quorate.client.config.Setting;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Settings that follow the servers, and are there without them. */
@Timeout(90)
public abstract class ConfigurationContract extends Contract {
    @Test
    void typedValuesFollowTheServersAndBadOnesChangeNothing() throws Exception {
        Configuration configuration =
                closing(Configuration.builder(keeper(), "/config/typed").start());
        Events<Object> told = new Events<>();
        Setting<Integer> limit = configuration.setting("limits/requests", 100);
        limit.addListener(told::add);
        Setting<Boolean> on = configuration.setting("feature", false);
        on.addListener(told::add);
        get(configuration.set("limits/requests", "7"));
        told.until(7);
        assertThat(limit.get()).isEqualTo(7);
        get(configuration.set("feature", "perhaps"));
        get(configuration.set("limits/requests", "many"));
        get(configuration.set("feature", "true"));
        told.until(true);
        assertThat(limit.get()).as("a value that cannot be understood").isEqualTo(7);
        nodes.delete("/config/typed/limits/requests");
        told.until(100);
        assertThat(configuration.text("feature")).contains("true");
        assertThat(configuration.source()).isEqualTo(Configuration.Source.SERVERS);
        assertThatThrownBy(() -> configuration.setting("a//b", "")).hasMessageContaining("key \"a//b\"");
    }

    @Test
    void whatChangesTogetherIsSeenTogether() throws Exception {
        nodes.create("/config-pair", null);
        nodes.create("/config-pair/host", bytes("0"));
        nodes.create("/config-pair/port", bytes("0"));
        Configuration configuration =
                closing(Configuration.builder(keeper(), "/config-pair").start());
        Events<Map<String, String>> told = new Events<>();
        configuration.addListener(told::add);
        get(configuration.ready());
        Set<String> seen = new HashSet<>();
        for (int i = 1; i <= 20; i++) {
            byte[] value = bytes(Integer.toString(i));
            nodes.multi(Op.setData("/config-pair/host", value), Op.setData("/config-pair/port", value));
        }
        while (!seen.contains("20")) {
            Map<String, String> values = told.next();
            assertThat(values.get("host")).isEqualTo(values.get("port"));
            seen.add(values.get("host"));
        }
    }

    @Test
    void theLastValuesAreThereWithoutServers(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("last-good");
        ProxiedServer proxy = proxy();
        SessionKeeper first = keeper(proxy);
        try (Configuration configuration =
                Configuration.builder(first, "/config/kept").keptIn(file).start()) {
            get(configuration.set("a", "first line\nsecond = line"));
            get(configuration.set("b/c", "\u00fc"));
            Events<Map<String, String>> told = new Events<>();
            configuration.addListener(told::add);
            if (configuration.values().size() < 2) {
                told.until(values -> values.size() == 2);
            }
        }
        try (SessionKeeper nobody = SessionKeeper.start(QuorateClient.builder(deadAddress()));
                Configuration configuration = Configuration.builder(nobody, "/config/kept")
                        .keptIn(file)
                        .start()) {
            get(configuration.ready());
            assertThat(configuration.source()).isEqualTo(Configuration.Source.DISK);
            assertThat(configuration.values())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("a", "first line\nsecond = line", "b/c", "\u00fc"));
            assertThat(configuration.setting("b/c", "").get()).isEqualTo("\u00fc");
        }
        // Servers that were set up anew have no such path: that is no wish to have no values.
        try (Configuration configuration =
                Configuration.builder(first, "/config/anew").keptIn(file).start()) {
            get(configuration.ready());
            assertThat(configuration.values()).hasSize(2);
            Events<Map<String, String>> told = new Events<>();
            configuration.addListener(told::add);
            get(configuration.set("a", "again"));
            told.until(values -> values.equals(Map.of("a", "again")));
        }
        Files.writeString(file, Files.readString(file).replace("again", "wrong"));
        try (SessionKeeper nobody = SessionKeeper.start(QuorateClient.builder(deadAddress()));
                Configuration configuration = Configuration.builder(nobody, "/config/anew")
                        .keptIn(file)
                        .start()) {
            assertThat(configuration.source()).as("a damaged file").isEqualTo(Configuration.Source.NONE);
            assertThat(configuration.values()).isEmpty();
        }
    }

    private static String deadAddress() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
