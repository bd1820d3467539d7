package io.quorate.server.disk;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a server that may be running, all open: what it purges, replaces or renames from now on can still be read, and what it makes is
 * not seen. Those of the data directory are listed first, so that the logs which a snapshot needs come with it: one that appears in between is
 * not in the list, and the logs reach beyond it. Only the epoch files are read as they are at the moment; they never fall behind.
 */
public final class HeldDisk implements DiskPort, AutoCloseable {
    private static final int ATTEMPTS = 10;
    private static final String LOG_PREFIX = "log.";
    private static final String EPOCH_SUFFIX = "Epoch";

    /** @param length what counts of it, in bytes; Long.MAX_VALUE for all that there is */
    private record Held(ChannelFile file, long length) {
        long size() {
            return Math.min(length, file.size());
        }
    }

    private final ReadOnlyDisk disk;
    private final Map<DiskDirectory, Map<String, Held>> files = new EnumMap<>(DiskDirectory.class);

    private HeldDisk(ReadOnlyDisk disk) {
        this.disk = disk;
        Map<String, Held> data = new LinkedHashMap<>();
        files.put(DiskDirectory.DATA, data);
        files.put(DiskDirectory.LOG, disk.oneDirectory() ? data : new LinkedHashMap<>());
    }

    /** @throws DiskException if a file cannot be opened */
    public static HeldDisk open(ReadOnlyDisk disk) {
        for (int attempt = 1; ; attempt++) {
            HeldDisk opened = new HeldDisk(disk);
            try {
                opened.openAll(DiskDirectory.DATA, false);
                opened.openAll(DiskDirectory.LOG, true);
                return opened;
            } catch (DiskException e) {
                opened.close();
                // The server removed a file between its listing and its opening: the list is void.
                if (attempt == ATTEMPTS || !(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    private void openAll(DiskDirectory directory, boolean logs) {
        for (String name : disk.list(directory)) {
            if (name.startsWith(LOG_PREFIX) == logs && !name.endsWith(EPOCH_SUFFIX)) {
                held(directory).put(name, new Held(disk.open(directory, name, OpenMode.READ), Long.MAX_VALUE));
            }
        }
    }

    private Map<String, Held> held(DiskDirectory directory) {
        Map<String, Held> held = files.get(directory);
        if (held == null) {
            throw new AssertionError(directory);
        }
        return held;
    }

    /** From now on only the first {@code length} bytes of a log count: what follows is being written. */
    public void endLogAt(String name, long length) {
        held(DiskDirectory.LOG).computeIfPresent(name, (key, held) -> new Held(held.file(), length));
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        List<String> names = new ArrayList<>(held(directory).keySet());
        disk.list(directory).stream()
                .filter(name -> name.endsWith(EPOCH_SUFFIX))
                .forEach(names::add);
        return names;
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return held(directory).containsKey(name) || (name.endsWith(EPOCH_SUFFIX) && disk.exists(directory, name));
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        Held held = held(directory).get(name);
        return held == null ? disk.size(directory, name) : held.size();
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        return disk.read(directory, name);
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        Held held = held(directory).get(name);
        return held == null || mode != OpenMode.READ ? disk.open(directory, name, mode) : new View(held);
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        disk.rename(directory, from, to);
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        disk.delete(directory, name);
    }

    @Override
    public void setAside(DiskDirectory directory, String name, String folder) {
        disk.setAside(directory, name, folder);
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {
        disk.forceDirectory(directory);
    }

    @Override
    public long freeBytes(DiskDirectory directory) {
        return disk.freeBytes(directory);
    }

    @Override
    public boolean oneDirectory() {
        return disk.oneDirectory();
    }

    @Override
    public boolean initializeMarkerExists() {
        return disk.initializeMarkerExists();
    }

    @Override
    public void deleteInitializeMarker() {
        disk.deleteInitializeMarker();
    }

    @Override
    public void close() {
        files.values().forEach(each -> each.values().forEach(held -> held.file().close()));
    }

    /** The file stays open when this is closed. */
    private record View(Held held) implements DiskFile {
        @Override
        public int read(long position, ByteBuffer into) {
            long left = held.length() - position;
            if (left <= 0) {
                return -1;
            }
            if (left >= into.remaining()) {
                return held.file().read(position, into);
            }
            ByteBuffer part = into.slice(into.position(), (int) left);
            int count = held.file().read(position, part);
            into.position(into.position() + Math.max(0, count));
            return count;
        }

        @Override
        public void write(long position, ByteBuffer bytes) {
            throw refused();
        }

        @Override
        public void force() {
            throw refused();
        }

        @Override
        public void truncate(long length) {
            throw refused();
        }

        private static IllegalStateException refused() {
            return new IllegalStateException("these files are only read here");
        }

        @Override
        public void close() {}
    }
}
