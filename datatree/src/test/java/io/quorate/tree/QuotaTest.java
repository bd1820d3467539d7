package io.quorate.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import io.quorate.protocol.CreateRequest;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.SetDataRequest;
import io.quorate.protocol.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** client-protocol.md §11, "Quota". A created node of {@link TreeBed} has three bytes. */
class QuotaTest {
    private static final String LIMITS = "/zookeeper_limits";
    private static final String STATS = "/zookeeper_stats";

    private final List<QuotaListener.Excess> excesses = new ArrayList<>();
    private final TreeBed bed = new TreeBed(
            new DataTree(TreeSettings.defaults().withEnforceQuota(true).withExtendedTypesEnabled(true)), excesses::add);

    private void setQuota(TreeBed on, String path, String limits) {
        StringBuilder at = new StringBuilder("/zookeeper/quota");
        for (String name : path.substring(1).split("/", -1)) {
            at.append('/').append(name);
            on.create(at.toString());
        }
        assertThat(on.write(OpCode.CREATE, body(at + LIMITS, limits))).isEqualTo(ErrorCode.OK);
        assertThat(on.write(OpCode.CREATE, body(at + STATS, "count=0,bytes=0"))).isEqualTo(ErrorCode.OK);
    }

    private static JuteWriter body(String path, String data) {
        JuteWriter body = new JuteWriter();
        new CreateRequest(path, data.getBytes(StandardCharsets.UTF_8), Acl.OPEN, 0).write(body);
        return body;
    }

    private String stats(TreeBed on, String path) {
        return on.data("/zookeeper/quota" + path + STATS);
    }

    @Test
    void statisticsCountThePathItselfAndAllBelowFromTheBeginning() {
        bed.create("/a");
        bed.create("/a/b");
        bed.create("/other");
        setQuota(bed, "/a", "count=10,bytes=-1");
        assertThat(stats(bed, "/a")).isEqualTo("count=2,bytes=6");
    }

    @Test
    void statisticsFollowEveryChangeWithoutAChangeOfTheirStat() {
        bed.create("/a");
        setQuota(bed, "/a", "count=10,bytes=-1");
        Stat before = bed.stat("/zookeeper/quota/a" + STATS);
        bed.create("/a/b");
        bed.create("/a/b/c");
        bed.set("/a/b", "hello");
        assertThat(stats(bed, "/a")).isEqualTo("count=3,bytes=11");
        bed.set("/a/b", "");
        bed.delete("/a/b/c");
        bed.create("/elsewhere");
        assertThat(stats(bed, "/a")).isEqualTo("count=2,bytes=3");
        Stat after = bed.stat("/zookeeper/quota/a" + STATS);
        assertThat(after.mzxid()).isEqualTo(before.mzxid());
        assertThat(after.version()).isEqualTo(before.version());
    }

    @Test
    void ephemeralsThatGoWithTheirSessionAreTakenOff() {
        bed.create("/a");
        setQuota(bed, "/a", "count=10,bytes=-1");
        bed.openSession(TreeBed.SESSION);
        bed.create("/a/e", 1);
        assertThat(stats(bed, "/a")).isEqualTo("count=2,bytes=6");
        bed.closeSession(TreeBed.SESSION);
        assertThat(stats(bed, "/a")).isEqualTo("count=1,bytes=3");
    }

    @Test
    void theNearestQuotaCounts() {
        bed.create("/a");
        bed.create("/a/b");
        setQuota(bed, "/a", "count=10,bytes=-1");
        setQuota(bed, "/a/b", "count=10,bytes=-1");
        bed.create("/a/b/c");
        bed.create("/a/x");
        bed.create("/ab");
        assertThat(stats(bed, "/a/b")).isEqualTo("count=2,bytes=6");
        assertThat(stats(bed, "/a")).isEqualTo("count=2,bytes=6");
        assertLoadedAlike();
        bed.delete("/zookeeper/quota/a/b" + LIMITS);
        assertThat(stats(bed, "/a")).as("all of it again").isEqualTo("count=4,bytes=12");
        bed.create("/a/b/d");
        assertThat(stats(bed, "/a")).isEqualTo("count=5,bytes=15");
        assertLoadedAlike();
        bed.write(OpCode.CREATE, body("/zookeeper/quota/a/b" + LIMITS, "count=1,bytes=1"));
        assertThat(stats(bed, "/a/b")).isEqualTo("count=3,bytes=9");
        assertThat(stats(bed, "/a")).isEqualTo("count=2,bytes=6");
        assertLoadedAlike();
    }

    private void assertLoadedAlike() {
        DataTree loaded = TreeDump.load(TreeDump.snapshot(bed.tree), 0, bed.tree.settings(), bed.zxid);
        assertThat(loaded.quotas()).isEqualTo(bed.tree.quotas());
    }

    @Test
    void whatAClientWritesIntoStatisticsDoesNotStay() {
        bed.create("/a");
        setQuota(bed, "/a", "count=10,bytes=-1");
        bed.set("/zookeeper/quota/a" + STATS, "count=77,bytes=77");
        assertThat(stats(bed, "/a")).isEqualTo("count=1,bytes=3");
        assertLoadedAlike();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "count=2,bytes=-1=;countHardLimit=3 | count",
                "count=-1,bytes=-1=;countHardLimit=3 | count",
                "count=100,bytes=-1=;byteHardLimit=9 | bytes",
                "byteHardLimit=9;;,countHardLimit= | bytes"
            })
    void aHardLimitRefuses(String limits, String what) {
        bed.create("/a");
        setQuota(bed, "/a", limits);
        assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(bed.create("/a/2")).isEqualTo(ErrorCode.OK);
        excesses.clear();
        assertThat(bed.create("/a/3")).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(excesses).hasSize(1);
        assertThat(excesses.get(0).what()).isEqualTo(what);
        assertThat(excesses.get(0).refused()).isTrue();
        bed.delete("/a/1");
        assertThat(bed.create("/a/3")).isEqualTo(ErrorCode.OK);
    }

    @Test
    void aHardLimitOfBytesRefusesLongerData() {
        bed.create("/a");
        setQuota(bed, "/a", "count=-1,bytes=-1=;byteHardLimit=5");
        assertThat(bed.set("/a", "12345")).isEqualTo(ErrorCode.OK);
        assertThat(bed.set("/a", "123456")).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(bed.set("/a", "54321")).isEqualTo(ErrorCode.OK);
    }

    @Test
    void aSoftLimitOnlyWarns() {
        bed.create("/a");
        setQuota(bed, "/a", "count=1,bytes=3");
        assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(excesses)
                .containsExactly(
                        new QuotaListener.Excess("/a", "count", 2, 1, false),
                        new QuotaListener.Excess("/a", "bytes", 6, 3, false));
    }

    @Test
    void withoutEnforcementAHardLimitOnlyWarns() {
        TreeBed lax = new TreeBed(new DataTree(TreeSettings.defaults()), excesses::add);
        lax.create("/a");
        setQuota(lax, "/a", "count=-1,bytes=-1=;countHardLimit=1");
        assertThat(lax.create("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(excesses).containsExactly(new QuotaListener.Excess("/a", "count", 2, 1, false));
    }

    @Test
    void whatIsInFlightCounts() {
        bed.create("/a");
        setQuota(bed, "/a", "count=-1,bytes=-1=;countHardLimit=3");
        Txn one = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/1", 0));
        Txn two = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/2", 0));
        Txn three = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/3", 0));
        assertThat(three.err()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
        bed.apply(one);
        bed.apply(two);
        bed.apply(three);
        assertThat(bed.delete("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(bed.create("/a/3")).isEqualTo(ErrorCode.OK);
        assertThat(stats(bed, "/a")).isEqualTo("count=3,bytes=9");
    }

    /** A leader whose disk is slow applies late what was acknowledged long ago. */
    @Test
    void aQuotaThatIsInFlightItselfIsKept() {
        bed.create("/a");
        bed.create("/zookeeper/quota/a");
        Txn before = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/0", 0));
        Txn quota = prepare("/zookeeper/quota/a" + LIMITS, "count=-1,bytes=-1=;countHardLimit=4");
        Txn statistics = prepare("/zookeeper/quota/a" + STATS, "count=0,bytes=0");
        Txn one = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/1", 0));
        Txn two = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/2", 0));
        Txn three = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/3", 0));
        assertThat(List.of(before.err(), quota.err(), statistics.err(), one.err(), two.err()))
                .containsOnly(0);
        assertThat(three.err()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
        List.of(before, quota, statistics, one).forEach(bed::apply);
        Txn four = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/4", 0));
        assertThat(four.err())
                .as("the quota is there, the last node in flight")
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
        List.of(two, three, four).forEach(bed::apply);
        assertThat(bed.create("/a/5")).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(stats(bed, "/a")).isEqualTo("count=4,bytes=12");
    }

    @Test
    void aLimitThatIsChangedInFlightIsKept() {
        bed.create("/a");
        setQuota(bed, "/a", "count=-1,bytes=-1=;countHardLimit=4");
        JuteWriter body = new JuteWriter();
        new SetDataRequest(
                        "/zookeeper/quota/a" + LIMITS,
                        "count=-1,bytes=-1=;countHardLimit=2".getBytes(StandardCharsets.UTF_8),
                        -1)
                .write(body);
        Txn change = bed.prepare(TreeBed.SESSION, OpCode.SET_DATA, body);
        Txn one = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/1", 0));
        Txn two = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/2", 0));
        assertThat(one.err()).isZero();
        assertThat(two.err()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
        List.of(change, one, two).forEach(bed::apply);
    }

    @Test
    void aQuotaThatIsTakenBackWithItsMultiIsNone() {
        bed.create("/a");
        bed.create("/zookeeper/quota/a");
        JuteWriter multi = TreeBed.multi(
                OpCode.CREATE, body("/zookeeper/quota/a" + LIMITS, "count=-1,bytes=-1=;countHardLimit=1"),
                OpCode.CREATE, body("/zookeeper/quota/a" + STATS, "count=0,bytes=0"),
                OpCode.CREATE, TreeBed.createBody("/nowhere/1", 0));
        Txn refused = bed.prepare(TreeBed.SESSION, OpCode.MULTI, multi);
        assertThat(refused.err()).isEqualTo(ErrorCode.NO_NODE.code());
        Txn one = bed.prepare(TreeBed.SESSION, OpCode.CREATE, TreeBed.createBody("/a/1", 0));
        assertThat(one.err()).isZero();
        List.of(refused, one).forEach(bed::apply);
    }

    private Txn prepare(String path, String data) {
        return bed.prepare(TreeBed.SESSION, OpCode.CREATE, body(path, data));
    }

    @Test
    void aMultiThatGoesBeyondIsRefusedAsAWholeAndLeavesNothingInFlight() {
        bed.create("/a");
        setQuota(bed, "/a", "count=-1,bytes=-1=;countHardLimit=3");
        JuteWriter multi = TreeBed.multi(
                OpCode.CREATE, TreeBed.createBody("/a/1", 0),
                OpCode.CREATE, TreeBed.createBody("/a/2", 0),
                OpCode.CREATE, TreeBed.createBody("/a/3", 0));
        Txn txn = bed.prepare(TreeBed.SESSION, OpCode.MULTI, multi);
        assertThat(txn.err()).isEqualTo(ErrorCode.QUOTA_EXCEEDED.code());
        bed.apply(txn);
        assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(bed.create("/a/2")).isEqualTo(ErrorCode.OK);
        assertThat(bed.create("/a/3")).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void aQuotaThatIsDeletedCountsNoMore() {
        bed.create("/a");
        setQuota(bed, "/a", "count=-1,bytes=-1=;countHardLimit=1");
        assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        bed.delete("/zookeeper/quota/a" + LIMITS);
        assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(bed.tree.quotas()).isEmpty();
    }

    @Test
    void aQuotaOfTheRootIsIgnored() {
        bed.write(OpCode.CREATE, body("/zookeeper/quota" + LIMITS, "count=1=;countHardLimit=1"));
        bed.write(OpCode.CREATE, body("/zookeeper/quota" + STATS, "count=0,bytes=0"));
        assertThat(bed.create("/a")).isEqualTo(ErrorCode.OK);
    }

    @Test
    void limitsThatCannotBeReadLimitNothing() {
        bed.create("/a");
        setQuota(bed, "/a", "what,=,count==,bytes=many;countHardLimit=1x");
        assertThat(bed.create("/a/1")).isEqualTo(ErrorCode.OK);
        assertThat(excesses).isEmpty();
    }

    @Test
    void afterLoadingStatisticsAreExactWhateverTheSnapshotSays() {
        bed.create("/a");
        setQuota(bed, "/a", "count=10,bytes=-1");
        bed.create("/a/b");
        Node stats = bed.tree.store().find("/zookeeper/quota/a" + STATS);
        bed.tree.store().replaceData(stats, "count=77,bytes=77".getBytes(StandardCharsets.UTF_8));
        DataTree loaded = TreeDump.load(TreeDump.snapshot(bed.tree), 0, bed.tree.settings(), bed.zxid);
        assertThat(loaded.quotas()).containsExactly(new QuotaUsage("/a", 2, 6, 10, -1, -1, -1));
    }
}
