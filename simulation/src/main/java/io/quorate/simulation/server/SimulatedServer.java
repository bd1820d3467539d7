package io.quorate.simulation.server;

import io.quorate.election.EnsembleConfig;
import io.quorate.replica.ReplicaSettings;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.simulation.Coverage;
import io.quorate.simulation.Dice;
import io.quorate.simulation.Plan;
import io.quorate.simulation.World;
import io.quorate.simulation.disk.DiskOperation;
import io.quorate.simulation.disk.SimulatedDisk;
import io.quorate.simulation.disk.Survival;
import io.quorate.simulation.network.SimulatedNetwork;
import io.quorate.zab.QuorumPacket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A machine: a disk, two clocks, and at most one process at a time.
 *
 * <pre>
 *   off ──start──► recovering ──► running ◄──► paused      any ──kill, power off, its own end, orderly stop──► off
 * </pre>
 */
public final class SimulatedServer {
    private final World world;
    private final Plan plan;
    private final SimulatedNetwork network;
    private final Coverage coverage;
    private final ServerObserver observer;
    private final Seams seams;
    private final long sid;
    private ReplicaSettings settings;
    private final Dice dice;
    private final RandomGenerator replicaRandom;
    private final long clockOffsetNanos;
    private final double clockRate;
    private long wallSkewMs;

    private SimulatedDisk disk;
    private @Nullable ServerProcess process;

    /** Whether it fails now and then, or did so in this life of its process. */
    private boolean diskFailing;

    /** Whether there is no room, or was none in this life of its process. */
    private boolean full;

    /** Its process has met a failure, of which it has to end. */
    private boolean mayEnd;

    /** 0 while no operation fails. */
    private int failOneIn;

    private Predicate<DiskOperation> failing = operation -> false;

    /** Changes that the disk still makes; -1 for no limit. */
    private int changesUntilDeath = -1;

    /** A change of a file with this in its name begins the count; empty for none. */
    private String deadlyName = "";

    private int changesFromDeadlyName;

    private long diskSlowdown = 1;

    /** It is in the ensemble; it runs only then. */
    private boolean member;

    /** Its process began with a file that holds no more, and is to end. */
    private boolean toRestart;

    private @Nullable ServerProcess outdated;

    /** A bit of one of its files has turned, and is still there, or it has not been brought up to date since: it may have started without that file. */
    private boolean turned;

    /** It has lost its disk, and has not been brought up to date since. */
    private boolean emptied;

    /** How the next crash that the disk brings about ends. */
    private boolean nextCrashIsPower;

    /** @param seams what stands between the replica and its ports */
    public SimulatedServer(
            World world,
            Plan plan,
            SimulatedNetwork network,
            Coverage coverage,
            ServerObserver observer,
            Seams seams,
            EnsembleConfig ensemble,
            long sid) {
        this.world = world;
        this.plan = plan;
        this.network = network;
        this.coverage = coverage;
        this.observer = observer;
        this.seams = seams;
        this.sid = sid;
        this.settings = plan.replica(sid, ensemble);
        this.dice = world.dice("server " + sid);
        this.replicaRandom = world.dice("replica " + sid).generator();
        this.clockOffsetNanos = dice.chance(0.5) ? dice.generator().nextLong() : 0;
        this.clockRate = dice.chance(0.5) ? 1 + (dice.generator().nextDouble() - 0.5) / 10 : 1;
        this.wallSkewMs = dice.between(0L, 3_000_000L);
        this.member = !plan.isSpare(sid);
        this.disk = emptyDisk();
        if (plan.members().mayLoseDisks()) {
            disk.putInitializeMarker();
        }
    }

    public long sid() {
        return sid;
    }

    public @Nullable ServerProcess process() {
        return process;
    }

    /** Whether a replica runs on it. */
    public boolean isUp() {
        return process != null && process.isRunning();
    }

    // ---- life

    /** Switches it on; nothing happens if it is, or is not in the ensemble. */
    public void start() {
        if (process != null || !member) {
            return;
        }
        trace("starts");
        ServerProcess started = new ServerProcess(world, network, this);
        process = started;
        full = disk.freeBytes(DiskDirectory.DATA) < Long.MAX_VALUE / 2;
        disk.onTxnWritten(observer::onLogged);
        started.boot(seams.disk(started, disk));
    }

    // ---- membership

    public boolean isMember() {
        return member;
    }

    /** The file that its process began with holds no more. */
    public void mustRestart() {
        toRestart = true;
    }

    /** Whether a process may still run that began with a file that holds no more. */
    public boolean isToRestart() {
        return toRestart || (outdated != null && outdated == process);
    }

    /** It has another file, from its next start on, and its process is to end. It is in the ensemble from now on. */
    public void takeConfig(EnsembleConfig ensemble, boolean inOrder) {
        settings = plan.replica(sid, ensemble);
        member = true;
        endOutdated(inOrder);
    }

    /** It is in the ensemble no more. */
    public void retire() {
        member = false;
        endOutdated(false);
    }

    private void endOutdated(boolean inOrder) {
        toRestart = false;
        outdated = process;
        if (inOrder && process != null && process.isStarted()) {
            stop();
        } else {
            kill();
        }
    }

    public void kill() {
        crash(Survival.EVERYTHING, Coverage.Event.CRASH_KILL);
    }

    public void powerOff() {
        powerOff(dice.chance(0.7) ? Survival.ANY_PART : Survival.NOTHING);
    }

    public void powerOff(Survival survival) {
        crash(survival, Coverage.Event.CRASH_POWER);
    }

    /** The disk has stopped the machine. */
    void crashed(Coverage.Event where) {
        coverage.count(where);
        if (nextCrashIsPower) {
            powerOff();
        } else {
            kill();
        }
    }

    private void crash(Survival survival, Coverage.Event how) {
        boolean power = survival != Survival.EVERYTHING;
        ServerProcess running = process;
        if (running == null) {
            return;
        }
        coverage.count(how);
        running.crashedIn().forEach(coverage::count);
        trace((power ? "loses its power in " : "is killed in ") + running.phase());
        end(running, !power);
        releaseDisk();
        if (power) {
            SimulatedDisk left = disk.afterCrash(survival, dice.generator());
            countLost(left);
            traceFiles("had", disk);
            disk = left;
            disk.failWhen(this::faultOf);
            traceFiles("has left", disk);
        }
    }

    /**
     * The process that used it is gone, and with it whatever was to happen to its disk work. What was written and not forced stays in the
     * machine's memory: a later loss of power can still take it.
     */
    private void releaseDisk() {
        diskFailing = false;
        failing = operation -> false;
        mayEnd = false;
        failOneIn = 0;
        disarm();
    }

    private void traceFiles(String what, SimulatedDisk of) {
        if (!world.trace().isOn()) {
            return;
        }
        StringBuilder files = new StringBuilder(what);
        for (DiskDirectory directory : DiskDirectory.values()) {
            for (String name : of.list(directory)) {
                byte[] contents = of.contents(directory, name);
                files.append(' ')
                        .append(name)
                        .append('(')
                        .append(contents.length)
                        .append(" #");
                files.append(Integer.toHexString(Arrays.hashCode(contents))).append(')');
            }
        }
        trace(files.toString());
    }

    private void end(ServerProcess running, boolean kernelLives) {
        running.die();
        process = null;
        network.stopped(running, kernelLives);
    }

    private void countLost(SimulatedDisk left) {
        boolean log = differs(left, DiskDirectory.LOG, "log.");
        if (log) {
            coverage.count(Coverage.Event.CRASH_WITH_LOST_LOG);
        }
        if (log || differs(left, DiskDirectory.DATA, "")) {
            coverage.count(Coverage.Event.CRASH_WITH_LOST_WRITES);
        }
    }

    private boolean differs(SimulatedDisk left, DiskDirectory directory, String prefix) {
        List<String> before = disk.list(directory);
        if (!before.equals(left.list(directory))) {
            return true;
        }
        return before.stream()
                .filter(name -> name.startsWith(prefix))
                .anyMatch(name -> !Arrays.equals(disk.contents(directory, name), left.contents(directory, name)));
    }

    /** The replica has given up. That is right only where its disk fails. */
    void endedByItself(String reason) {
        ServerProcess running = process;
        if (running == null) {
            return;
        }
        trace("ends: " + reason);
        end(running, true);
        boolean excused = diskFailing || mayEnd;
        releaseDisk();
        if (isRotten()) {
            coverage.count(Coverage.Event.ROT_NOTICED);
            wipe();
        } else if (!excused) {
            world.fail("no server gives up on a disk that works", "server " + sid + " did: " + reason);
        }
    }

    /** A failure has been met that ends a process. */
    void mayEnd() {
        mayEnd = true;
    }

    /** Asks the process to stop in order. */
    public void stop() {
        if (process != null && !process.isStopping()) {
            trace("is asked to stop");
            process.stop();
        }
    }

    void stopped() {
        ServerProcess running = process;
        if (running != null) {
            coverage.count(Coverage.Event.GRACEFUL_STOP);
            trace("has stopped");
            end(running, true);
            releaseDisk();
        }
    }

    public void pause() {
        if (process != null && !process.isPaused()) {
            trace("stands still");
            process.pause();
        }
    }

    public void goOn() {
        if (process != null && process.isPaused()) {
            trace("goes on");
            process.goOn();
        }
    }

    // ---- the disk

    /** The process, the next one if there is none, ends when it has made that many more changes to its disk. */
    public void crashAfterDiskChanges(int count, boolean power) {
        nextCrashIsPower = power;
        changesUntilDeath = count;
    }

    /** One in {@code oneIn} operations fails from now on. */
    public void failDisk(int oneIn) {
        if (!diskFailing) {
            coverage.count(Coverage.Event.DISK_FAILURE);
        }
        diskFailing = true;
        failOneIn = oneIn;
    }

    /** The process, the next one if there is none, ends a few changes after the first of a file whose name contains that. */
    public void crashAtFile(String namePart, int changesLater, boolean power) {
        nextCrashIsPower = power;
        deadlyName = namePart;
        changesFromDeadlyName = changesLater;
    }

    private SimulatedDisk emptyDisk() {
        SimulatedDisk empty = new SimulatedDisk(plan.server().hasOneDirectory());
        empty.failWhen(this::faultOf);
        return empty;
    }

    /** Asked before each operation of the disk, by the process that does it. */
    private boolean faultOf(DiskOperation operation) {
        if (operation.kind() == DiskOperation.Kind.RENAME && operation.name().startsWith("currentEpoch")) {
            observer.onEpochStored(this);
        }
        if (!deadlyName.isEmpty()
                && operation.kind() != DiskOperation.Kind.READ
                && operation.name().contains(deadlyName)) {
            deadlyName = "";
            changesUntilDeath = changesFromDeadlyName;
        }
        if (changesUntilDeath >= 0 && operation.kind() != DiskOperation.Kind.READ && changesUntilDeath-- == 0) {
            throw new ProcessDeath(operation.toString());
        }
        return failing.test(operation) || (failOneIn > 0 && dice.between(1, failOneIn) == 1);
    }

    /** Every such operation of files with that in their names fails from now on. */
    public void failOnly(DiskOperation.Kind kind, String namePart) {
        diskFailing = true;
        failing = operation -> operation.kind() == kind && operation.name().contains(namePart);
    }

    /** Its next process is allowed to refuse to start. */
    public void mayGiveUp() {
        diskFailing = true;
    }

    /** It works again. A process that has met a failure ends nevertheless. */
    public void mendDisk() {
        failing = operation -> false;
        failOneIn = 0;
    }

    /** Takes a {@link #crashAfterDiskChanges} and a {@link #crashAtFile} back. */
    public void disarm() {
        deadlyName = "";
        changesUntilDeath = -1;
    }

    /** Whether its process may give up for its disk's sake. */
    boolean isDiskFailing() {
        return diskFailing || isRotten();
    }

    /** Whether its disk is, or has been, full in this life of its process. */
    boolean isDiskFull() {
        return full;
    }

    /** Leaves room for so many bytes more. */
    public void leaveRoom(long bytes) {
        full = true;
        disk.setCapacityBytes(disk.usedBytes() + bytes);
    }

    /** There is all the room in the world. */
    public void emptyRoom() {
        full &= process != null;
        disk.setCapacityBytes(Long.MAX_VALUE);
    }

    /**
     * A bit of a log, a snapshot or an epoch file turns, whether a process uses it or not.
     *
     * @return what turned
     */
    public Optional<Rot.Kind> rot() {
        Optional<Rot.Turned> found = Rot.draw(disk, dice);
        found.ifPresent(rot -> {
            trace("bit " + rot.bit() + " of " + rot.name() + " turns");
            disk.turnBit(rot.directory(), rot.name(), rot.bit());
            turned = true;
        });
        return found.map(Rot.Turned::kind);
    }

    /** Whether a bit has turned of a file that is still there. */
    public boolean isRotten() {
        return turned && disk.isRotten();
    }

    public SimulatedDisk disk() {
        return disk;
    }

    /** Whether it has all that it ever had. */
    public boolean isWholeVoter() {
        return !turned && !emptied;
    }

    /** By the operator, or by the time service. */
    public void jumpClock(long ms) {
        wallSkewMs += ms;
    }

    public void slowDisk(long factor) {
        diskSlowdown = factor;
    }

    long drawForceNanos() {
        long most = plan.weather().forceNanos() * diskSlowdown;
        return diskSlowdown == 1 || dice.chance(0.9) ? dice.between(most / 10, most) : dice.between(most, 10 * most);
    }

    /** All that it knew is gone. Only for one that is off, and that nobody counts on. */
    public void wipe() {
        if (process == null) {
            trace("gets an empty disk");
            disk = emptyDisk();
            turned = false;
            emptied = !plan.isObserver(sid);
        }
    }

    /** An operator deletes what is not needed any more, of one that is off. */
    public void purge() {
        if (process != null) {
            return;
        }
        disarm();
        if (Purge.run(disk)) {
            coverage.count(Coverage.Event.PURGED_LOG);
            trace("has its old logs purged");
        }
    }

    // ---- for its process

    ReplicaSettings settings() {
        return settings;
    }

    RandomGenerator replicaRandom() {
        return replicaRandom;
    }

    Dice dice() {
        return dice;
    }

    /** By its own monotonic clock: it began anywhere, and is a little fast or slow. */
    long clockNanos() {
        return clockOffsetNanos + Math.round(world.nowNanos() * clockRate);
    }

    long wallSkewMs() {
        return wallSkewMs;
    }

    Seams seams() {
        return seams;
    }

    public boolean isObserver() {
        return plan.isObserver(sid);
    }

    void stepped(ServerProcess running) {
        if (isServing(running.status())) {
            running.serves();
            emptied = false;
            turned = isRotten();
        }
        observer.afterStep(running);
    }

    private static boolean isServing(ReplicaStatus status) {
        return status.serving() && status.mode() != ReplicaStatus.Mode.READ_ONLY;
    }

    void packetPassed(ServerProcess running, int packetType) {
        observer.afterPacket(running, packetType);
    }

    void packetReceived(ServerProcess running, int packetType) {
        observer.onReceived(running, packetType);
    }

    void packetSent(ServerProcess running, QuorumPacket packet) {
        observer.onSent(running, packet);
    }

    void count(Coverage.Event event) {
        coverage.count(event);
    }

    private void trace(String what) {
        if (world.trace().isOn()) {
            world.trace("server " + sid, what);
        }
    }
}
