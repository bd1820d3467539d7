package io.quorate.simulation.bugs;

import io.quorate.jute.JuteWriter;
import io.quorate.jute.TxnHeader;
import io.quorate.jute.Zxid;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.DiskException;
import io.quorate.replica.storage.DiskFile;
import io.quorate.replica.storage.DiskPort;
import io.quorate.replica.storage.OpenMode;
import io.quorate.simulation.server.Phase;
import io.quorate.simulation.server.ServerProcess;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/** What a storage can get wrong, but for {@linkplain ForceIgnoringDisk forces that are left out}. */
final class DiskBugs {
    private static final String LOG = "log.";
    private static final String ACCEPTED_EPOCH = "acceptedEpoch";
    private static final String CURRENT_EPOCH = "currentEpoch";

    private DiskBugs() {}

    /** Cutting the log leaves one entry too many. */
    static final class CutsOneTooShort extends DiskTap {
        private static final int BEFORE_LENGTH = 8;
        private static final int AROUND_TXN = 8 + 4 + 1;

        CutsOneTooShort(DiskPort disk) {
            super(disk);
        }

        @Override
        public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
            DiskFile file = super.open(directory, name, mode);
            return directory == DiskDirectory.LOG && mode == OpenMode.WRITE && name.startsWith(LOG)
                    ? new Cut(file, directory, name)
                    : file;
        }

        private final class Cut extends FileTap {
            private final DiskDirectory directory;
            private final String name;

            Cut(DiskFile file, DiskDirectory directory, String name) {
                super(file);
                this.directory = directory;
                this.name = name;
            }

            @Override
            public void truncate(long length) {
                super.truncate(Math.min(length + lengthOfEntryAt(length), disk.size(directory, name)));
            }

            private long lengthOfEntryAt(long offset) {
                ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
                if (file.read(offset + BEFORE_LENGTH, length) < Integer.BYTES || length.getInt(0) == 0) {
                    return 0;
                }
                return (long) length.getInt(0) + AROUND_TXN;
            }
        }
    }

    /** A snapshot lacks the last transaction that its name says it has: what one looks like that is written while the tree changes, unnoticed. */
    static final class NamesSnapshotTooNew extends DiskTap {
        private static final String SNAPSHOT = "snapshot.";

        NamesSnapshotTooNew(DiskPort disk) {
            super(disk);
        }

        @Override
        public void rename(DiskDirectory directory, String from, String to) {
            long zxid = to.startsWith(SNAPSHOT) ? Long.parseUnsignedLong(to.substring(SNAPSHOT.length()), 16) : 0;
            super.rename(directory, from, zxid == 0 ? to : SNAPSHOT + Zxid.hex(zxid + 1));
        }
    }

    /** Where there is no snapshot, the log is taken for none: ZOOKEEPER-3644. */
    static final class SkipsLogWithoutSnapshot extends DiskTap {
        private static final String SNAPSHOT = "snapshot.";

        SkipsLogWithoutSnapshot(DiskPort disk) {
            super(disk);
        }

        @Override
        public List<String> list(DiskDirectory directory) {
            List<String> names = super.list(directory);
            boolean skips = super.list(DiskDirectory.DATA).stream().noneMatch(name -> name.startsWith(SNAPSHOT));
            return skips ? names.stream().filter(name -> !name.startsWith(LOG)).toList() : names;
        }
    }

    /** Something else than the log's one loop writes to it, behind what that has written. */
    abstract static class SecondWriter extends DiskTap {
        private @Nullable DiskFile newest;
        private long end;

        SecondWriter(DiskPort disk) {
            super(disk);
        }

        /** The log's loop has written that. */
        void written(byte[] bytes) {}

        final void append(byte[] bytes) {
            if (newest != null) {
                newest.write(end, ByteBuffer.wrap(bytes));
                newest.force();
            }
        }

        @Override
        public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
            DiskFile file = super.open(directory, name, mode);
            return directory == DiskDirectory.LOG && name.startsWith(LOG) && mode != OpenMode.READ
                    ? new Shared(file)
                    : file;
        }

        private final class Shared extends FileTap {
            Shared(DiskFile file) {
                super(file);
            }

            @Override
            public void write(long position, ByteBuffer bytes) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                super.write(position, bytes);
                newest = file;
                end = position + copy.length;
                written(copy);
            }
        }
    }

    /** The log's thread of the term before is still there, and writes what it wrote last again and again: ZOOKEEPER-4712, 4541. */
    static final class OldTermGoesOn extends SecondWriter {
        private byte[] last = new byte[0];
        private byte[] ofOldTerm = new byte[0];

        OldTermGoesOn(DiskPort disk) {
            super(disk);
        }

        void newTerm() {
            ofOldTerm = last;
        }

        @Override
        void written(byte[] bytes) {
            last = bytes;
            if (ofOldTerm.length > 0) {
                append(ofOldTerm);
            }
        }
    }

    /** Who serves read-only clients logs their sessions: ZOOKEEPER-3526. */
    static final class LogsReadOnlySessions extends SecondWriter {
        private static final byte END = 'B';
        private static final int TIMEOUT_MS = 1_000;

        LogsReadOnlySessions(DiskPort disk) {
            super(disk);
        }

        void session(long zxid, long wallMs) {
            JuteWriter txn = new JuteWriter();
            new TxnHeader(1, 0, zxid, wallMs, OpCode.CREATE_SESSION).write(txn);
            txn.writeInt(TIMEOUT_MS);
            byte[] bytes = txn.toByteArray();
            Adler32 adler = new Adler32();
            adler.update(bytes);
            append(ByteBuffer.allocate(Long.BYTES + Integer.BYTES + bytes.length + 1)
                    .putLong(adler.getValue())
                    .putInt(bytes.length)
                    .put(bytes)
                    .put(END)
                    .array());
        }
    }

    /** That a file of an epoch did not get its name is not noticed: ZOOKEEPER-4269. */
    static final class IgnoresRenameErrors extends DiskTap {
        IgnoresRenameErrors(DiskPort disk) {
            super(disk);
        }

        @Override
        public void rename(DiskDirectory directory, String from, String to) {
            try {
                super.rename(directory, from, to);
            } catch (DiskException e) {
                if (!to.equals(ACCEPTED_EPOCH) && !to.equals(CURRENT_EPOCH)) {
                    throw e;
                }
            }
        }
    }

    /** That a log could not be cut is not noticed: ZOOKEEPER-3701. */
    static final class IgnoresTruncateErrors extends DiskTap {
        IgnoresTruncateErrors(DiskPort disk) {
            super(disk);
        }

        @Override
        public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
            DiskFile file = super.open(directory, name, mode);
            return directory == DiskDirectory.LOG && name.startsWith(LOG) ? new Uncut(file) : file;
        }

        private static final class Uncut extends FileTap {
            Uncut(DiskFile file) {
                super(file);
            }

            @Override
            public void truncate(long length) {
                try {
                    super.truncate(length);
                } catch (DiskException e) {
                    // That is the bug.
                }
            }
        }
    }

    /** A promise that is below the epoch of the history is taken for that epoch: ZOOKEEPER-2307. */
    static final class RaisesPromise extends DiskTap {
        RaisesPromise(DiskPort disk) {
            super(disk);
        }

        @Override
        public byte[] read(DiskDirectory directory, String name) {
            byte[] found = super.read(directory, name);
            if (!name.equals(ACCEPTED_EPOCH) || !super.exists(directory, CURRENT_EPOCH)) {
                return found;
            }
            byte[] current = super.read(directory, CURRENT_EPOCH);
            return number(found) < number(current) ? current : found;
        }

        /** What is none is not touched. */
        private static long number(byte[] file) {
            String text = new String(file, StandardCharsets.ISO_8859_1);
            return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : Long.MAX_VALUE;
        }
    }

    /** A promise is given, and not stored. */
    static final class ForgetsPromise extends DiskTap {
        ForgetsPromise(DiskPort disk) {
            super(disk);
        }

        @Override
        public void rename(DiskDirectory directory, String from, String to) {
            if (!to.equals(ACCEPTED_EPOCH)) {
                super.rename(directory, from, to);
            }
        }
    }

    /** A force of the log that fails counts as done: ZOOKEEPER-4882, 2247. */
    static final class IgnoresForceErrors extends DiskTap {
        IgnoresForceErrors(DiskPort disk) {
            super(disk);
        }

        @Override
        public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
            DiskFile file = super.open(directory, name, mode);
            return directory == DiskDirectory.LOG && name.startsWith(LOG) ? new Careless(file) : file;
        }

        private static final class Careless extends FileTap {
            Careless(DiskFile file) {
                super(file);
            }

            @Override
            public void force() {
                try {
                    super.force();
                } catch (DiskException e) {
                    // That is the bug.
                }
            }
        }
    }

    /** While it is brought up to date, a learner's log is forced only when its current epoch is written: ZOOKEEPER-4643. */
    static final class StoresEpochBeforeHistory extends DiskTap {
        private final ServerProcess process;

        /** Whose force was put off. */
        private @Nullable DiskFile unforced;

        StoresEpochBeforeHistory(ServerProcess process, DiskPort disk) {
            super(disk);
            this.process = process;
        }

        @Override
        public DiskFile open(DiskDirectory directory, String name, OpenMode mode) {
            if (!name.startsWith(CURRENT_EPOCH)) {
                catchUp();
            }
            DiskFile file = super.open(directory, name, mode);
            return directory == DiskDirectory.LOG && mode == OpenMode.CREATE ? new Late(file) : file;
        }

        @Override
        public void forceDirectory(DiskDirectory directory) {
            super.forceDirectory(directory);
            if (directory == DiskDirectory.DATA) {
                catchUp();
            }
        }

        private void catchUp() {
            DiskFile file = unforced;
            unforced = null;
            if (file != null) {
                file.force();
            }
        }

        private boolean isBroughtUpToDate() {
            Phase phase = process.phase();
            return phase == Phase.LEARNER_DIFF || phase == Phase.LEARNER_TRUNC || phase == Phase.LEARNER_NEWLEADER;
        }

        private final class Late extends FileTap {
            Late(DiskFile file) {
                super(file);
            }

            @Override
            public void force() {
                if (isBroughtUpToDate()) {
                    unforced = file;
                } else {
                    super.force();
                }
            }

            @Override
            public void close() {
                catchUp();
                super.close();
            }
        }
    }
}
