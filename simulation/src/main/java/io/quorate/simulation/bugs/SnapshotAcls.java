package io.quorate.simulation.bugs;

import io.quorate.jute.JuteReader;
import io.quorate.protocol.Acl;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The ids of ACLs in a snapshot are wrong, and all else in it is right, seals included: what a snapshot looks like whose table of ACLs was
 * written at another time than its nodes.
 */
final class SnapshotAcls extends DiskTap {
    private static final String SNAPSHOT = "snapshot.";
    private static final int HEADER_BYTES = 16;
    private static final int SESSION_BYTES = Long.BYTES + Integer.BYTES;
    private static final long UNUSED_ID = 1L << 40;

    private final BiConsumer<ByteBuffer, List<Integer>> change;

    /** @param change is given a snapshot, and where in it the ids of its table are */
    SnapshotAcls(DiskPort disk, BiConsumer<ByteBuffer, List<Integer>> change) {
        super(disk);
        this.change = change;
    }

    /** The last one is one that no node has: ZOOKEEPER-3306, 4689. */
    static void missing(ByteBuffer snapshot, List<Integer> ids) {
        if (!ids.isEmpty()) {
            snapshot.putLong(ids.get(ids.size() - 1), UNUSED_ID);
        }
    }

    /** Each stands for what the one before it did: ZOOKEEPER-4846. */
    static void mixedUp(ByteBuffer snapshot, List<Integer> ids) {
        for (int i = 0; i + 1 < ids.size(); i++) {
            long first = snapshot.getLong(ids.get(i));
            snapshot.putLong(ids.get(i), snapshot.getLong(ids.get(i + 1)));
            snapshot.putLong(ids.get(i + 1), first);
        }
    }

    @Override
    public void rename(DiskDirectory directory, String from, String to) {
        if (directory == DiskDirectory.DATA && to.startsWith(SNAPSHOT)) {
            rewrite(from);
        }
        super.rename(directory, from, to);
    }

    private void rewrite(String name) {
        byte[] bytes = new byte[(int) disk.size(DiskDirectory.DATA, name)];
        ByteBuffer snapshot = ByteBuffer.wrap(bytes);
        try (DiskFile file = disk.open(DiskDirectory.DATA, name, OpenMode.WRITE)) {
            while (snapshot.hasRemaining() && file.read(snapshot.position(), snapshot) > 0) {
                // On to the end.
            }
            change.accept(snapshot, idsIn(bytes, snapshot.getInt(HEADER_BYTES)));
            SnapshotSeals.renew(bytes);
            file.write(0, snapshot.rewind());
            file.force();
        }
    }

    private static List<Integer> idsIn(byte[] snapshot, int sessions) {
        int at = HEADER_BYTES + Integer.BYTES + sessions * SESSION_BYTES;
        JuteReader in = new JuteReader(snapshot, at, snapshot.length - at);
        List<Integer> ids = new ArrayList<>();
        int entries = in.readInt();
        for (int i = 0; i < entries; i++) {
            ids.add(in.position());
            in.readLong();
            Acl.readList(in);
        }
        return ids;
    }
}
