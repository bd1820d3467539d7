package io.quorate.server.admin;

import com.sun.management.UnixOperatingSystemMXBean;
import io.quorate.replica.Durations;
import io.quorate.replica.ReplicaStatus.Summary;
import io.quorate.server.disk.ForceTimes;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** What the virtual machine knows of the process. */
public final class ProcessFacts {
    private static final long UNKNOWN = -1;

    private final long startNanos = System.nanoTime();
    private final ForceTimes forces;
    private volatile Summary recovery = Summary.NONE;

    /** @param forces how long the forces of the log took */
    public ProcessFacts(ForceTimes forces) {
        this.forces = forces;
    }

    /** What was on disk has been read. */
    public void onRecovered(long nanos) {
        Durations once = new Durations();
        once.add(nanos);
        recovery = once.summary();
    }

    /** How long it took to read what is on disk, at the start. */
    Summary recovery() {
        return recovery;
    }

    Summary forces() {
        return forces.summary();
    }

    /** How many forces took longer than the operator finds well. */
    long slowForces() {
        return forces.exceeded();
    }

    /** Since the server began to start, ms. */
    long uptimeMs() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }

    /** -1 where the system does not tell. */
    long openFiles() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getOpenFileDescriptorCount() : UNKNOWN;
    }

    /** -1 where the system does not tell. */
    long maxFiles() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix ? unix.getMaxFileDescriptorCount() : UNKNOWN;
    }
}
