package io.quorate.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.election.EventLog;
import io.quorate.jute.TxnHeader;
import io.quorate.protocol.Acl;
import io.quorate.protocol.OpCode;
import io.quorate.replica.storage.DiskDirectory;
import io.quorate.replica.storage.MapDisk;
import io.quorate.replica.storage.Storage;
import io.quorate.replica.storage.StorageSettings;
import io.quorate.tree.TreeSettings;
import io.quorate.tree.Txn;
import io.quorate.tree.TxnBody;
import io.quorate.zab.History;
import io.quorate.zab.LogPosition;
import io.quorate.zab.LogReader;
import io.quorate.zab.Proposal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the log on disk is read for learners that are behind: from where, in which pieces, and what stays open. */
class LearnerReadsTest {
    /** Longer than a step of reading has bytes, so that it takes several. */
    private static final int BIG_BYTES = ReplicaLimits.LOG_STEP_BYTES / 2;

    private static final int TXNS = 10;

    private final MapDisk disk = new MapDisk();
    private final ReplicaHarness.ManualLoop loop = new ReplicaHarness.ManualLoop();
    private final Answers answers = new Answers();
    private Storage storage;
    private LearnerReads reads;
    private int filesOfTheServer;

    /** A snapshot of 0, and transactions 1 to 5 and 6 to 10 in two logs. */
    @BeforeEach
    void fill() {
        StorageSettings settings =
                StorageSettings.DEFAULTS.withEnsemble(false).withPreAllocKiB(64).withRetention(3, 10_000);
        storage = new Storage(disk, settings, EventLog.NONE);
        TreeLoading loading = new TreeLoading(TreeSettings.defaults(), new History(500));
        storage.recover(loading, loading);
        append(1, 5, 10);
        storage.log().roll();
        append(6, TXNS, 10);
        reads = new LearnerReads(loop, storage);
        filesOfTheServer = disk.openFiles();
    }

    private void append(long from, long to, int bytes) {
        for (long zxid = from; zxid <= to; zxid++) {
            TxnBody body = new TxnBody.Create(OpCode.CREATE, "/" + zxid, new byte[bytes], Acl.OPEN, false, 1);
            storage.log().append(zxid, new Txn(new TxnHeader(1, 1, zxid, 1, body.type()), body, null).encode());
            storage.log().force();
        }
    }

    private void settle() {
        while (loop.runAll(1)) {
            // What is complete may ask for the next step.
        }
    }

    private int openForLearners() {
        return disk.openFiles() - filesOfTheServer;
    }

    @Test
    void aZxidIsLocatedWithWhatComesNext() {
        reads.locate(answers, 3, 0);
        settle();
        assertThat(answers.position).isEqualTo(new LogPosition(true, true, 2, true, 4, true));
    }

    @Test
    void whatIsReadIsWhatComesBehindInPiecesOverAllFilesAndNothingTwice() {
        reads.locate(answers, 3, 0);
        settle();
        long after = 3;
        while (after < TXNS) {
            answers.read.clear();
            reads.read(answers, after, 1);
            settle();
            assertThat(answers.read).as("behind %d", after).containsExactly(after + 1);
            after++;
        }
        reads.read(answers, after, 1);
        settle();
        assertThat(answers.empty).isEqualTo(1);
    }

    @Test
    void oneFileIsOpenForALearnerUntilItIsForgotten() {
        reads.locate(answers, 3, 0);
        settle();
        reads.read(answers, 3, 1 << 20);
        settle();
        assertThat(openForLearners()).isEqualTo(1);
        reads.forget(answers);
        settle();
        assertThat(openForLearners()).isZero();
    }

    @Test
    void whoWasForgottenMayReadAgain() {
        reads.locate(answers, 3, 0);
        settle();
        reads.forget(answers);
        reads.read(answers, 7, 1 << 20);
        settle();
        assertThat(answers.read).containsExactly(8L, 9L, 10L);
    }

    @Test
    void aNewSearchAndTheEndOfTheTermCloseWhatWasOpen() {
        Answers other = new Answers();
        reads.locate(answers, 3, 0);
        reads.locate(other, 8, 0);
        reads.locate(answers, 7, 0);
        settle();
        assertThat(openForLearners()).isEqualTo(2);
        reads.closeAll();
        settle();
        assertThat(openForLearners()).isZero();
    }

    @Test
    void whoIsForgottenWhileStepsAreLeftIsToldNothing() {
        append(TXNS + 1, TXNS + 6, BIG_BYTES / 2);
        reads.locate(answers, TXNS + 6, 0);
        loop.runAll(1);
        assertThat(answers.position).as("there are steps left").isNull();
        reads.forget(answers);
        settle();
        assertThat(answers.position).isNull();
        assertThat(openForLearners()).isZero();
    }

    @Test
    void aLogThatBeginsLaterOrIsTooLongIsOfNoUse() {
        disk.delete(DiskDirectory.LOG, "log.1");
        reads.locate(answers, 3, 0);
        settle();
        assertThat(answers.position).isEqualTo(LogPosition.UNUSABLE);
        reads.locate(answers, 8, 1e-9);
        settle();
        assertThat(answers.position).isEqualTo(LogPosition.UNUSABLE);
        assertThat(openForLearners()).isZero();
    }

    @Test
    void aDiskThatDoesNotGiveTheLogBackMakesItOfNoUse() {
        reads.locate(answers, 3, 0);
        settle();
        disk.unreadableWhen(name -> name.equals("log.6"));
        reads.read(answers, 3, 1 << 20);
        settle();
        assertThat(answers.empty).isEqualTo(1);
        reads.locate(answers, 8, 0);
        settle();
        assertThat(answers.position).isEqualTo(LogPosition.UNUSABLE);
        assertThat(openForLearners()).isZero();
    }

    private static final class Answers implements LogReader {
        private LogPosition position;
        private final List<Long> read = new ArrayList<>();
        private int empty;

        @Override
        public void onLocated(LogPosition located, long nowNanos) {
            position = located;
        }

        @Override
        public void onLogRead(List<Proposal> proposals, long nowNanos) {
            proposals.forEach(each -> read.add(each.zxid()));
            empty += proposals.isEmpty() ? 1 : 0;
        }
    }
}
