package io.quorate.simulation.bugs;

import io.quorate.protocol.SetAclRequest;
import io.quorate.replica.ReplicaStatus;
import io.quorate.replica.port.ClientChannel;
import io.quorate.replica.storage.DiskPort;
import io.quorate.simulation.Dice;
import io.quorate.simulation.World;
import io.quorate.simulation.bugs.ForceIgnoringDisk.Ignored;
import io.quorate.simulation.server.Seams;
import io.quorate.simulation.server.ServerProcess;
import io.quorate.zab.PeerListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Each of these, switched on alone, must be found: that is how we know that the simulation sees something. */
public enum Bug {
    LOST_FORCE_LOG(5, world -> forceless(Ignored.LOG)),
    LOST_FORCE_LOG_CUT(300, world -> forceless(Ignored.LOG_CUT)),
    LOST_FORCE_LOG_DIRECTORY(5, world -> forceless(Ignored.LOG_DIRECTORY)),
    LOST_FORCE_SNAPSHOT(50, world -> forceless(Ignored.SNAPSHOT)),
    LOST_FORCE_SNAP_RECEIVED(50, world -> forceless(Ignored.RECEIVED_SNAPSHOT)),
    LOST_FORCE_SNAP_INTENT(300, world -> forceless(Ignored.INTENT)),
    SNAPSHOT_NAMED_TOO_NEW(20, world -> disk((process, disk) -> new DiskBugs.NamesSnapshotTooNew(disk))),
    LOST_FORCE_EPOCH(5, world -> forceless(Ignored.EPOCH)),
    LOST_FORCE_DATA_DIRECTORY(5, world -> forceless(Ignored.DATA_DIRECTORY)),
    ACK_BEFORE_FORCE(5, world -> learner(LearnerBugs.AcknowledgesBeforeForce::new)),
    COMMIT_WITHOUT_QUORUM(50, world -> leader(LeaderBugs.CommitsWithoutQuorum::new)),
    NEWLEADER_ACKED_BEFORE_HISTORY(5, world -> learner(LearnerBugs.AcknowledgesNewLeaderBeforeHistory::new)),
    EPOCH_BEFORE_HISTORY(20, world -> disk(DiskBugs.StoresEpochBeforeHistory::new)),
    TRUNC_ONE_TOO_SHORT(100, world -> disk((process, disk) -> new DiskBugs.CutsOneTooShort(disk))),
    TRUNC_TAKEN_FOR_DIFF(300, world -> learner(LearnerBugs.KeepsWhatIsCut::new)),
    UPTODATE_EARLY(5, world -> leader(LeaderBugs.SendsUpToDateEarly::new)),
    COMMIT_DROPPED(20, world -> {
        Dice dice = world.dice("bug");
        return leader((process, listener) -> new LeaderBugs.DropsCommits(process, listener, dice));
    }),
    JOINER_MISSES_COMMITS(2000, world -> leader(LeaderBugs.WithholdsFromJoiner::new)),
    SNAP_SENT_AS_DIFF(50, world -> leader(LeaderBugs.SendsDiffForSnap::new)),
    FORCE_ERROR_IGNORED(2000, world -> disk((process, disk) -> new DiskBugs.IgnoresForceErrors(disk))),
    ACCEPTED_EPOCH_NOT_STORED(5, world -> disk((process, disk) -> new DiskBugs.ForgetsPromise(disk))),
    STALE_SYNC(50, world -> leader(LeaderBugs.AnswersSyncAtOnce::new)),
    VOTES_BY_SERVER_FIRST(3000, world -> new VotesByServerFirst()),
    EVENT_BEHIND_REPLY(20, world -> channel(ClientBugs.EventBehindReply::new)),
    EVENT_DROPPED(20, world -> {
        Dice dice = world.dice("bug");
        return channel(channel -> new ClientBugs.DropsEvents(channel, dice));
    }),
    REMOVED_WATCH_FIRES(5, world -> new RemovedWatchFires()),
    CREATION_HIDDEN(20, world -> channel(ClientBugs.HidesCreations::new)),
    WRONG_EVENT_AFTER_RECONNECT(50, world -> channel(ClientBugs.TellsWrongEventAfterReconnect::new)),
    TIME_OUT_LONGER_THAN_KEPT(50, world -> channel(ClientBugs.TellsLongerTimeOut::new)),
    DELETION_HIDDEN(20, world -> channel(ClientBugs.HidesDeletions::new)),
    REPLIES_SWAPPED(20, world -> {
        Dice dice = world.dice("bug");
        return channel(channel -> new ClientBugs.SwapsReplies(channel, dice));
    }),
    OLDER_SERVER_ACCEPTED(3000, world -> new OlderServerAccepted()),
    EPHEMERAL_OUTLIVES_SESSION(20, world -> new EphemeralOutlivesSession(world.dice("bug"))),
    ACL_OF_BEFORE(20, world -> new AclOfBefore()),
    SEQUENCE_REUSED(20, world -> new SequenceReused()),
    SESSION_END_LEFT_OUT_OF_DIFF(5, world -> leader(LeaderBugs.LeavesSessionsOpen::new)),
    OLD_TERM_GOES_ON_WRITING(5, world -> new OldTermGoesOn()),
    ACK_OVERTAKES_NEWLEADER(0, world -> new AckOvertakesNewLeader()),
    READ_ONLY_SESSION_LOGGED(100, world -> new ReadOnlySessionLogged()),
    LOG_WITHOUT_SNAPSHOT_SKIPPED(0, world -> disk((process, disk) -> new DiskBugs.SkipsLogWithoutSnapshot(disk))),
    EPOCH_RENAME_ERROR_IGNORED(0, world -> disk((process, disk) -> new DiskBugs.IgnoresRenameErrors(disk))),
    TRUNCATE_ERROR_IGNORED(0, world -> disk((process, disk) -> new DiskBugs.IgnoresTruncateErrors(disk))),
    LOWER_ACCEPTED_EPOCH_TAKEN(0, world -> disk((process, disk) -> new DiskBugs.RaisesPromise(disk))),
    ACL_MISSING_IN_SNAPSHOT(0, world -> disk((process, disk) -> new SnapshotAcls(disk, SnapshotAcls::missing))),
    ACLS_MIXED_UP_IN_SNAPSHOT(0, world -> disk((process, disk) -> new SnapshotAcls(disk, SnapshotAcls::mixedUp)));

    private final int seedsNeeded;

    @SuppressWarnings("ImmutableEnumChecker") // a constructor reference or the like: it holds nothing
    private final Function<World, Seams> seams;

    Bug(int seedsNeeded, Function<World, Seams> seams) {
        this.seedsNeeded = seedsNeeded;
        this.seams = seams;
    }

    /** As on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Within so many seeds, from 1 on, one finds it; 0 if only the scenario that it is for does. */
    public int seedsNeeded() {
        return seedsNeeded;
    }

    public Seams seams(World world) {
        return seams.apply(world);
    }

    private interface DiskFactory {
        DiskPort tap(ServerProcess process, DiskPort disk);
    }

    private interface PeerFactory {
        PeerListener tap(ServerProcess process, PeerListener listener);
    }

    private static Seams forceless(Ignored ignored) {
        return disk((process, disk) -> new ForceIgnoringDisk(disk, ignored));
    }

    private static Seams disk(DiskFactory factory) {
        return new Seams() {
            @Override
            public DiskPort disk(ServerProcess process, DiskPort disk) {
                return factory.tap(process, disk);
            }
        };
    }

    private static Seams learner(PeerFactory factory) {
        return new Seams() {
            @Override
            public PeerListener learner(ServerProcess process, PeerListener learner) {
                return process.server().isObserver() ? learner : factory.tap(process, learner);
            }
        };
    }

    private static Seams leader(PeerFactory factory) {
        return new Seams() {
            @Override
            public PeerListener leader(ServerProcess process, PeerListener leader) {
                return factory.tap(process, leader);
            }
        };
    }

    private static Seams channel(Function<ClientChannel, ClientChannel> factory) {
        return new Seams() {
            @Override
            public ClientChannel clientChannel(ServerProcess process, ClientChannel channel) {
                return factory.apply(channel);
            }
        };
    }

    private static final class OldTermGoesOn implements Seams {
        private final Map<ServerProcess, DiskBugs.OldTermGoesOn> disks = new HashMap<>();

        @Override
        public DiskPort disk(ServerProcess process, DiskPort disk) {
            DiskBugs.OldTermGoesOn tap = new DiskBugs.OldTermGoesOn(disk);
            disks.put(process, tap);
            return tap;
        }

        @Override
        public PeerListener learner(ServerProcess process, PeerListener learner) {
            DiskBugs.OldTermGoesOn tap = disks.get(process);
            if (tap != null) {
                tap.newTerm();
            }
            return learner;
        }
    }

    private static final class ReadOnlySessionLogged implements Seams {
        private final Map<ServerProcess, DiskBugs.LogsReadOnlySessions> disks = new HashMap<>();

        @Override
        public DiskPort disk(ServerProcess process, DiskPort disk) {
            DiskBugs.LogsReadOnlySessions tap = new DiskBugs.LogsReadOnlySessions(disk);
            disks.put(process, tap);
            return tap;
        }

        @Override
        public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
            DiskBugs.LogsReadOnlySessions tap = disks.get(process);
            if (first && tap != null && process.status().mode() == ReplicaStatus.Mode.READ_ONLY) {
                tap.session(process.replica().treeState().lastZxid() + 1, process.wallMs());
            }
            return frame;
        }
    }

    private static final class AckOvertakesNewLeader implements Seams {
        private final Map<ServerProcess, List<LeaderBugs.GivesUpOnOvertaking>> taps = new HashMap<>();

        @Override
        public PeerListener learner(ServerProcess process, PeerListener learner) {
            return new LearnerBugs.OvertakesNewLeader(process, learner);
        }

        @Override
        public PeerListener leader(ServerProcess process, PeerListener leader) {
            return new LeaderBugs.GivesUpOnOvertaking(
                    process, leader, taps.computeIfAbsent(process, any -> new ArrayList<>()));
        }
    }

    private static final class VotesByServerFirst implements Seams {
        @Override
        public byte[] election(ServerProcess process, byte[] message) {
            return ElectionBugs.bySidFirst(process.id(), message);
        }
    }

    private static final class OlderServerAccepted implements Seams {
        @Override
        public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
            return first ? ClientBugs.forgetWhatWasSeen(frame) : frame;
        }
    }

    private static final class RemovedWatchFires implements Seams {
        @Override
        public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
            return first ? frame : ClientBugs.withoutRemoval(frame);
        }
    }

    private static final class AclOfBefore implements Seams {
        private final Map<ServerProcess, SetAclRequest> lasts = new HashMap<>();

        @Override
        public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
            return first ? frame : ClientBugs.withAclOfBefore(frame, set -> lasts.put(process, set));
        }
    }

    private record EphemeralOutlivesSession(Dice dice) implements Seams {
        private static final double CHANCE = 0.2;

        @Override
        public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
            return first || !dice.chance(CHANCE) ? frame : ClientBugs.withoutOwner(frame);
        }
    }

    private static final class SequenceReused implements Seams {
        private final Map<ServerProcess, Integer> numbers = new HashMap<>();

        @Override
        public byte @Nullable [] clientFrame(ServerProcess process, byte[] frame, boolean first) {
            return first ? frame : ClientBugs.withNumber(frame, numbers.merge(process, 1, Integer::sum));
        }
    }
}
