package io.quorate.replica.storage;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** A {@link DiskFile} from its beginning to its end, for decompressors that want a stream. Closes the file. */
final class DiskInputStream extends InputStream {
    private final DiskFile file;
    private long position;

    DiskInputStream(DiskFile file) {
        this.file = file;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int count = file.read(position, ByteBuffer.wrap(into, offset, length));
        if (count > 0) {
            position += count;
        }
        return count;
    }

    @Override
    public void close() {
        file.close();
    }
}
