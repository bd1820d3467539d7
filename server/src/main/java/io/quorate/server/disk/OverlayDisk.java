package io.quorate.server.disk;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import io.quorate.replica.storage.StorageLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose changes stay in memory: what recovery would do to files, without doing it. It is meant for the few and small changes of
 * recovery (a cut, a deletion, an epoch file); all that is written is kept.
 */
public final class OverlayDisk implements DiskPort {
    /** A file, as it would be. */
    private static final class Layer {
        // Name below; null for a file that was made here.
        final @Nullable String below;
        // All in bytes. What lies below counts up to belowLength.
        long belowLength;
        long length;
        // By position; they do not overlap.
        final TreeMap<Long, byte[]> written = new TreeMap<>();

        Layer(@Nullable String below, long length) {
            this.below = below;
            this.belowLength = length;
            this.length = length;
        }
    }

    private final DiskPort below;
    private final Map<DiskDirectory, Map<String, Layer>> files = new EnumMap<>(DiskDirectory.class);
    private boolean markerDeleted;

    public OverlayDisk(DiskPort below) {
        this.below = below;
        for (DiskDirectory directory : DiskDirectory.values()) {
            // With one directory both look at the same files, and have to see each other's changes.
            boolean shared = below.oneDirectory() && directory == DiskDirectory.LOG;
            files.put(directory, shared ? layers(DiskDirectory.DATA) : load(directory));
        }
    }

    private Map<String, Layer> load(DiskDirectory directory) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (String name : below.list(directory)) {
            layers.put(name, new Layer(name, below.size(directory, name)));
        }
        return layers;
    }

    private Map<String, Layer> layers(DiskDirectory directory) {
        Map<String, Layer> layers = files.get(directory);
        if (layers == null) {
            throw new AssertionError(directory);
        }
        return layers;
    }

    private Layer layer(DiskDirectory directory, String name) {
        Layer layer = layers(directory).get(name);
        if (layer == null) {
            throw new DiskException(name, "find the file", null, "It is missing.");
        }
        return layer;
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        return new ArrayList<>(layers(directory).keySet());
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return layers(directory).containsKey(name);
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        return layer(directory, name).length;
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        Layer layer = layer(directory, name);
        if (layer.length > StorageLimits.SMALL_FILE_BYTES) {
            throw new DiskException(
                    name,
                    "read it as a small file",
                    null,
                    "It has " + layer.length + " bytes and should have a few; it is not what its name says.");
        }
        ByteBuffer whole = ByteBuffer.allocate((int) layer.length);
        try (DiskFile file = open(directory, name, OpenMode.READ)) {
            while (whole.hasRemaining() && file.read(whole.position(), whole) > 0) {
                // A short read is not the end of the file.
            }
        }
        return whole.array();
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        if (mode == OpenMode.CREATE) {
            if (exists(directory, name)) {
                throw new DiskException(name, "make the file", null, "It exists.");
            }
            layers(directory).put(name, new Layer(null, 0));
        }
        Layer layer = layer(directory, name);
        DiskFile base = layer.below == null ? null : below.open(directory, layer.below, OpenMode.READ);
        return new OverlayFile(layer, base);
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        Layer layer = layer(directory, from);
        layers(directory).remove(from);
        layers(directory).put(to, layer);
    }

    @Override
    public void delete(DiskDirectory directory, String name) {
        layer(directory, name);
        layers(directory).remove(name);
    }

    @Override
    public void setAside(DiskDirectory directory, String name, String folder) {
        delete(directory, name);
    }

    @Override
    public void forceDirectory(DiskDirectory directory) {}

    @Override
    public long freeBytes(DiskDirectory directory) {
        return below.freeBytes(directory);
    }

    @Override
    public boolean oneDirectory() {
        return below.oneDirectory();
    }

    @Override
    public boolean initializeMarkerExists() {
        return !markerDeleted && below.initializeMarkerExists();
    }

    @Override
    public void deleteInitializeMarker() {
        markerDeleted = true;
    }

    private static final class OverlayFile implements DiskFile {
        private final Layer layer;
        private final @Nullable DiskFile base;

        OverlayFile(Layer layer, @Nullable DiskFile base) {
            this.layer = layer;
            this.base = base;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            long left = layer.length - position;
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, into.remaining());
            ByteBuffer part = into.slice(into.position(), count);
            readBelow(position, part);
            readWritten(position, part);
            into.position(into.position() + count);
            return count;
        }

        /** Zeros where nothing lies below. */
        private void readBelow(long position, ByteBuffer part) {
            int count = (int) Math.max(0, Math.min(part.capacity(), layer.belowLength - position));
            ByteBuffer from = part.slice(0, count);
            while (base != null && from.hasRemaining() && base.read(position + from.position(), from) > 0) {
                // A short read is not the end of the file.
            }
            for (int i = from.position(); i < part.capacity(); i++) {
                part.put(i, (byte) 0);
            }
        }

        private void readWritten(long position, ByteBuffer part) {
            long end = position + part.capacity();
            for (Map.Entry<Long, byte[]> piece :
                    layer.written.headMap(end, false).entrySet()) {
                long from = Math.max(position, piece.getKey());
                long to = Math.min(end, piece.getKey() + piece.getValue().length);
                if (from < to) {
                    part.put((int) (from - position), piece.getValue(), (int) (from - piece.getKey()), (int)
                            (to - from));
                }
            }
        }

        @Override
        public void write(long position, ByteBuffer bytes) {
            byte[] piece = new byte[bytes.remaining()];
            bytes.get(piece);
            long end = position + piece.length;
            layer.length = Math.max(layer.length, end);
            splitAround(position, end);
            layer.written.put(position, piece);
        }

        /** Drops what was written there before. */
        private void splitAround(long from, long to) {
            for (Map.Entry<Long, byte[]> old :
                    List.copyOf(layer.written.headMap(to, false).entrySet())) {
                long start = old.getKey();
                byte[] bytes = old.getValue();
                long end = start + bytes.length;
                if (end <= from) {
                    continue;
                }
                layer.written.remove(start);
                if (start < from) {
                    layer.written.put(start, Arrays.copyOf(bytes, (int) (from - start)));
                }
                if (end > to) {
                    layer.written.put(to, Arrays.copyOfRange(bytes, (int) (to - start), bytes.length));
                }
            }
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long length) {
            splitAround(length, Long.MAX_VALUE);
            layer.length = length;
            layer.belowLength = Math.min(layer.belowLength, length);
        }

        @Override
        public void close() {
            if (base != null) {
                base.close();
            }
        }
    }
}
