package io.quorate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * All processes of one session of the kernel ({@code setsid(2)}). Its number is not given to another as long as one of them is there. What leaves it, by
 * a {@code setsid} of its own, is not among them.
 */
final class KernelSession {
    private static final int SILENT_ROUNDS = 100;
    private static final long ROUND_NANOS = 20_000_000;

    /** In {@code /proc/PID/stat}, behind the name in parentheses: state, parent, group, session. */
    private static final int STATE = 0;

    private static final int SESSION = 3;

    private final String id;

    KernelSession(long id) {
        this.id = Long.toString(id);
    }

    /**
     * Returns when none is left, however long that takes: as long as one is there, nobody else may begin. They are asked for again, since a process may
     * begin others while it is looked for.
     */
    void kill() {
        for (int round = 1; ; round++) {
            List<ProcessHandle> left =
                    ProcessHandle.allProcesses().filter(this::isAlive).toList();
            if (left.isEmpty()) {
                return;
            }
            left.forEach(ProcessHandle::destroyForcibly);
            if (round == SILENT_ROUNDS) {
                System.err.println(
                        "quorate: " + left.stream().map(ProcessHandle::pid).toList()
                                + " of the command cannot be killed: they wait for a device, or are another user's, as under sudo. Nothing is"
                                + " handed over before they have ended; see to that.");
            }
            LockSupport.parkNanos(ROUND_NANOS);
        }
    }

    private boolean isAlive(ProcessHandle process) {
        try {
            String stat = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return fields[SESSION].equals(id) && !fields[STATE].equals("Z");
        } catch (IOException gone) {
            return false;
        }
    }
}
