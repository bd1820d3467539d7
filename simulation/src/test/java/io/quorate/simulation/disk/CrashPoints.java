package io.quorate.simulation.disk;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The changes of a disk that were crash points, by what was being done: kind of change and kind of file. */
final class CrashPoints {
    /** What {@link #lines} has to say. A change that is new in one of these phases belongs here, and a crash there is tried from then on. */
    static final String EXPECTED = """
            START CREATE acceptedEpoch.tmp
            START CREATE currentEpoch.tmp
            START CREATE unfinished.snapshot
            START FORCE acceptedEpoch.tmp
            START FORCE currentEpoch.tmp
            START FORCE unfinished.snapshot
            START FORCE_DIRECTORY DATA
            START FORCE_DIRECTORY LOG
            START RENAME acceptedEpoch.tmp
            START RENAME currentEpoch.tmp
            START RENAME unfinished.snapshot
            START WRITE acceptedEpoch.tmp
            START WRITE currentEpoch.tmp
            START WRITE unfinished.snapshot
            FORCE CREATE log
            FORCE FORCE log
            FORCE FORCE_DIRECTORY LOG
            FORCE WRITE log
            ROLL CREATE log
            ROLL FORCE log
            ROLL FORCE_DIRECTORY LOG
            ROLL WRITE log
            SNAPSHOT CREATE unfinished.snapshot
            SNAPSHOT DELETE unfinished.snapshot
            SNAPSHOT FORCE unfinished.snapshot
            SNAPSHOT FORCE_DIRECTORY DATA
            SNAPSHOT RENAME unfinished.snapshot
            SNAPSHOT WRITE unfinished.snapshot
            TRUNCATE DELETE log
            TRUNCATE DELETE snapshot
            TRUNCATE FORCE log
            TRUNCATE FORCE snapshot
            TRUNCATE FORCE_DIRECTORY DATA
            TRUNCATE FORCE_DIRECTORY LOG
            TRUNCATE TRUNCATE log
            TRUNCATE WRITE log
            INSTALL CREATE install.tmp
            INSTALL CREATE log
            INSTALL CREATE unfinished.install
            INSTALL CREATE why-set-aside.tmp
            INSTALL DELETE install
            INSTALL DELETE log
            INSTALL DELETE snapshot
            INSTALL DELETE unfinished.install
            INSTALL FORCE install.tmp
            INSTALL FORCE log
            INSTALL FORCE unfinished.install
            INSTALL FORCE why-set-aside.tmp
            INSTALL FORCE_DIRECTORY DATA
            INSTALL FORCE_DIRECTORY LOG
            INSTALL RENAME install.tmp
            INSTALL RENAME unfinished.install
            INSTALL RENAME why-set-aside.tmp
            INSTALL SET_ASIDE log
            INSTALL SET_ASIDE snapshot
            INSTALL SET_ASIDE why-set-aside
            INSTALL WRITE install.tmp
            INSTALL WRITE log
            INSTALL WRITE unfinished.install
            INSTALL WRITE why-set-aside.tmp
            PROMISE CREATE acceptedEpoch.tmp
            PROMISE FORCE acceptedEpoch.tmp
            PROMISE FORCE_DIRECTORY DATA
            PROMISE RENAME acceptedEpoch.tmp
            PROMISE WRITE acceptedEpoch.tmp
            ADOPT CREATE currentEpoch.tmp
            ADOPT DELETE rebuild
            ADOPT FORCE currentEpoch.tmp
            ADOPT FORCE_DIRECTORY DATA
            ADOPT RENAME currentEpoch.tmp
            ADOPT WRITE currentEpoch.tmp
            PURGE DELETE log
            PURGE DELETE snapshot
            PURGE FORCE_DIRECTORY DATA
            PURGE FORCE_DIRECTORY LOG
            RECOVERY CREATE acceptedEpoch.tmp
            RECOVERY CREATE currentEpoch.tmp
            RECOVERY CREATE log
            RECOVERY CREATE rebuild.tmp
            RECOVERY CREATE unfinished.snapshot
            RECOVERY DELETE acceptedEpoch.tmp
            RECOVERY DELETE currentEpoch.tmp
            RECOVERY DELETE install
            RECOVERY DELETE install.tmp
            RECOVERY DELETE log
            RECOVERY DELETE rebuild.tmp
            RECOVERY DELETE snapshot
            RECOVERY DELETE unfinished.install
            RECOVERY DELETE unfinished.snapshot
            RECOVERY FORCE acceptedEpoch.tmp
            RECOVERY FORCE currentEpoch.tmp
            RECOVERY FORCE log
            RECOVERY FORCE rebuild.tmp
            RECOVERY FORCE snapshot
            RECOVERY FORCE unfinished.snapshot
            RECOVERY FORCE_DIRECTORY DATA
            RECOVERY FORCE_DIRECTORY LOG
            RECOVERY RENAME acceptedEpoch.tmp
            RECOVERY RENAME currentEpoch.tmp
            RECOVERY RENAME rebuild.tmp
            RECOVERY RENAME unfinished.install
            RECOVERY RENAME unfinished.snapshot
            RECOVERY SET_ASIDE currentEpoch
            RECOVERY SET_ASIDE log
            RECOVERY SET_ASIDE snapshot
            RECOVERY TRUNCATE log
            RECOVERY WRITE acceptedEpoch.tmp
            RECOVERY WRITE currentEpoch.tmp
            RECOVERY WRITE log
            RECOVERY WRITE rebuild.tmp
            RECOVERY WRITE unfinished.snapshot
            REBUILD CREATE currentEpoch.tmp
            REBUILD CREATE rebuild.tmp
            REBUILD CREATE unfinished.snapshot
            REBUILD FORCE currentEpoch.tmp
            REBUILD FORCE rebuild.tmp
            REBUILD FORCE unfinished.snapshot
            REBUILD FORCE_DIRECTORY DATA
            REBUILD FORCE_DIRECTORY LOG
            REBUILD RENAME currentEpoch.tmp
            REBUILD RENAME rebuild.tmp
            REBUILD RENAME unfinished.snapshot
            REBUILD SET_ASIDE currentEpoch
            REBUILD SET_ASIDE log
            REBUILD SET_ASIDE snapshot
            REBUILD WRITE currentEpoch.tmp
            REBUILD WRITE rebuild.tmp
            REBUILD WRITE unfinished.snapshot
            """;

    private final Map<BusyRun.Phase, Set<String>> found = new TreeMap<>();

    /** From now on what happens there counts as done in that phase. It crashes or not as told otherwise. */
    void watch(SimulatedDisk disk, Supplier<BusyRun.Phase> phase) {
        disk.failWhen(operation -> {
            if (operation.kind().isChange()) {
                found.computeIfAbsent(phase.get(), key -> new TreeSet<>()).add(describe(operation));
            }
            return false;
        });
    }

    private static String describe(DiskOperation operation) {
        String file = operation.name().isEmpty() ? operation.directory().name() : kindOf(operation.name());
        return operation.kind() + " " + file;
    }

    /** The name without its zxid and its compression. */
    private static String kindOf(String name) {
        return name.replaceAll("\\.[0-9a-f]+(\\.\\d+)?(\\.gz|\\.snappy)?(\\.tmp)?$", "$3");
    }

    /** A line for each change, sorted within each phase. */
    String lines() {
        return found.entrySet().stream()
                .flatMap(each -> each.getValue().stream().map(line -> each.getKey() + " " + line + "\n"))
                .collect(Collectors.joining());
    }
}
