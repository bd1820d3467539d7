package io.quorate.simulation;

import io.quorate.election.EnsembleConfig;
import io.quorate.replica.ReplicaSettings;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** What a run is like, drawn from its seed. */
public record Plan(Members members, ServerPlan server, Weather weather, Load load) {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000 * MS;

    /**
     * Which servers there are.
     *
     * @param voters servers 1 to {@code voters} vote
     * @param observers servers behind them do not
     * @param spares servers behind these are not in the ensemble, and may be taken in as voters
     * @param standalone whether the one server that there is has no ensemble
     * @param mayLoseDisks whether a server without files has no vote until it is brought up to date, unless its operator says that it is new
     */
    public record Members(int voters, int observers, int spares, boolean standalone, boolean mayLoseDisks) {}

    /**
     * What the network and the disks do.
     *
     * @param faultNanos how long there are faults, simulated ns
     * @param faultGapNanos the mean time between two of them, ns
     * @param latencyNanos the most that a message takes on a good day, ns
     * @param forceNanos the most that a force takes on a good day, ns
     * @param socketBytes how much a connection holds that was not delivered, bytes
     */
    public record Weather(long faultNanos, long faultGapNanos, long latencyNanos, long forceNanos, int socketBytes) {}

    /**
     * What clients do.
     *
     * @param operationGapNanos the mean time between two operations of a client, ns
     * @param operations how many a client asks for at most
     * @param restChance how likely a client takes a rest behind an operation
     */
    public record Load(int clients, long operationGapNanos, int operations, double restChance) {}

    public static Plan draw(Dice dice) {
        ServerPlan.Pace pace = ServerPlan.Pace.draw(dice);
        boolean standalone = dice.chance(0.05);
        int voters = standalone ? 1 : dice.pick(List.of(1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5, 7));
        int observers = standalone ? 0 : dice.pick(List.of(0, 0, 0, 0, 0, 0, 1, 1, 2));
        boolean mayLoseDisks = !standalone && dice.chance(0.4);
        boolean localSessions = !standalone && dice.chance(0.1);
        int clients = dice.between(2, 6);
        ServerPlan server = ServerPlan.draw(dice, pace, localSessions);
        Weather weather = new Weather(
                dice.between(3, 20) * SECOND,
                dice.skewed(100 * MS, 2 * SECOND),
                dice.skewed(MS / 10, pace.tickMs() * MS / 10),
                dice.skewed(MS / 10, pace.tickMs() * MS / 10),
                dice.pick(List.of(300, 4_000, 1 << 20)));
        Load load = new Load(
                clients, dice.skewed(2 * MS, 200 * MS), dice.between(50, 500), dice.pick(List.of(0.0, 0.02, 0.1, 0.3)));
        int spares = !standalone && dice.chance(0.2) ? dice.between(1, 2) : 0;
        boolean readOnly = !standalone && dice.chance(0.3);
        return new Plan(
                new Members(voters, observers, spares, standalone, mayLoseDisks),
                readOnly ? server.servingReadOnly() : server,
                weather,
                load);
    }

    /** An ensemble whose weather is fine, for scripts. */
    public static Plan calm(int voters, int observers) {
        return new Plan(
                new Members(voters, observers, 0, false, false),
                ServerPlan.CALM,
                new Weather(SECOND, SECOND, 2 * MS, MS, 1 << 20),
                new Load(1, SECOND, 1, 0));
    }

    /** The same with other servers. */
    public Plan with(UnaryOperator<ServerPlan> change) {
        return new Plan(members, change.apply(server), weather, load);
    }

    Plan limited(RunSpec spec) {
        return new Plan(
                members,
                server,
                new Weather(
                        Math.min(weather.faultNanos(), spec.faultMs() * MS),
                        weather.faultGapNanos(),
                        weather.latencyNanos(),
                        weather.forceNanos(),
                        weather.socketBytes()),
                new Load(
                        Math.min(load.clients(), spec.clients()),
                        load.operationGapNanos(),
                        Math.min(load.operations(), spec.operations()),
                        load.restChance()));
    }

    /** How many there are, in the ensemble or not. */
    public int servers() {
        return members.voters() + members.observers() + members.spares();
    }

    /** How many voters there are at most. */
    int mostVoters() {
        return members.voters() + members.spares();
    }

    public boolean isObserver(long sid) {
        return sid > members.voters() && sid <= members.voters() + members.observers();
    }

    /** Whether it is not in the ensemble at first. */
    public boolean isSpare(long sid) {
        return sid > members.voters() + members.observers();
    }

    SortedSet<Long> firstVoters() {
        return new TreeSet<>(LongStream.rangeClosed(1, members.voters()).boxed().toList());
    }

    /** As it is at first. */
    public EnsembleConfig ensemble() {
        return ensemble(firstVoters());
    }

    EnsembleConfig ensemble(SortedSet<Long> voting) {
        StringBuilder text = new StringBuilder();
        for (long sid = 1; sid <= servers(); sid++) {
            if (voting.contains(sid) || isObserver(sid)) {
                text.append("server.")
                        .append(sid)
                        .append("=10.0.0.")
                        .append(sid)
                        .append(":2888:3888:");
                text.append(isObserver(sid) ? "observer\n" : "participant\n");
            }
        }
        return EnsembleConfig.parse(text.append("version=0").toString());
    }

    public ReplicaSettings replica(long sid, EnsembleConfig ensemble) {
        return server.settings(sid, members.standalone() ? null : ensemble, members.mayLoseDisks());
    }

    /** How long at most, when there are no faults any more, until a leader is established and all servers and clients are in order, ns. */
    public long calmLimitNanos() {
        return 20L * server.election().maxNotificationIntervalMs() * MS
                + 6L * (server.initLimit() + server.syncLimit()) * server.tickNanos()
                + 2L * server.maxSessionTimeoutMs() * MS
                + 10 * SECOND;
    }
}
