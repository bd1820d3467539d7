package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import io.quorate.replica.storage.StorageNames.Numbered;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.Adler32;
import java.util.zip.GZIPInputStream;

/** Reads one snapshot file, checks its seals, and hands its body on in pieces. */
final class SnapshotReader implements AutoCloseable {
    private static final String ADVICE = "An older snapshot is tried.";
    private static final int OLD_DIGEST_VERSION_MAX = 1;

    private final String name;
    private final InputStream in;
    private final Adler32 adler = new Adler32();
    private final int maxBufferBytes;

    private byte[] buffer = new byte[StorageLimits.READ_BYTES];
    private int start;
    private int limit;
    // Bytes that were consumed: where start lies in the uncompressed file.
    private long offset;

    private SnapshotReader(String name, InputStream in, int maxFieldBytes) {
        this.name = name;
        this.in = in;
        long record = 2L * maxFieldBytes + StorageLimits.SNAPSHOT_RECORD_SLACK_BYTES;
        this.maxBufferBytes = (int) Math.min(record, Integer.MAX_VALUE - 8);
    }

    /**
     * @throws DamagedFileException if it is not a whole snapshot
     * @throws DiskException if it cannot be read
     */
    static LoadedSnapshot load(DiskPort disk, Numbered snapshot, int maxFieldBytes, SnapshotBodySink sink) {
        String name = snapshot.name();
        try (SnapshotReader reader = new SnapshotReader(name, open(disk, name), maxFieldBytes)) {
            return reader.load(snapshot.zxid(), sink);
        } catch (IOException e) {
            // Decompressors throw these; the disk itself does not.
            throw new DamagedFileException(name, 0, "it cannot be decompressed (" + e.getMessage() + ")", ADVICE);
        }
    }

    /** The bytes of the file, uncompressed. */
    static InputStream open(DiskPort disk, String name) throws IOException {
        DiskFile file = disk.open(DiskDirectory.DATA, name, OpenMode.READ);
        InputStream raw = new DiskInputStream(file);
        try {
            return switch (SnapshotCompression.of(name)) {
                case NONE -> raw;
                case GZIP -> new GZIPInputStream(raw, StorageLimits.READ_BYTES);
                case SNAPPY -> new SnappyInputStream(raw);
            };
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Whether the checksum of the last seal is that of all that is before it: then the file is as it was written, from its first byte on.
     *
     * @throws DiskException if it cannot be read
     */
    static boolean isSealed(DiskPort disk, String name) {
        Adler32 checksum = new Adler32();
        byte[] window = new byte[SnapshotFormat.SEAL_BYTES + StorageLimits.READ_BYTES];
        int filled = 0;
        try (InputStream in = open(disk, name)) {
            for (int count = 0; count >= 0; count = in.read(window, filled, window.length - filled)) {
                filled += count;
                int covered = Math.max(0, filled - SnapshotFormat.SEAL_BYTES);
                checksum.update(window, 0, covered);
                System.arraycopy(window, covered, window, 0, filled - covered);
                filled -= covered;
            }
        } catch (IOException e) {
            return false;
        }
        int mark = Long.BYTES;
        return filled == SnapshotFormat.SEAL_BYTES
                && ByteBuffer.wrap(window).getLong() == checksum.getValue()
                && Arrays.equals(window, mark, filled, SnapshotFormat.MARK, 0, SnapshotFormat.MARK.length);
    }

    private LoadedSnapshot load(long zxid, SnapshotBodySink sink) throws IOException {
        readHeader();
        long bodyBytes = readBody(sink);
        readSeal();
        fill(SnapshotFormat.MAX_TAIL_BYTES);
        long digestZxid = 0;
        long digest = 0;
        long lastProcessed = Zxid.NONE;
        int zxidOnly = SnapshotFormat.ZXID_SECTION_BYTES + SnapshotFormat.SEAL_BYTES;
        if (remaining() > 0 && remaining() != zxidOnly) {
            long zxidOfDigest = take(Long.BYTES).getLong();
            OptionalLong found = readDigest();
            digestZxid = found.isPresent() ? zxidOfDigest : 0;
            digest = found.orElse(0);
            readSeal();
        }
        if (remaining() > 0) {
            lastProcessed = take(Long.BYTES).getLong();
            readSeal();
        }
        if (remaining() > 0) {
            throw damaged("there are bytes behind its last seal");
        }
        return new LoadedSnapshot(zxid, name, bodyBytes, digestZxid, digest, lastProcessed);
    }

    private void readHeader() throws IOException {
        ByteBuffer header = take(SnapshotFormat.HEADER_BYTES);
        int magic = header.getInt();
        if (magic != SnapshotFormat.MAGIC) {
            throw damaged(
                    String.format("it begins with 0x%08x, a snapshot begins with 0x%08x", magic, SnapshotFormat.MAGIC));
        }
    }

    private long readBody(SnapshotBodySink sink) throws IOException {
        long from = offset;
        int wanted = 1;
        while (!sink.complete()) {
            fill(wanted);
            if (remaining() < wanted) {
                throw damaged("it ends within its body");
            }
            int consumed = sink.feed(buffer, start, remaining());
            consume(consumed);
            // An incomplete record stays in the buffer, and needs more than is there.
            wanted = consumed > 0 ? Math.max(1, Math.min(remaining() + 1, buffer.length)) : remaining() + 1;
        }
        return offset - from;
    }

    private void readSeal() throws IOException {
        long expected = adler.getValue();
        ByteBuffer seal = take(SnapshotFormat.SEAL_BYTES);
        long checksum = seal.getLong();
        byte[] mark = new byte[SnapshotFormat.MARK.length];
        seal.get(mark);
        if (checksum != expected || !Arrays.equals(mark, SnapshotFormat.MARK)) {
            throw damaged(
                    String.format("its seal says 0x%x, the checksum of what is before it is 0x%x", checksum, expected));
        }
    }

    /** Empty for one of another version, which says nothing about a tree of today. */
    private OptionalLong readDigest() throws IOException {
        int version = take(Integer.BYTES).getInt();
        if (version > OLD_DIGEST_VERSION_MAX) {
            long digest = take(Long.BYTES).getLong();
            return version == SnapshotFormat.DIGEST_VERSION ? OptionalLong.of(digest) : OptionalLong.empty();
        }
        int length = take(Integer.BYTES).getInt();
        if (length < 0 || length > SnapshotFormat.MAX_TAIL_BYTES) {
            throw damaged("its digest is " + length + " characters long");
        }
        take(length);
        return OptionalLong.empty();
    }

    /** The next bytes, counted into the checksum. */
    private ByteBuffer take(int length) throws IOException {
        fill(length);
        if (remaining() < length) {
            throw damaged("it ends " + (length - remaining()) + " bytes too early");
        }
        ByteBuffer taken = ByteBuffer.wrap(buffer, start, length);
        consume(length);
        return taken;
    }

    private void consume(int length) {
        adler.update(buffer, start, length);
        start += length;
        offset += length;
    }

    private int remaining() {
        return limit - start;
    }

    /** Reads until {@code wanted} bytes are there, or the file ends. */
    private void fill(int wanted) throws IOException {
        if (remaining() >= wanted) {
            return;
        }
        if (wanted > maxBufferBytes) {
            throw damaged("a record of its body is longer than " + maxBufferBytes + " bytes (jute.maxbuffer)");
        }
        makeRoom(wanted);
        while (remaining() < wanted) {
            int count = in.read(buffer, limit, buffer.length - limit);
            if (count < 0) {
                return;
            }
            limit += count;
        }
    }

    private void makeRoom(int wanted) {
        int kept = remaining();
        if (wanted > buffer.length) {
            long doubled = Math.max(wanted, 2L * buffer.length);
            byte[] larger = new byte[(int) Math.min(doubled, maxBufferBytes)];
            System.arraycopy(buffer, start, larger, 0, kept);
            buffer = larger;
        } else {
            System.arraycopy(buffer, start, buffer, 0, kept);
        }
        start = 0;
        limit = kept;
    }

    private DamagedFileException damaged(String found) {
        return new DamagedFileException(name, offset, found, ADVICE);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
