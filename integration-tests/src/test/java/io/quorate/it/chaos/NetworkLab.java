package io.quorate.it.chaos;

import io.quorate.it.harness.ServerPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hosts of our own, each a network namespace with one address, all on one bridge with this process:
 *
 * <pre>
 *   this process 10.231.S.254 ── bridge ──┬── host 1, 10.231.S.1
 *                                         ├── host 2, 10.231.S.2 …
 * </pre>
 *
 * A host that is cut from another drops what it would send there, without a word, so a cut may be one-way. Nothing leaves the machine.
 */
final class NetworkLab implements AutoCloseable {
    /** The last byte of this process's own address. */
    private static final int OWN_HOST = 254;

    private static final int SUBNETS = 200;

    /** Delay and loss; where the kernel does not have them, so little room that what comes in a burst is dropped. */
    private static final List<List<String>> SLOW = List.of(
            List.of("netem", "delay", "40ms", "20ms", "loss", "2%"),
            List.of("tbf", "rate", "400kbit", "burst", "4kb", "limit", "8kb"));

    private final String id;
    private final String subnet;
    private final String bridge;
    private final List<String> namespaces = new ArrayList<>();

    private NetworkLab(long pid) {
        this.id = Long.toString(pid % 100_000);
        this.subnet = "10.231." + (pid % SUBNETS + 1) + ".";
        this.bridge = "qb" + id;
    }

    /** Why there can be none on this machine; empty if there can. */
    static Optional<String> obstacle() {
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("network namespaces need root");
        }
        String probe = "qp" + ProcessHandle.current().pid();
        Commands.Result made = Commands.tryRun("ip", "netns", "add", probe);
        if (made.exitCode() != 0) {
            return Optional.of("`ip netns add` (package iproute2) does not work here: " + made.said());
        }
        Commands.tryRun("ip", "netns", "del", probe);
        return Optional.empty();
    }

    /** A lab with hosts 1 to {@code hosts}. */
    static NetworkLab of(int hosts) {
        NetworkLab lab = new NetworkLab(ProcessHandle.current().pid());
        try {
            lab.build(hosts);
            return lab;
        } catch (AssertionError e) {
            lab.close();
            throw e;
        }
    }

    private void build(int hosts) {
        Commands.run("ip", "link", "add", bridge, "type", "bridge");
        Commands.run("ip", "addr", "add", subnet + OWN_HOST + "/24", "dev", bridge);
        Commands.run("ip", "link", "set", bridge, "up");
        for (int host = 1; host <= hosts; host++) {
            String namespace = "qn" + id + "-" + host;
            String outside = outside(host);
            Commands.run("ip", "netns", "add", namespace);
            namespaces.add(namespace);
            Commands.run("ip", "link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", namespace);
            Commands.run("ip", "link", "set", outside, "master", bridge, "up");
            Commands.run("ip", "-n", namespace, "addr", "add", address(host) + "/24", "dev", "eth0");
            Commands.run("ip", "-n", namespace, "link", "set", "eth0", "up");
            Commands.run("ip", "-n", namespace, "link", "set", "lo", "up");
        }
    }

    private String outside(int host) {
        return "qv" + id + "-" + host;
    }

    private String address(int host) {
        return subnet + host;
    }

    private String namespace(int host) {
        return namespaces.get(host - 1);
    }

    int hosts() {
        return namespaces.size();
    }

    /** A server on a host. */
    ServerPlace place(int host) {
        return new ServerPlace(address(host), List.of("ip", "netns", "exec", namespace(host)));
    }

    /** Drops what one host sends to another. */
    void cutOneWay(int from, int to) {
        Commands.run("ip", "-n", namespace(from), "route", "replace", "blackhole", address(to) + "/32");
    }

    /** Drops what two hosts send to each other. */
    void cut(int one, int other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    /** Cuts a host from all others, but not from this process. */
    void cutFromHosts(int host) {
        for (int other = 1; other <= hosts(); other++) {
            if (other != host) {
                cut(host, other);
            }
        }
    }

    /** Pulls a host's plug: it hears nobody, and nobody hears it. */
    void unplug(int host) {
        Commands.run("ip", "link", "set", outside(host), "down");
    }

    /**
     * Makes what a host sends slow and lossy.
     *
     * @return false if the kernel has no means of doing so
     */
    boolean slow(int host) {
        String[] device = {"tc", "-n", namespace(host), "qdisc", "replace", "dev", "eth0", "root"};
        return SLOW.stream()
                .anyMatch(how -> Commands.tryRun(joined(device, how)).exitCode() == 0);
    }

    private static String[] joined(String[] first, List<String> more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(more);
        return all.toArray(new String[0]);
    }

    /** Undoes all of it. */
    void heal() {
        for (int host = 1; host <= hosts(); host++) {
            Commands.run("ip", "link", "set", outside(host), "up");
            Commands.run("ip", "-n", namespace(host), "route", "flush", "type", "blackhole");
            Commands.tryRun("tc", "-n", namespace(host), "qdisc", "del", "dev", "eth0", "root");
        }
    }

    /** The kernel takes the interfaces with their namespace. */
    @Override
    public void close() {
        namespaces.forEach(each -> Commands.tryRun("ip", "netns", "del", each));
        Commands.tryRun("ip", "link", "del", bridge);
    }
}
