package io.quorate.server.config;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper's keys that this server knows by name only. A key whose value asks for nothing but what the server does anyway is accepted
 * silently; another one is a warning; one that would leave the server open where its operator believes it locked ends the start.
 */
final class NotThereYet {
    /** What a key asks for, and the value that asks for nothing. */
    private record Entry(@Nullable String neutral, boolean protects) {}

    private static final Map<String, Entry> ENTRIES = new HashMap<>();

    /** Families of keys, by the beginning of their names. */
    private static final String[] PREFIXES = {
        "metricsProvider.",
        "ssl.",
        "jvm.pause.monitor",
        "admin.",
        "quorum.auth.",
        "multiAddress.",
        "audit.",
        "snapshot.",
        "connectionMaxConnectRate",
        "nio.",
        "netty.",
        "commitProcessor.",
        "watchManagerName",
        "bitHashCacheSize",
        "watcherClean"
    };

    static {
        off("observerMasterPort", "0");
        off("reconfigEnabled", "false");
        off("portUnification", "false");
        off("sslQuorumReloadCertFiles", "false");
        off("multiAddress.enabled", "false");
        off("quorum.cnxn.threads.size", null);
        off("quorum.auth.enableSasl", "false");
        off("oraclePath", null);
        off("syncEnabled", "true");
        off("jvm.pause.monitor", "false");
        off("closeSessionTxn.enabled", "true");
        off("enableEagerACLCheck", "false");
        off("flushDelay", "0");
        off("maxBatchSize", null);
        off("maxWriteQueuePollTime", null);
        off("admin.enableServer", "false");
        off("leader.maxTimeToWaitForEpoch", "-1");
        off("observer.election.DelayMs", null);
        // Netty is what Apache's server needs for TLS.
        off("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
        off("client.certReload", "false");
        off("ssl.sslProvider", "JDK");
        off("ssl.hostnameVerification", "true");
        off("audit.enable", "false");
        off("emulate353TTLNodes", "false");
        off("sasl.client", null);

        protects("ssl.crl", "false");
        protects("ssl.ocsp", "false");
        protects("ssl.clientHostnameVerification", "false");
        protects("ssl.context.supplier.class", null);
        protects("sslQuorum", "false");
        protects("quorum.auth.serverRequireSasl", "false");
        protects("quorum.auth.learnerRequireSasl", "false");
    }

    private NotThereYet() {}

    static Iterable<String> names() {
        return ENTRIES.keySet();
    }

    /** Keys that ask for a protection; they count as system properties, too. */
    static List<String> protecting() {
        return ENTRIES.entrySet().stream()
                .filter(entry -> entry.getValue().protects)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Says what is to be said about a key of the file that nobody has asked for.
     *
     * @return a warning; an empty text if the value changes nothing; null if ZooKeeper does not know the key either
     * @throws StartException if going on would leave something open that the key is meant to protect
     */
    static @Nullable String judge(Settings settings, String key, String value) {
        Entry entry = ENTRIES.get(key);
        if (entry == null) {
            return startsWithKnownPrefix(key) ? warning(key, value) : null;
        }
        if (value.toLowerCase(Locale.ROOT)
                .equals(entry.neutral == null ? null : entry.neutral.toLowerCase(Locale.ROOT))) {
            return "";
        }
        if (entry.protects) {
            throw settings.wrong(key + "=" + value
                    + " asks for a protection that Quorate does not have yet; remove the line if the server may run"
                    + " without it.");
        }
        return warning(key, value);
    }

    private static String warning(String key, String value) {
        return key + "=" + value + " is ignored: Quorate does not have this yet";
    }

    private static boolean startsWithKnownPrefix(String key) {
        for (String prefix : PREFIXES) {
            if (key.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static void off(String key, @Nullable String neutral) {
        ENTRIES.put(key, new Entry(neutral, false));
    }

    private static void protects(String key, @Nullable String neutral) {
        ENTRIES.put(key, new Entry(neutral, true));
    }
}
