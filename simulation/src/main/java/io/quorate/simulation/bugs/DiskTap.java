package io.quorate.simulation.bugs;

import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk seen from between the storage and the disk. By itself it changes nothing. */
class DiskTap implements DiskPort {
    final DiskPort disk;

    DiskTap(DiskPort disk) {
        this.disk = disk;
    }

    @Override
    public List<String> list(DiskDirectory directory) {
        return disk.list(directory);
    }

    @Override
    public boolean exists(DiskDirectory directory, String name) {
        return disk.exists(directory, name);
    }

    @Override
    public long size(DiskDirectory directory, String name) {
        return disk.size(directory, name);
    }

    @Override
    public byte[] read(DiskDirectory directory, String name) {
        return disk.read(directory, name);
    }

    @Override
    public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
        return disk.open(directory, name, mode);
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

    /** A file of it. */
    static class FileTap implements DiskFile {
        final DiskFile file;

        FileTap(DiskFile file) {
            this.file = file;
        }

        @Override
        public int read(long position, ByteBuffer into) {
            return file.read(position, into);
        }

        @Override
        public void write(long position, ByteBuffer bytes) {
            file.write(position, bytes);
        }

        @Override
        public void force() {
            file.force();
        }

        @Override
        public void truncate(long length) {
            file.truncate(length);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
