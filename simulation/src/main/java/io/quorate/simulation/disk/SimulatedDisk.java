package io.quorate.simulation.disk;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.StorageLimits;
import io.quorate.simulation.disk.DiskOperation.Kind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that keeps apart what was written and what was forced, in files and in directories.
 *
 * <ul>
 *   <li>{@link #crashAfter} stops the machine at one change; {@link #afterCrash} then draws the disk that is found afterwards, as often
 *       as wanted.
 *   <li>{@link #failWhen} makes operations fail. A write that fails has written a part; a force that fails gives up what it should have
 *       forced, and later forces do not make up for it, as Linux does it.
 *   <li>{@link #setCapacityBytes} makes it full.
 * </ul>
 */
public final class SimulatedDisk implements DiskPort {
    private static final long NEVER = Long.MAX_VALUE;

    private final boolean oneDirectory;
    private final SimulatedDirectory data;
    private final SimulatedDirectory log;
    private boolean marker;

    private long capacityBytes = Long.MAX_VALUE;
    private Predicate<DiskOperation> fault = operation -> false;
    private long crashAfter = NEVER;
    private long changes;
    private boolean crashed;
    private Consumer<byte[]> txnWritten = txn -> {};

    /** An empty disk. */
    public SimulatedDisk(boolean oneDirectory) {
        this(oneDirectory, new SimulatedDirectory(), new SimulatedDirectory(), false);
    }

    private SimulatedDisk(boolean oneDirectory, SimulatedDirectory data, SimulatedDirectory log, boolean marker) {
        this.oneDirectory = oneDirectory;
        this.data = data;
        this.log = oneDirectory ? data : log;
        this.marker = marker;
    }

    /** How many changes were made, or tried, so far. */
    public long changes() {
        return changes;
    }

    /** The machine stops when change number {@code change} has been made; that one and everything after it throws. */
    public void crashAfter(long change) {
        crashAfter = change;
    }

    /** Operations for which this is true fail, reads included. */
    public void failWhen(Predicate<DiskOperation> fault) {
        this.fault = fault;
    }

    /** Is told of each transaction that is written to a log, whole. */
    public void onTxnWritten(Consumer<byte[]> listener) {
        txnWritten = listener;
    }

    /** How long all files together can become, in bytes. */
    public void setCapacityBytes(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** The disk that is found after a crash right now. This one does not change. */
    public SimulatedDisk afterCrash(Survival survival, RandomGenerator random) {
        SimulatedDirectory dataLeft = data.afterCrash(survival, random);
        SimulatedDirectory logLeft = oneDirectory ? dataLeft : log.afterCrash(survival, random);
        return new SimulatedDisk(oneDirectory, dataLeft, logLeft, marker);
    }

    /** Puts a file there, forced, as an operator or another program would. */
    public void put(DiskDirectory directory, String name, byte[] contents) {
        directory(directory).put(name, contents);
    }

    /** The contents of a file as a process sees them. */
    public byte[] contents(DiskDirectory directory, String name) {
        return file(directory, name, "read").contents();
    }

    /** What is on the platter right now. */
    public DiskImage durable() {
        return new DiskImage(data.durable(), log.durable(), SimulatedFile::durableContents);
    }

    /** What a process sees right now. */
    public DiskImage seen() {
        return new DiskImage(data.seen(), log.seen(), SimulatedFile::contents);
    }

    /** Turns a bit of a file. */
    public void turnBit(DiskDirectory directory, String name, long bit) {
        file(directory, name, "turn a bit").turnBit(bit);
    }

    /** Whether a bit has turned of a file that is still there. */
    public boolean isRotten() {
        return data.isRotten() || (!oneDirectory && log.isRotten());
    }

    /** Every name that there is, also of what was set aside: its folder and a slash stand before it then. */
    public List<String> allNames(DiskDirectory directory) {
        return List.copyOf(directory(directory).seen().keySet());
    }

    /** How long all files together are, in bytes. */
    public long usedBytes() {
        return data.usedBytes() + (oneDirectory ? 0 : log.usedBytes());
    }

    /** Puts the operator's {@code initialize} file there. */
    public void putInitializeMarker() {
        marker = true;
    }

    private SimulatedDirectory directory(DiskDirectory directory) {
        return directory == DiskDirectory.DATA ? data : log;
    }

    private SimulatedFile file(DiskDirectory directory, String name, String attempted) {
        SimulatedFile file = directory(directory).file(name);
        if (file == null) {
            throw new DiskException(directory + "/" + name, attempted, null, "There is no such file.");
        }
        return file;
    }

    /** Counts a change, crashes or fails as told, else lets it happen; crashes behind it as told. */
    private void operate(Kind kind, DiskDirectory directory, String name, Runnable effect, Runnable failedEffect) {
        requireRunning(kind + " " + name);
        if (kind.isChange()) {
            changes++;
        }
        DiskOperation operation = new DiskOperation(changes, kind, directory, name);
        if (fault.test(operation)) {
            failedEffect.run();
            throw new DiskException(
                    directory + "/" + name,
                    kind.name(),
                    null,
                    "The simulated disk was told to fail at " + operation + ".");
        }
        effect.run();
        if (kind.isChange() && changes >= crashAfter) {
            crashed = true;
            throw new SimulatedCrash(operation.toString());
        }
    }

    private void operate(Kind kind, DiskDirectory directory, String name, Runnable effect) {
        operate(kind, directory, name, effect, () -> {});
    }

    private void requireRunning(String attempted) {
        if (crashed || crashAfter == 0) {
            crashed = true;
            throw new SimulatedCrash("the end: " + attempted);
        }
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        return directory(directory).names();
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return directory(directory).file(name) != null;
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        return file(directory, name, "find the length").length();
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        SimulatedFile file = file(directory, name, "read");
        operate(Kind.READ, directory, name, () -> {});
        if (file.length() > StorageLimits.SMALL_FILE_BYTES) {
            throw new DiskException(directory + "/" + name, "read it as a small file", null, "It is too long.");
        }
        return file.contents();
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        if (mode != OpenMode.CREATE) {
            return new OpenFile(directory, name, file(directory, name, "open"), mode);
        }
        if (exists(directory, name)) {
            throw new DiskException(directory + "/" + name, "make the file", null, "It exists.");
        }
        operate(Kind.CREATE, directory, name, () -> directory(directory).create(name));
        return new OpenFile(directory, name, file(directory, name, "open"), mode);
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        SimulatedFile file = file(directory, from, "rename");
        operate(Kind.RENAME, directory, from, () -> directory(directory).rename(from, to, file));
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        SimulatedFile file = file(directory, name, "delete");
        operate(Kind.DELETE, directory, name, () -> directory(directory).delete(name, file));
    }

    @Override
    public void setAside(DiskDirectory directory, String name, String folder) {
        SimulatedFile file = file(directory, name, "set aside");
        operate(
                Kind.SET_ASIDE,
                directory,
                name,
                () -> directory(directory).rename(name, SimulatedDirectory.aside(folder, name), file));
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        operate(Kind.FORCE_DIRECTORY, directory, "", () -> directory(directory).force());
    }

    @Override
    public long freeBytes(DiskDirectory directory) {
        return Math.max(0, capacityBytes - usedBytes());
    }

    @Override
    public boolean oneDirectory() {
        return oneDirectory;
    }

    @Override
    public boolean initializeMarkerExists() {
        return marker;
    }

    @Override
    public void deleteInitializeMarker() {
        marker = false;
    }

    /** A handle; it stays with its file whatever happens to the name. */
    private final class OpenFile implements DiskFile {
        private final DiskDirectory directory;
        private final String name;
        private final SimulatedFile file;
        private final OpenMode mode;
        private boolean closed;

        OpenFile(DiskDirectory directory, String name, SimulatedFile file, OpenMode mode) {
            this.directory = directory;
            this.name = name;
            this.file = file;
            this.mode = mode;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            requireOpen();
            operate(Kind.READ, directory, name, () -> {});
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer bytes) {
            requireWritable();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            byte[] part = fitting(position, copy);
            operate(
                    Kind.WRITE,
                    directory,
                    name,
                    () -> write(position, part),
                    () -> file.write(position, Arrays.copyOf(copy, copy.length / 2)));
            if (part.length < copy.length) {
                throw new DiskException(
                        DiskException.Kind.NO_SPACE,
                        directory + "/" + name,
                        "write",
                        null,
                        "The disk is full: make room.");
            }
        }

        private void write(long position, byte[] part) {
            file.write(position, part);
            if (DiskImage.isLog(name)) {
                DiskImage.transactions(ByteBuffer.wrap(part), position == 0, txnWritten);
            }
        }

        private byte[] fitting(long position, byte[] bytes) {
            long growth = position + bytes.length - file.length();
            long free = freeBytes(directory);
            if (growth <= free) {
                return bytes;
            }
            long fits = Math.max(0, bytes.length - (growth - free));
            return Arrays.copyOf(bytes, (int) fits);
        }

        @Override
        public void force() {
            requireOpen();
            operate(Kind.FORCE, directory, name, file::force, file::forceFails);
        }

        @Override
        public void truncate(long length) {
            requireWritable();
            operate(Kind.TRUNCATE, directory, name, () -> file.truncate(length));
        }

        private void requireOpen() {
            if (closed) {
                throw new IllegalStateException(name + " is used after it was closed");
            }
        }

        private void requireWritable() {
            requireOpen();
            if (mode == OpenMode.READ) {
                throw new IllegalStateException(name + " was opened for reading only");
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
