package io.quorate.server.disk;

import io.quorate.replica.Durations;
import io.quorate.replica.ReplicaStatus;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long the forces of the log take: a metric, and a warning when one takes too long. */
public final class ForceTimes {
    private static final Logger LOG = LoggerFactory.getLogger(ForceTimes.class);

    /** A slow disk is slow all the time; one warning says it, ns. */
    private static final long BETWEEN_WARNINGS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long thresholdNanos;

    /** Guarded by this, as all below. */
    private final Durations durations = new Durations();

    private long exceeded;
    private long unsaid;
    private long lastWarningNanos;

    /** @param thresholdMs above which a force is slow, {@code fsync.warningthresholdms} */
    public ForceTimes(long thresholdMs) {
        this.thresholdNanos = TimeUnit.MILLISECONDS.toNanos(thresholdMs);
    }

    /** A file was forced. */
    synchronized void add(Path file, long nanos, long nowNanos) {
        durations.add(nanos);
        if (nanos <= thresholdNanos) {
            return;
        }
        exceeded++;
        if (exceeded > 1 && nowNanos - lastWarningNanos < BETWEEN_WARNINGS_NANOS) {
            unsaid++;
            return;
        }
        lastWarningNanos = nowNanos;
        LOG.warn(
                "Forcing {} took {} ms, more than fsync.warningthresholdms={}{}: every write waits for that. The file has {} bytes."
                        + " Give the log a disk of its own (dataLogDir), and look for what else uses this one.",
                file,
                TimeUnit.NANOSECONDS.toMillis(nanos),
                TimeUnit.NANOSECONDS.toMillis(thresholdNanos),
                unsaid == 0 ? "" : " (as did " + unsaid + " forces since the last such line)",
                file.toFile().length());
        unsaid = 0;
    }

    /** Since the start. */
    public synchronized ReplicaStatus.Summary summary() {
        return durations.summary();
    }

    /** How many took longer than the threshold. */
    public synchronized long exceeded() {
        return exceeded;
    }
}
