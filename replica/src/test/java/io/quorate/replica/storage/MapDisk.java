package io.quorate.replica.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A disk in memory that keeps a list of what was done. Crashes are the simulator's: see its disk and the tests there. */
public final class MapDisk implements DiskPort {
    private final Map<String, List<String>> aside = new HashMap<>();

    private static final class Bytes {
        private byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private final Map<DiskDirectory, TreeMap<String, Bytes>> files = new EnumMap<>(DiskDirectory.class);
    private final List<String> done = new ArrayList<>();
    private Predicate<String> fault = operation -> false;
    private Predicate<String> full = operation -> false;
    private Predicate<String> unreadable = name -> false;
    private final boolean oneDirectory;
    private boolean marker;
    private int openFiles;

    public MapDisk() {
        this(false);
    }

    public MapDisk(boolean oneDirectory) {
        this.oneDirectory = oneDirectory;
        TreeMap<String, Bytes> data = new TreeMap<>();
        files.put(DiskDirectory.DATA, data);
        files.put(DiskDirectory.LOG, oneDirectory ? data : new TreeMap<>());
    }

    /** The files that an Apache ZooKeeper 3.9.5 wrote; see the folder of that name in the test resources. */
    static MapDisk apache(String folder, String... names) {
        MapDisk disk = new MapDisk(true);
        for (String name : names) {
            disk.put(DiskDirectory.DATA, name, resource(folder + "/" + name));
        }
        return disk;
    }

    static byte[] resource(String name) {
        try (InputStream in = MapDisk.class.getResourceAsStream("/apache-3.9.5/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was done since the last call, such as {@code "force log.1"}. Reads are left out. */
    public List<String> done() {
        List<String> copy = List.copyOf(done);
        done.clear();
        return copy;
    }

    /** Fails operations, named as in {@link #done}. */
    public void failWhen(Predicate<String> fault) {
        this.fault = fault;
    }

    public void put(DiskDirectory directory, String name, byte[] contents) {
        files.get(directory).put(name, new Bytes(contents.clone()));
    }

    public byte[] contents(DiskDirectory directory, String name) {
        return file(directory, name).bytes;
    }

    /** Puts the operator's {@code initialize} file there. */
    public void putInitializeMarker() {
        marker = true;
    }

    void cut(DiskDirectory directory, String name, int length) {
        put(directory, name, Arrays.copyOf(contents(directory, name), length));
    }

    void flip(DiskDirectory directory, String name, int position) {
        contents(directory, name)[position] ^= 0x10;
    }

    private Bytes file(DiskDirectory directory, String name) {
        Bytes file = files.get(directory).get(name);
        if (file == null) {
            throw new DiskException(directory + "/" + name, "find", null, "There is no such file.");
        }
        return file;
    }

    /** Fails operations as a full disk does, named as in {@link #done}; a write that fails has written its first half. */
    public void fullWhen(Predicate<String> condition) {
        this.full = condition;
    }

    /** Fails every read of such a file. */
    public void unreadableWhen(Predicate<String> condition) {
        this.unreadable = condition;
    }

    /** Files that were opened and not closed. */
    public int openFiles() {
        return openFiles;
    }

    private void operate(String operation) {
        if (full.test(operation)) {
            throw new DiskException(
                    DiskException.Kind.NO_SPACE, operation, "do it", null, "The disk is full: make room.");
        }
        if (fault.test(operation)) {
            throw new DiskException(operation, "do it", null, "The test says so.");
        }
        done.add(operation);
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        return List.copyOf(files.get(directory).keySet());
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return files.get(directory).containsKey(name);
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        return file(directory, name).bytes.length;
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        return file(directory, name).bytes.clone();
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        if (mode == OpenMode.CREATE) {
            if (exists(directory, name)) {
                throw new DiskException(name, "make the file", null, "It exists.");
            }
            operate("create " + name);
            put(directory, name, new byte[0]);
        }
        return new OpenFile(name, file(directory, name));
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        operate("rename " + from + " " + to);
        files.get(directory).put(to, file(directory, from));
        files.get(directory).remove(from);
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        file(directory, name);
        operate("delete " + name);
        files.get(directory).remove(name);
    }

    @Override
    public void setAside(DiskDirectory directory, String name, String folder) {
        file(directory, name);
        operate("setAside " + name + " " + folder);
        files.get(directory).remove(name);
        aside.computeIfAbsent(folder, key -> new ArrayList<>()).add(name);
    }

    /** Names of the files in that folder. */
    public List<String> aside(String folder) {
        return List.copyOf(aside.getOrDefault(folder, List.of()));
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        operate("force " + directory);
    }

    @Override
    public long freeBytes(DiskDirectory directory) {
        return Long.MAX_VALUE;
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

    private final class OpenFile implements DiskFile {
        private final String name;
        private final Bytes file;

        OpenFile(String name, Bytes file) {
            this.name = name;
            this.file = file;
            openFiles++;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            if (unreadable.test(name)) {
                throw new DiskException(name, "read it", null, "Check the disk.");
            }
            if (position >= file.bytes.length) {
                return -1;
            }
            int count = (int) Math.min(into.remaining(), file.bytes.length - position);
            into.put(file.bytes, (int) position, count);
            return count;
        }

        @Override
        public void write(long position, ByteBuffer bytes) {
            String operation = "write " + name + " " + position + " " + bytes.remaining();
            if (full.test(operation)) {
                put(position, bytes.slice(bytes.position(), bytes.remaining() / 2));
            }
            operate(operation);
            put(position, bytes);
        }

        private void put(long position, ByteBuffer bytes) {
            int end = (int) position + bytes.remaining();
            if (end > file.bytes.length) {
                file.bytes = Arrays.copyOf(file.bytes, end);
            }
            bytes.get(file.bytes, (int) position, bytes.remaining());
        }

        @Override
        public void force() {
            operate("force " + name);
        }

        @Override
        public void truncate(long length) {
            operate("truncate " + name + " " + length);
            file.bytes = Arrays.copyOf(file.bytes, (int) length);
        }

        @Override
        public void close() {
            openFiles--;
        }
    }
}
