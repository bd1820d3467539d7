package io.quorate.client.session;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** The servers in an order of this session's own, so that many clients with one connect string spread over all of them. */
final class HostList {
    private final List<HostPort> order;
    private int next;

    HostList(List<HostPort> hosts, RandomGenerator random) {
        order = new ArrayList<>(hosts);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            HostPort swapped = order.get(i);
            order.set(i, order.get(j));
            order.set(j, swapped);
        }
    }

    int size() {
        return order.size();
    }

    /** The next one is this. */
    void prefer(HostPort host) {
        next = Math.max(0, order.indexOf(host));
    }

    HostPort next() {
        HostPort result = order.get(next);
        next = (next + 1) % order.size();
        return result;
    }
}
