package io.quorate.election;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who belongs to the ensemble, who votes, and how votes are counted. Immutable.
 *
 * <p>Its {@linkplain #text() text} travels in election messages, in NEWLEADER and in {@code /zookeeper/config}:
 *
 * <pre>
 *   server.1=127.0.0.1:3281:3381:participant
 *   server.4=127.0.0.1:3284:3384:observer;0.0.0.0:3184
 *   group.1=1                                    only if hierarchical: every voter in exactly one group,
 *   weight.1=1                                   and a line for the weight of every voter
 *   version=10000000c                            hex; 0 for what was read from zoo.cfg
 * </pre>
 *
 * Lines are joined by "\n", without a final one. The reference prints servers in the order of its hash table, which is ascending for ids
 * below 16; here they are always ascending. Nobody may depend on the order: configurations of the same version are the same.
 */
public final class EnsembleConfig {
    private static final String SERVER = "server.";
    private static final String GROUP = "group.";
    private static final String WEIGHT = "weight.";
    private static final String VERSION = "version";

    private final SortedMap<Long, ServerSpec> servers;
    /** From voters to groups; empty if and only if the quorum is a majority. */
    private final SortedMap<Long, Long> groups;

    private final long version;
    private final SortedSet<Long> voters;
    private final SortedSet<Long> observers;
    private final QuorumVerifier quorum;
    private final String text;

    private EnsembleConfig(Entries entries) {
        servers = Collections.unmodifiableSortedMap(entries.servers);
        groups = Collections.unmodifiableSortedMap(entries.groups);
        version = entries.version;
        voters = idsOf(servers.values(), ServerSpec.Role.PARTICIPANT);
        observers = idsOf(servers.values(), ServerSpec.Role.OBSERVER);
        entries.checkGroups(voters);
        quorum = groups.isEmpty() ? new MajorityQuorum(voters) : new HierarchicalQuorum(groups, entries.weights);
        SortedMap<Long, Long> allWeights = new TreeMap<>(entries.weights);
        groups.keySet().forEach(voter -> allWeights.putIfAbsent(voter, quorum.weight(voter)));
        text = writeText(allWeights);
    }

    /**
     * Reads a configuration text, in Java's properties syntax.
     *
     * @throws ConfigException if a line is wrong or has a key that does not belong there
     */
    public static EnsembleConfig parse(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("configuration", text, "lines of the form key=value (" + e.getMessage() + ")");
        }
        Map<String, String> entries = new TreeMap<>();
        for (String key : properties.stringPropertyNames()) {
            entries.put(key, properties.getProperty(key));
        }
        return of(entries);
    }

    /**
     * The configuration that these entries make, such as those of a zoo.cfg for which {@link #isEntry} is true.
     *
     * @throws ConfigException if an entry is wrong or has a key that does not belong there
     */
    public static EnsembleConfig of(Map<String, String> entries) {
        Entries read = new Entries();
        new TreeMap<>(entries).forEach(read::add);
        return new EnsembleConfig(read);
    }

    /** Whether a key of a zoo.cfg belongs into this configuration. */
    public static boolean isEntry(String key) {
        return key.startsWith("server.") || key.startsWith("group") || key.startsWith("weight") || key.equals(VERSION);
    }

    /** The zxid of the transaction that made this configuration; 0 if none did. */
    public long version() {
        return version;
    }

    /** All servers, by ascending id. */
    public Collection<ServerSpec> servers() {
        return servers.values();
    }

    public Optional<ServerSpec> server(long sid) {
        return Optional.ofNullable(servers.get(sid));
    }

    /** The ids of the servers that vote, ascending. */
    public SortedSet<Long> voters() {
        return voters;
    }

    /** The ids of the servers that do not vote, ascending. */
    public SortedSet<Long> observers() {
        return observers;
    }

    public boolean isVoter(long sid) {
        return voters.contains(sid);
    }

    public QuorumVerifier quorum() {
        return quorum;
    }

    /** The one text of this configuration, as it goes over the wire. */
    public String text() {
        return text;
    }

    private String writeText(SortedMap<Long, Long> writtenWeights) {
        List<String> lines = new ArrayList<>();
        servers.values().forEach(server -> lines.add(server.toString()));
        SortedMap<Long, StringBuilder> members = new TreeMap<>();
        groups.forEach((voter, group) -> {
            StringBuilder line = members.computeIfAbsent(group, g -> new StringBuilder());
            line.append(line.isEmpty() ? "" : ":").append(voter);
        });
        members.forEach((group, ids) -> lines.add(GROUP + group + "=" + ids));
        writtenWeights.forEach((id, weight) -> lines.add(WEIGHT + id + "=" + weight));
        lines.add(VERSION + "=" + Long.toHexString(version));
        return String.join("\n", lines);
    }

    private static SortedSet<Long> idsOf(Collection<ServerSpec> servers, ServerSpec.Role role) {
        SortedSet<Long> ids = new TreeSet<>();
        for (ServerSpec server : servers) {
            if (server.role() == role) {
                ids.add(server.id());
            }
        }
        return Collections.unmodifiableSortedSet(ids);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EnsembleConfig config && text.equals(config.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /** The entries of a configuration while it is read. */
    private static final class Entries {
        private final SortedMap<Long, ServerSpec> servers = new TreeMap<>();
        private final SortedMap<Long, Long> groups = new TreeMap<>();
        private final SortedMap<Long, Long> weights = new TreeMap<>();
        private long version;

        private void add(String key, String untrimmed) {
            String value = untrimmed.trim();
            if (key.startsWith(SERVER)) {
                long id = id(key, SERVER, value);
                if (servers.put(id, ServerSpec.parse(id, value)) != null) {
                    throw new ConfigException(key, value, "each server once, but server " + id + " is there twice");
                }
            } else if (key.startsWith(GROUP)) {
                addGroup(key, id(key, GROUP, value), value);
            } else if (key.startsWith(WEIGHT)) {
                addWeight(key, id(key, WEIGHT, value), value);
            } else if (key.equals(VERSION)) {
                version = version(value);
            } else {
                throw new ConfigException(
                        key,
                        value,
                        "only the keys server.N, group.N, weight.N and version in an ensemble's configuration");
            }
        }

        private void addGroup(String key, long group, String value) {
            for (String member : value.split(":", -1)) {
                long id = number(member.trim());
                if (id < 0) {
                    throw new ConfigException(key, value, "the ids of its voters, separated by colons");
                }
                if (groups.put(id, group) != null) {
                    throw new ConfigException(
                            key, value, "every voter in one group, but server " + id + " is listed twice");
                }
            }
        }

        private void addWeight(String key, long id, String value) {
            long weight = number(value);
            if (weight < 0 || weight > ElectionLimits.MAX_WEIGHT) {
                throw new ConfigException(key, value, "an integer of 0.." + ElectionLimits.MAX_WEIGHT);
            }
            weights.put(id, weight);
        }

        /** With groups or weights, every voter is in one group. A weight for somebody else is kept, and counts for nothing. */
        private void checkGroups(Set<Long> voters) {
            if (groups.isEmpty() && weights.isEmpty()) {
                return;
            }
            for (ServerSpec server : servers.values()) {
                if (server.isVoter() && !groups.containsKey(server.id())) {
                    throw new ConfigException(
                            SERVER + server.id(),
                            server.text(),
                            "a line group.N that lists server " + server.id()
                                    + ": with groups or weights, every voter is in one group");
                }
            }
            groups.forEach((member, group) -> {
                if (!voters.contains(member)) {
                    throw new ConfigException(
                            GROUP + group, String.valueOf(member), "ids of voters only; server " + member + " is none");
                }
            });
        }

        private static long id(String key, String prefix, String value) {
            long id = number(key.substring(prefix.length()));
            if (id < 0) {
                throw new ConfigException(key, value, "a number of 0 or more behind \"" + prefix + "\" in the key");
            }
            return id;
        }

        private static long version(String value) {
            try {
                return Long.parseLong(value, 16);
            } catch (NumberFormatException e) {
                throw new ConfigException(VERSION, value, "a zxid in hex without 0x, or 0");
            }
        }

        /** @return -1 if this is not a decimal number of 0..2^63-1 */
        private static long number(String text) {
            if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return -1;
            }
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }
}
