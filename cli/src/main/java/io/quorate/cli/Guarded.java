package io.quorate.cli;

import io.quorate.client.lease.Hold;
import io.quorate.client.lease.LeaseLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command for as long as a {@link Hold} lasts. Another process does the watching, which this one tells until when the command may run:
 *
 * <pre>
 *   quorate ──"until t, then"──► guard (bash) ──SIGTERM, SIGKILL──► the command and all in its session
 * </pre>
 *
 * So the command ends in time even where this process is killed, or stands still: nobody moves the time then. SIGTERM comes {@code killAfter} before
 * the lease ends, SIGKILL {@link #MARGIN_CENTIS} before. The guard leads a session (in the kernel's sense) of its own: what a terminal sends to
 * this process does not reach it, and whatever the command has begun is found by it. When the guard itself is killed, the kernel kills the command,
 * and this process whatever is left of the session. Nothing is handed over, and nothing else begun, before all of the session has ended.
 *
 * <p>Leases are measured on a clock that stands still while the machine does, the guard's time on one that goes on. What they differed by when the
 * command began is what counts: after a pause of the machine the guard finds its time over. What the command did in between only the fencing token
 * can keep back.
 */
final class Guarded {
    /** Environment of the command. */
    static final String TOKEN_VARIABLE = "QUORATE_FENCING_TOKEN";

    static final String PATH_VARIABLE = "QUORATE_PATH";

    /** Carries the guard's script, so that it does not stand in the list of processes. */
    private static final String SCRIPT_VARIABLE = "QUORATE_GUARD";

    /** How the guard says that the time was over: nothing that commands end with. */
    private static final int GUARD_OVER = 199;

    /** The guard looks at the clock twenty times a second. */
    private static final long MARGIN_CENTIS = 20;

    /** From here on an exit code tells of a signal. */
    private static final int BY_SIGNAL = 128;

    /** A guard that takes longer than the command may is stopped, or gone wrong. */
    private static final Duration GUARD_PATIENCE = Duration.ofSeconds(2);

    /** Times that differ by so little are not told: they are roundings. */
    private static final long ROUNDING_CENTIS = 2;

    private static final long LOOK_MS = 50;
    private static final int CENTI_MS = 10;

    /** What a confirmation may take, as a fraction of the session time-out. */
    private static final int LATENCY_DIVISOR = 24;

    /** For a whole lease it waits so much of the session time-out at most. */
    private static final int WORTHWHILE_DIVISOR = 2;

    private final List<String> command;
    private final Map<String, String> environment;

    private final Object startOrEnd = new Object();
    private boolean ending;
    private @Nullable Running running;

    /** @param environment of the command, besides this process's own */
    Guarded(List<String> command, Map<String, String> environment) {
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    private record Running(Process guard, GuardLine line, Duration killAfter) {}

    /** On the clock of {@link Uptime}. */
    private record Until(long term, long kill) {
        boolean isAbout(Until other) {
            return Math.abs(kill - other.kill) <= ROUNDING_CENTIS;
        }

        @Override
        public String toString() {
            return "until " + term + " " + kill + "\n";
        }
    }

    /**
     * Returns when the command has ended, and nothing of it is left.
     *
     * @param killAfter between SIGTERM and SIGKILL
     * @param sessionTimeout as the servers granted it
     * @return its exit code; empty if it was ended, or not begun, because the hold could not be relied on any more
     */
    Optional<Integer> run(Hold hold, Duration killAfter, Duration sessionTimeout) throws InterruptedException {
        Uptime uptime = Uptime.now();
        if (!awaitWorthwhile(hold, killAfter, sessionTimeout)) {
            return Optional.empty();
        }
        Until until = until(hold, killAfter, uptime);
        long firstOver = until.term();
        Running started = start(hold, until, killAfter);
        if (started == null) {
            return Optional.empty();
        }
        Process guard = started.guard();
        KernelSession all = new KernelSession(guard.pid());
        try {
            while (!guard.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
                Until now = until(hold, killAfter, uptime);
                if (!now.isAbout(until)) {
                    firstOver = until.term(); // the guard may not have heard yet
                    until = now;
                    started.line().say(until.toString());
                }
                if (!hold.isHeld()) {
                    all.kill(); // the guard has done so already, unless somebody keeps it from it
                }
            }
        } finally {
            end(started);
            forget();
        }
        int code = guard.exitValue();
        boolean over = code == GUARD_OVER && Uptime.centis() >= firstOver; // or the command's own code
        boolean lost = over || (code >= BY_SIGNAL && !hold.isHeld());
        return lost ? Optional.empty() : Optional.of(code);
    }

    /** Its number may be given to another process now. */
    private void forget() {
        synchronized (startOrEnd) {
            running = null;
        }
    }

    /** Ends the command, and lets none begin any more. Returns when nothing of it is left. For when this process is told to end. */
    void end() {
        Running last;
        synchronized (startOrEnd) {
            ending = true;
            last = running;
        }
        if (last != null) {
            end(last);
        }
    }

    /**
     * A term's first lease may be short, where little was heard of the session before it; the next confirmations, one every sixth of a time-out, make
     * it whole. A command that was begun before would be ended for nothing. Where they take long it begins all the same, and may be ended early.
     */
    private static boolean awaitWorthwhile(Hold hold, Duration killAfter, Duration sessionTimeout)
            throws InterruptedException {
        Duration wanted = killAfter
                .plus(sessionTimeout.dividedBy(LeaseLimits.CONFIRM_DIVISOR))
                .plus(sessionTimeout.dividedBy(LATENCY_DIVISOR));
        long startNanos = System.nanoTime();
        while (hold.isHeld()
                && hold.remaining().compareTo(wanted) < 0
                && System.nanoTime() - startNanos < sessionTimeout.toNanos() / WORTHWHILE_DIVISOR) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
        return hold.isHeld();
    }

    private @Nullable Running start(Hold hold, Until until, Duration killAfter) {
        List<String> all = new ArrayList<>(
                List.of("setsid", "bash", "-p", "-c", "eval \"$" + SCRIPT_VARIABLE + "\"", "quorate-guard"));
        all.add(Long.toString(until.term()));
        all.add(Long.toString(until.kill()));
        all.add(Long.toString(killAfter.toMillis() / CENTI_MS));
        all.add(Integer.toString(GUARD_OVER));
        all.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(all)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        builder.environment().put(TOKEN_VARIABLE, Long.toString(hold.fencingToken()));
        builder.environment().put(SCRIPT_VARIABLE, script());
        synchronized (startOrEnd) {
            if (ending) {
                return null;
            }
            try {
                Process guard = builder.start();
                running = new Running(guard, new GuardLine(guard.getOutputStream()), killAfter);
                return running;
            } catch (IOException e) {
                throw new FailedException(
                        "The command cannot be guarded: setsid (of util-linux) and bash are needed: " + e.getMessage(),
                        e);
            }
        }
    }

    /** The clock is read first: what goes by between the two readings only makes the time shorter. */
    private static Until until(Hold hold, Duration killAfter, Uptime uptime) {
        long nowNanos = System.nanoTime();
        long end = uptime.centisAt(nowNanos + hold.remaining().toNanos());
        long kill = Math.max(0, end - MARGIN_CENTIS);
        long term = Math.max(0, Math.min(kill, end - killAfter.toMillis() / CENTI_MS));
        return new Until(term, kill);
    }

    private static void end(Running last) {
        Process guard = last.guard();
        last.line().close();
        // Nothing may be handed over before the command has ended, so an interruption has to wait.
        boolean interrupted = !awaitEnd(guard, last.killAfter().plus(GUARD_PATIENCE));
        new KernelSession(guard.pid()).kill();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether it was not interrupted */
    private static boolean awaitEnd(Process guard, Duration atMost) {
        long startNanos = System.nanoTime();
        boolean interrupted = false;
        while (true) {
            long leftNanos = atMost.toNanos() - (System.nanoTime() - startNanos);
            try {
                guard.waitFor(Math.max(0, leftNanos), TimeUnit.NANOSECONDS);
                return !interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private static String script() {
        try (InputStream in = Guarded.class.getResourceAsStream("guard.bash")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the guard's script cannot be read", e);
        }
    }
}
