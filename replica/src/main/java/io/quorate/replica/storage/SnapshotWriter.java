package io.quorate.replica.storage;

import io.quorate.jute.Zxid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.Adler32;
import java.util.zip.GZIPOutputStream;

/**
 * Writes one snapshot file: body chunks, then the sections, under an unfinished name until it is whole and forced.
 *
 * <pre>
 *   from      to         by
 *   WRITING   SEALED     seal: everything is in the file and forced
 *   SEALED    PUBLISHED  publish: the file has its name, durably
 *   WRITING, SEALED  ABORTED  abort, or a failure of the disk
 * </pre>
 *
 * {@link #write}, {@link #seal} and {@link #abort} touch nothing but this file and may be called from another thread than the storage's, as
 * long as one thread at a time uses it; {@link #publish} and {@link #finish} may not. After a failure of the disk in any of them the only
 * thing to do with it is {@link #abort}.
 */
public final class SnapshotWriter {
    /** How far the file is. */
    public enum State {
        WRITING,
        SEALED,
        PUBLISHED,
        ABORTED;

        private Set<State> next() {
            return switch (this) {
                case WRITING -> EnumSet.of(SEALED, ABORTED);
                case SEALED -> EnumSet.of(PUBLISHED, ABORTED);
                case PUBLISHED, ABORTED -> EnumSet.noneOf(State.class);
            };
        }
    }

    private final DiskPort disk;
    private final StorageSettings settings;
    private final SnapshotCatalog catalog;
    private final TxnLog log;
    // Of the log when this was begun: another one means that the history was cut or replaced meanwhile.
    private final int generation;
    private final long zxid;
    private final String unfinishedName;
    private final SnapshotCompression compression;
    private final int forceBytes;
    private final DiskFile file;
    private final OutputStream out;
    private final Adler32 adler = new Adler32();
    private final ByteBuffer buffer = ByteBuffer.allocate(StorageLimits.SNAPSHOT_WRITE_BYTES);

    private State state = State.WRITING;
    private long bodyBytes;
    // Handed to the file since it was last forced, before compression.
    private long unforcedBytes;
    // Last transaction that is in the body. Above zxid if transactions were applied while it was written.
    private long endZxid;

    SnapshotWriter(
            DiskPort disk,
            StorageSettings settings,
            SnapshotCatalog catalog,
            TxnLog log,
            long zxid,
            String unfinishedName,
            SnapshotCompression compression,
            int forceBytes) {
        if (zxid < 0) {
            throw new IllegalArgumentException("there is no snapshot of zxid " + zxid);
        }
        this.disk = disk;
        this.settings = settings;
        this.catalog = catalog;
        this.log = log;
        this.generation = log.generation();
        this.zxid = zxid;
        this.unfinishedName = unfinishedName;
        AtomicFiles.deleteIfExists(disk, DiskDirectory.DATA, unfinishedName);
        this.compression = compression;
        this.forceBytes = forceBytes;
        this.file = disk.open(DiskDirectory.DATA, unfinishedName, OpenMode.CREATE);
        this.out = compressing();
        buffer.putInt(SnapshotFormat.MAGIC).putInt(SnapshotFormat.VERSION).putLong(SnapshotFormat.DBID);
        adler.update(buffer.array(), 0, buffer.position());
    }

    private OutputStream compressing() {
        OutputStream raw = new DiskOutputStream(file);
        try {
            return switch (compression) {
                case NONE -> raw;
                case GZIP -> new GZIPOutputStream(raw, StorageLimits.SNAPSHOT_WRITE_BYTES);
                case SNAPPY -> new SnappyOutputStream(raw);
            };
        } catch (IOException e) {
            throw impossible(e);
        } catch (DiskException e) {
            abort();
            throw e;
        }
    }

    /** The disk itself throws {@link DiskException}. */
    private static IllegalStateException impossible(IOException e) {
        return new IllegalStateException("a compressor failed without its file having failed", e);
    }

    public State state() {
        return state;
    }

    /** Of the name it will have. */
    public long zxid() {
        return zxid;
    }

    /** So far, in bytes. */
    public long bodyBytes() {
        return bodyBytes;
    }

    String unfinishedName() {
        return unfinishedName;
    }

    /** Goes on with the body, which begins with the session count and ends with the end-of-nodes mark. The bytes are copied. */
    public void write(byte[] bytes, int offset, int length) {
        require(State.WRITING);
        put(bytes, offset, length);
        bodyBytes += length;
    }

    /** {@link #seal} and {@link #publish}. */
    public void finish(long lastZxid, long digest) {
        seal(lastZxid, digest);
        publish();
    }

    /**
     * Writes the sections, as the settings say, and forces the file.
     *
     * @param lastZxid last transaction that is in the body; equal to {@link #zxid} for an exact snapshot
     * @param digest of the tree at {@code lastZxid}
     */
    public void seal(long lastZxid, long digest) {
        sealWith(lastZxid, lastZxid, digest);
    }

    /** {@link #seal} for a tree whose digest is not known. */
    public void sealWithoutDigest(long lastZxid) {
        sealWith(lastZxid, 0, 0);
    }

    private void sealWith(long lastZxid, long digestZxid, long digest) {
        require(State.WRITING);
        if (lastZxid < zxid) {
            throw new IllegalArgumentException(
                    "a snapshot of " + Zxid.show(zxid) + " cannot end with " + Zxid.show(lastZxid));
        }
        endZxid = lastZxid;
        putSeal();
        if (settings.digestEnabled()) {
            ByteBuffer section = ByteBuffer.allocate(SnapshotFormat.DIGEST_SECTION_BYTES);
            section.putLong(digestZxid).putInt(SnapshotFormat.DIGEST_VERSION).putLong(digest);
            put(section.array(), 0, section.capacity());
            putSeal();
        }
        if (settings.serializeLastProcessedZxid()) {
            put(
                    ByteBuffer.allocate(SnapshotFormat.ZXID_SECTION_BYTES)
                            .putLong(lastZxid)
                            .array(),
                    0,
                    Long.BYTES);
            putSeal();
        }
        flush();
        finishCompression();
        file.force();
        file.close();
        become(State.SEALED);
    }

    /**
     * Gives the sealed file its name, durably. From then on recovery starts from it.
     *
     * <p>If the history was cut, replaced or read again since it was begun, it may hold transactions that are gone (ZOOKEEPER-1549): then
     * it is aborted instead.
     *
     * <p>When this fails, the file may have its name already. It stays: it is whole, and what had that name before is gone.
     *
     * @return whether it is published
     */
    public boolean publish() {
        require(State.SEALED);
        if (generation != log.generation()) {
            abort();
            return false;
        }
        String name = StorageNames.snapshot(zxid) + compression.suffix();
        disk.rename(DiskDirectory.DATA, unfinishedName, name);
        disk.forceDirectory(DiskDirectory.DATA);
        published(name);
        return true;
    }

    /** The file has its name. */
    void published(String name) {
        become(State.PUBLISHED);
        catalog.addWritten();
        if (endZxid == zxid) {
            catalog.addExact(new ExactSnapshot(zxid, name, SnapshotFormat.HEADER_BYTES, bodyBytes));
        }
    }

    /**
     * Gives it up and removes the file. Does nothing to one that is published or aborted already. A disk that does not even remove the file
     * is no reason to fail: nothing reads an unfinished file, and the next recovery drops it.
     */
    public void abort() {
        if (state == State.PUBLISHED || state == State.ABORTED) {
            return;
        }
        become(State.ABORTED);
        try {
            file.close();
        } catch (DiskException e) {
            // As below.
        }
        try {
            AtomicFiles.deleteIfExists(disk, DiskDirectory.DATA, unfinishedName);
        } catch (DiskException e) {
            // It stays until the next recovery.
        }
    }

    private void putSeal() {
        long checksum = adler.getValue();
        put(ByteBuffer.allocate(Long.BYTES).putLong(checksum).array(), 0, Long.BYTES);
        put(SnapshotFormat.MARK, 0, SnapshotFormat.MARK.length);
    }

    private void put(byte[] bytes, int offset, int length) {
        adler.update(bytes, offset, length);
        int done = 0;
        while (done < length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, offset + done, part);
            done += part;
        }
    }

    private void flush() {
        try {
            out.write(buffer.array(), 0, buffer.position());
        } catch (IOException e) {
            throw impossible(e);
        }
        unforcedBytes += buffer.position();
        buffer.clear();
        if (unforcedBytes >= forceBytes) {
            file.force();
            unforcedBytes = 0;
        }
    }

    /** Writes what the compressor still holds; the file stays open. */
    private void finishCompression() {
        try {
            out.close();
        } catch (IOException e) {
            throw impossible(e);
        }
    }

    private void require(State wanted) {
        if (state != wanted) {
            throw new IllegalStateException(unfinishedName + " is " + state + ", not " + wanted);
        }
    }

    private void become(State to) {
        if (!state.next().contains(to)) {
            throw new IllegalStateException(unfinishedName + ": " + state + " -> " + to + " is not legal");
        }
        state = to;
    }
}
