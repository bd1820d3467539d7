package io.quorate.server.admin;

import io.quorate.tree.DataWatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The answers to wchs, wchc and wchp. As in ZooKeeper they leave out those who wait for children alone. */
final class WatchDump {
    private WatchDump() {}

    static String summary(List<DataWatch> watches) {
        long sessions =
                watches.stream().mapToLong(DataWatch::sessionId).distinct().count();
        long paths = watches.stream().map(DataWatch::path).distinct().count();
        return sessions + " connections watching " + paths + " paths\nTotal watches:" + watches.size() + "\n";
    }

    static String bySession(List<DataWatch> watches) {
        return grouped(watches, watch -> hex(watch.sessionId()), DataWatch::path);
    }

    static String byPath(List<DataWatch> watches) {
        return grouped(watches, DataWatch::path, watch -> hex(watch.sessionId()));
    }

    private static String hex(long sessionId) {
        return "0x" + Long.toHexString(sessionId);
    }

    private static String grouped(
            List<DataWatch> watches, Function<DataWatch, String> key, Function<DataWatch, String> value) {
        Map<String, TreeSet<String>> groups = new TreeMap<>();
        for (DataWatch each : watches) {
            groups.computeIfAbsent(key.apply(each), name -> new TreeSet<>()).add(value.apply(each));
        }
        StringBuilder text = new StringBuilder();
        groups.forEach((name, values) -> {
            text.append(name).append('\n');
            values.forEach(each -> text.append('\t').append(each).append('\n'));
        });
        return text.append('\n').toString();
    }
}
