package io.quorate.replica.storage;

import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A {@link DiskFile} from its beginning on, for compressors that want a stream. Does not close the file. */
final class DiskOutputStream extends OutputStream {
    private final DiskFile file;
    private long position;

    DiskOutputStream(DiskFile file) {
        this.file = file;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        file.write(position, ByteBuffer.wrap(bytes, offset, length));
        position += length;
    }
}
