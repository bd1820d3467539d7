package io.quorate.simulation.bugs;

import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import io.quorate.simulation.server.Seams;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PeerListener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bug that is not there at first. From {@link #breakNow} on it is in what begins then: operations of a disk and files that are opened,
 * terms, connections of clients, and all that is sent. What was under way before stays as it is.
 */
public final class LateSeams implements Seams {
    private final Seams bug;
    private boolean broken;

    public LateSeams(Seams bug) {
        this.bug = bug;
    }

    public void breakNow() {
        broken = true;
    }

    @Override
    public DiskPort disk(ServerProcess process, DiskPort disk) {
        return new LateDisk(disk, bug.disk(process, disk));
    }

    @Override
    public PeerListener learner(ServerProcess process, PeerListener learner) {
        return broken ? bug.learner(process, learner) : learner;
    }

    @Override
    public PeerListener leader(ServerProcess process, PeerListener leader) {
        return broken ? bug.leader(process, leader) : leader;
    }

    @Override
    public byte[] election(ServerProcess process, byte[] message) {
        return broken ? bug.election(process, message) : message;
    }

    @Override
    public ClientChannel clientChannel(ServerProcess process, ClientChannel channel) {
        return broken ? bug.clientChannel(process, channel) : channel;
    }

    @Override
    public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
        return broken ? bug.clientFrame(process, frame, first) : frame;
    }

    private final class LateDisk implements DiskPort {
        private final DiskPort sound;
        private final DiskPort tapped;

        LateDisk(DiskPort sound, DiskPort tapped) {
            this.sound = sound;
            this.tapped = tapped;
        }

        private DiskPort now() {
            return broken ? tapped : sound;
        }

        @Override
        public List<String> list(DiskDirectory directory) {
            return now().list(directory);
        }

        @Override
        public boolean exists(DiskDirectory directory, String name) {
            return now().exists(directory, name);
        }

        @Override
        public long size(DiskDirectory directory, String name) {
            return now().size(directory, name);
        }

        @Override
        public byte[] read(DiskDirectory directory, String name) {
            return now().read(directory, name);
        }

        @Override
        public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
            return now().open(directory, name, mode);
        }

        @Override
        public void rename(DiskDirectory directory, String from, String to) {
            now().rename(directory, from, to);
        }

        @Override
        public void delete(DiskDirectory directory, String name) {
            now().delete(directory, name);
        }

        @Override
        public void setAside(DiskDirectory directory, String name, String folder) {
            now().setAside(directory, name, folder);
        }

        @Override
        public void forceDirectory(DiskDirectory directory) {
            now().forceDirectory(directory);
        }

        @Override
        public long freeBytes(DiskDirectory directory) {
            return now().freeBytes(directory);
        }

        @Override
        public boolean oneDirectory() {
            return now().oneDirectory();
        }

        @Override
        public boolean initializeMarkerExists() {
            return now().initializeMarkerExists();
        }

        @Override
        public void deleteInitializeMarker() {
            now().deleteInitializeMarker();
        }
    }
}
