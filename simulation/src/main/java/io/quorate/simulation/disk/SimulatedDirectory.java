package io.quorate.simulation.disk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A directory: its names as the process sees them, and as they are on the platter. */
final class SimulatedDirectory {
    /** A change of names that was not forced: {@code removed} goes, {@code added} is {@code file} from then on. */
    private record Change(
            @Nullable String removed, @Nullable String added, SimulatedFile file) {
        void apply(Map<String, SimulatedFile> names) {
            if (removed != null) {
                names.remove(removed);
            }
            if (added != null) {
                names.put(added, file);
            }
        }
    }

    private final TreeMap<String, SimulatedFile> seen = new TreeMap<>();
    private final TreeMap<String, SimulatedFile> durable = new TreeMap<>();
    private final List<Change> unforced = new ArrayList<>();

    /** What stands between a folder beside this one and a name in it. No name has it. */
    private static final String IN_FOLDER = "/";

    /** How a file is called here that was moved to a folder beside this one. */
    static String aside(String folder, String name) {
        return folder + IN_FOLDER + name;
    }

    List<String> names() {
        return seen.keySet().stream().filter(name -> !name.contains(IN_FOLDER)).toList();
    }

    @Nullable
    SimulatedFile file(String name) {
        return seen.get(name);
    }

    /** What is on the platter, by name. */
    Map<String, SimulatedFile> durable() {
        return durable;
    }

    /** What a process sees, by name. */
    Map<String, SimulatedFile> seen() {
        return seen;
    }

    /** Whether a bit has turned of one of the files that a process sees. */
    boolean isRotten() {
        return seen.entrySet().stream()
                .anyMatch(each ->
                        !each.getKey().contains(IN_FOLDER) && each.getValue().isRotten());
    }

    long usedBytes() {
        return seen.values().stream().mapToLong(SimulatedFile::length).sum();
    }

    void put(String name, byte[] contents) {
        SimulatedFile file = new SimulatedFile(contents);
        seen.put(name, file);
        durable.put(name, file);
    }

    SimulatedFile create(String name) {
        SimulatedFile file = new SimulatedFile(new byte[0]);
        change(new Change(null, name, file));
        return file;
    }

    void rename(String from, String to, SimulatedFile file) {
        change(new Change(from, to, file));
    }

    void delete(String name, SimulatedFile file) {
        change(new Change(name, null, file));
    }

    private void change(Change change) {
        change.apply(seen);
        unforced.add(change);
    }

    void force() {
        unforced.forEach(change -> change.apply(durable));
        unforced.clear();
    }

    /** What is found after a crash. */
    SimulatedDirectory afterCrash(Survival survival, RandomGenerator random) {
        SimulatedDirectory after = new SimulatedDirectory();
        // A name that was made and a name that was removed may both be left for one file: by identity, since files have
        // no equals.
        Map<SimulatedFile, SimulatedFile> survivors = new HashMap<>();
        UnaryOperator<SimulatedFile> survivor =
                file -> survivors.computeIfAbsent(file, key -> key.afterCrash(survival, random));
        if (survival == Survival.EVERYTHING) {
            seen.forEach((name, file) -> after.seen.put(name, survivor.apply(file)));
            durable.forEach((name, file) -> after.durable.put(name, survivor.apply(file)));
            unforced.forEach(change ->
                    after.unforced.add(new Change(change.removed(), change.added(), survivor.apply(change.file()))));
            return after;
        }
        TreeMap<String, SimulatedFile> left = new TreeMap<>(durable);
        if (survival == Survival.ANY_PART) {
            for (Change change : unforced) {
                if (random.nextBoolean()) {
                    change.apply(left);
                }
            }
        }
        left.forEach((name, file) -> {
            after.seen.put(name, survivor.apply(file));
            after.durable.put(name, survivor.apply(file));
        });
        return after;
    }
}
