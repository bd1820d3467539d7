package io.quorate.simulation.checkers;

import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.Stat;
import io.quorate.simulation.Coverage;
import io.quorate.simulation.World;
import io.quorate.simulation.client.History;
import io.quorate.simulation.client.Operation;
import io.quorate.simulation.client.Operation.Kind;
import io.quorate.simulation.client.ReplyObserver;
import io.quorate.simulation.client.SimulatedClient;
import io.quorate.simulation.linearizability.Call;
import io.quorate.simulation.linearizability.LinearizabilityChecker;
import io.quorate.simulation.linearizability.TreeModel;
import io.quorate.simulation.linearizability.TreeModel.Extent;
import io.quorate.simulation.linearizability.TreeOperation;
import io.quorate.simulation.linearizability.TreeOperation.AclData;
import io.quorate.simulation.linearizability.TreeOperation.All;
import io.quorate.simulation.linearizability.TreeOperation.Answer;
import io.quorate.simulation.linearizability.TreeOperation.Check;
import io.quorate.simulation.linearizability.TreeOperation.Create;
import io.quorate.simulation.linearizability.TreeOperation.Data;
import io.quorate.simulation.linearizability.TreeOperation.Delete;
import io.quorate.simulation.linearizability.TreeOperation.Done;
import io.quorate.simulation.linearizability.TreeOperation.DoneAt;
import io.quorate.simulation.linearizability.TreeOperation.EndSession;
import io.quorate.simulation.linearizability.TreeOperation.Failed;
import io.quorate.simulation.linearizability.TreeOperation.Found;
import io.quorate.simulation.linearizability.TreeOperation.Multi;
import io.quorate.simulation.linearizability.TreeOperation.Read;
import io.quorate.simulation.linearizability.TreeOperation.ReadAcl;
import io.quorate.simulation.linearizability.TreeOperation.ReadAll;
import io.quorate.simulation.linearizability.TreeOperation.Request;
import io.quorate.simulation.linearizability.TreeOperation.SetAcl;
import io.quorate.simulation.linearizability.TreeOperation.SetData;
import io.quorate.simulation.linearizability.TreeOperation.Version;
import io.quorate.simulation.linearizability.TreeState;
import io.quorate.simulation.linearizability.UnseenWrites;
import io.quorate.simulation.linearizability.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes, and reads behind a sync or a write of their own connection, are linearizable: node by node in every run, and the whole tree in small
 * ones. Zxids are not looked at but as a hint of where to search first.
 *
 * <p>What a read shows was the newest state at some time between the question of the last write or sync before it on its connection and its own
 * answer; so it counts as if it had been asked for at that time. A read without any of them before it may show an old state.
 */
public final class LinearizableHistory implements ReplyObserver {
    /** Histories of the whole tree with more calls are not searched. */
    private static final int MAX_TREE_CALLS = 1_000;

    private static final long MAX_STEPS = 200_000;
    private static final int EXPLAINED_CALLS = 6;
    /** Refusals that a state of the tree is the reason for. */
    private static final Set<ErrorCode> OF_THE_TREE = EnumSet.of(
            ErrorCode.NO_NODE,
            ErrorCode.NODE_EXISTS,
            ErrorCode.NOT_EMPTY,
            ErrorCode.BAD_VERSION,
            ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);

    private static final int IMPOSSIBLE_VERSION = 1_000_000;
    private static final long NO_SESSION = 0;

    /** What a connection has been told so far. */
    private static final class Connection {
        /** When the newest write or sync that was answered was asked for; -1: none was. */
        long fenceNanos = -1;

        int lastCall = Call.NONE;
    }

    private final World world;
    private final Coverage coverage;
    private final LoggedOrder order;
    private final IdentityHashMap<Operation, Long> asked = new IdentityHashMap<>();
    private final Map<SimulatedClient, List<Operation>> pending = new HashMap<>();
    private final Map<SimulatedClient, Connection> connections = new HashMap<>();
    /** By session: the end that it may have come to if nobody closed it. */
    private final Map<Long, Call<TreeOperation>> endsOfSessions = new LinkedHashMap<>();

    private final List<Call<TreeOperation>> calls = new ArrayList<>();

    /** By node: that it went by itself, if it did. */
    private final Map<String, Call<TreeOperation>> reapings = new TreeMap<>();

    /** Operations that were not answered, by their numbers in {@link #calls}. */
    private final Map<Integer, Operation> unanswered = new HashMap<>();

    /** The same, of single registers: a multi is what it does to its register. */
    private final Map<String, RegisterHistory> registers = new TreeMap<>();

    /** Calls that are about one register, and by their numbers among all calls their numbers here. */
    private record RegisterHistory(List<Call<TreeOperation>> calls, Map<Integer, Integer> numbers) {
        RegisterHistory() {
            this(new ArrayList<>(), new HashMap<>());
        }
    }

    /** @param order where a search looks for requests without an answer */
    public LinearizableHistory(World world, Coverage coverage, LoggedOrder order) {
        this.world = world;
        this.coverage = coverage;
        this.order = order;
        History.REGISTERS.forEach(each -> registers.put(each, new RegisterHistory()));
        History.SHARED.forEach(each -> registers.put(each, new RegisterHistory()));
    }

    // ---- what is asked and told

    @Override
    public void onAsked(SimulatedClient client, Operation operation) {
        asked.put(operation, world.nowNanos());
        pending.computeIfAbsent(client, any -> new ArrayList<>()).add(operation);
    }

    @Override
    public void onAcknowledged(SimulatedClient client, Operation write) {
        long askedNanos = takeAsked(client, write);
        String path = write.resultPath();
        Answer answer = write.kind() == Kind.SET_ACL
                ? new Version(write.madeVersion())
                : path == null ? new Done() : new DoneAt(path);
        Request request = request(write);
        connection(client).fenceNanos = askedNanos;
        if (isOfTheSystem(write)) {
            return;
        }
        int number = add(connection(client), request, answer, askedNanos, 2 * write.zxid());
        endsOfSessions.put(write.sessionId(), unanswered(new EndSession(write.sessionId()), askedNanos, number));
        addToRegister(write.path(), number, request, answer);
        addReaping(write, number, askedNanos);
    }

    /** Containers and nodes with a time to live may go by themselves, at any time that a search may choose. */
    private void addReaping(Operation write, int number, long askedNanos) {
        if (write.kind() == Kind.CREATE_CONTAINER || write.kind() == Kind.CREATE_TTL) {
            reapings.put(write.path(), unanswered(new Delete(write.path(), NO_SESSION), askedNanos, number));
        }
    }

    /** Comes behind {@link #onAcknowledged}. */
    @Override
    public void onRegisterSet(SimulatedClient client, Operation write, Stat stat) {
        int number = connection(client).lastCall;
        if (write.kind() == Kind.SET_DATA) {
            Call<TreeOperation> call = calls.get(number);
            calls.set(
                    number,
                    new Call<>(
                            new TreeOperation(call.operation().request(), new Version(stat.version())),
                            call.invoked(),
                            call.returned(),
                            true,
                            call.after(),
                            call.hint()));
        }
        addToRegister(write.register(), number, setOf(write), new Version(stat.version()));
    }

    @Override
    public void onRefused(SimulatedClient client, Operation write, long zxid, int err) {
        long askedNanos = takeAsked(client, write);
        ErrorCode code = ErrorCode.of(err);
        if (!OF_THE_TREE.contains(code) || isOfTheSystem(write)) {
            return; // No state of the tree is the reason.
        }
        int number = add(connection(client), request(write), new Failed(code), askedNanos, 2 * zxid + 1);
        if (write.kind() == Kind.SET_DATA) {
            addToRegister(write.register(), number, setOf(write), new Failed(code));
        } else if (write.kind() == Kind.SET_ACL) {
            addToRegister(write.path(), number, request(write), new Failed(code));
        } else if (code == ErrorCode.NODE_EXISTS || write.kind() == Kind.DELETE_SHARED) {
            addToRegister(write.path(), number, request(write), new Failed(code));
        }
    }

    @Override
    public void onAnsweredWithoutLeader(SimulatedClient client, Operation operation) {
        takeAsked(client, operation);
    }

    @Override
    public void onSynced(SimulatedClient client, Operation sync, long zxid) {
        connection(client).fenceNanos = takeAsked(client, sync);
    }

    @Override
    public void onRead(SimulatedClient client, Operation read, long zxid, String data, Stat stat) {
        takeAsked(client, read);
        if (read.kind() == Kind.GET_DATA) {
            addRead(client, read.path(), new Read(read.path()), new Data(data, stat.version()), zxid);
        }
    }

    @Override
    public void onStat(SimulatedClient client, Operation read, long zxid, Stat stat) {
        takeAsked(client, read);
        addRead(client, read.path(), new Read(read.path()), new Version(stat.version()), zxid);
    }

    @Override
    public void onAbsent(SimulatedClient client, Operation read, long zxid) {
        takeAsked(client, read);
        if (read.kind() == Kind.GET_DATA || read.kind() == Kind.EXISTS) {
            addRead(client, read.path(), new Read(read.path()), new Failed(ErrorCode.NO_NODE), zxid);
        }
    }

    @Override
    public void onAcl(SimulatedClient client, Operation read, long zxid, String token, Stat stat) {
        takeAsked(client, read);
        addRead(client, read.path(), new ReadAcl(read.path()), new AclData(token, stat.aversion()), zxid);
    }

    /** If there is a write or a sync before it. */
    private void addRead(SimulatedClient client, String path, Request read, Answer answer, long zxid) {
        Connection connection = connection(client);
        if (connection.fenceNanos >= 0) {
            int number = add(connection, read, answer, connection.fenceNanos, 2 * zxid + 1);
            addToRegister(path, number, read, answer);
        }
    }

    @Override
    public void onDisconnected(SimulatedClient client) {
        connections.remove(client);
        for (Operation each : pending.getOrDefault(client, List.of())) {
            Long askedNanos = asked.remove(each);
            if (askedNanos != null && each.kind().isWrite() && !isOfTheSystem(each)) {
                addUnanswered(each, askedNanos);
            }
        }
        pending.remove(client);
    }

    /** The servers' own nodes are not part of the tree that is looked at. */
    private static boolean isOfTheSystem(Operation write) {
        return write.path().startsWith("/zookeeper");
    }

    private void addUnanswered(Operation write, long askedNanos) {
        Request request = request(write);
        int number = calls.size();
        calls.add(unanswered(request, askedNanos, Call.NONE));
        unanswered.put(number, write);
        endsOfSessions.putIfAbsent(
                write.sessionId(), unanswered(new EndSession(write.sessionId()), askedNanos, Call.NONE));
        if (write.kind().setsRegister()) {
            addToRegister(write.register(), number, setOf(write), null);
        } else {
            addToRegister(write.path(), number, request, null);
        }
        addReaping(write, number, askedNanos);
    }

    private static Call<TreeOperation> unanswered(Request request, long askedNanos, int after) {
        return new Call<>(new TreeOperation(request, null), askedNanos, Call.NEVER, false, after, Call.NO_HINT);
    }

    private long takeAsked(SimulatedClient client, Operation operation) {
        pending.getOrDefault(client, new ArrayList<>()).remove(operation);
        Long nanos = asked.remove(operation);
        if (nanos == null) {
            throw new IllegalStateException("answered without having been asked: " + operation);
        }
        return nanos;
    }

    private Connection connection(SimulatedClient client) {
        return connections.computeIfAbsent(client, any -> new Connection());
    }

    private int add(Connection connection, Request request, Answer answer, long askedNanos, long hint) {
        int number = calls.size();
        calls.add(new Call<>(
                new TreeOperation(request, answer), askedNanos, world.nowNanos(), true, connection.lastCall, hint));
        connection.lastCall = number;
        return number;
    }

    /** If it is one. */
    private void addToRegister(String path, int number, Request request, @Nullable Answer answer) {
        RegisterHistory history = registers.get(path);
        if (history == null) {
            return;
        }
        Call<TreeOperation> whole = calls.get(number);
        int after = previousIn(history, whole.after());
        history.numbers.put(number, history.calls.size());
        history.calls.add(new Call<>(
                new TreeOperation(request, answer),
                whole.invoked(),
                whole.returned(),
                whole.required(),
                after,
                whole.hint()));
    }

    /** The newest call of the same connection that is about the same register. */
    private int previousIn(RegisterHistory history, int previous) {
        for (int each = previous; each != Call.NONE; each = calls.get(each).after()) {
            Integer number = history.numbers.get(each);
            if (number != null) {
                return number;
            }
        }
        return Call.NONE;
    }

    // ---- in the model's terms

    private static Request request(Operation write) {
        long session = write.sessionId();
        return switch (write.kind()) {
            case CREATE_ROOT -> new Create(write.path(), "", false, session, false);
            case CREATE,
                    CREATE_SEQUENTIAL,
                    CREATE_EPHEMERAL,
                    CREATE_EPHEMERAL_SEQUENTIAL,
                    CREATE_CONTAINER,
                    CREATE_TTL,
                    CREATE_SHARED,
                    CREATE_LIMITED -> createOf(write);
            case DELETE, DELETE_SHARED -> new Delete(write.path(), session);
            case SET_DATA -> setOf(write);
            case MULTI -> new Multi(List.of(createOf(write), setOf(write)));
            case MULTI_REFUSED ->
                new Multi(List.of(createOf(write), setOf(write), new Check(write.register(), IMPOSSIBLE_VERSION)));
            case MULTI_MOVE -> new Multi(List.of(new Delete(write.deleted(), session), createOf(write)));
            case SET_ACL -> new SetAcl(write.path(), write.token(), write.expectedVersion(), session);
            case CLOSE -> new EndSession(session);
            case GET_DATA,
                    GET_ACL,
                    EXISTS,
                    GET_CHILDREN,
                    GET_EPHEMERALS,
                    MULTI_READ,
                    ADD_WATCH,
                    REMOVE_WATCH,
                    CHECK_WATCH,
                    SYNC -> throw new IllegalArgumentException("not a write: " + write);
        };
    }

    private static Create createOf(Operation write) {
        Kind kind = write.kind();
        return new Create(write.path(), write.token(), kind.isSequential(), write.sessionId(), kind.isEphemeral());
    }

    private static SetData setOf(Operation write) {
        return new SetData(write.register(), write.token(), write.expectedVersion(), write.sessionId());
    }

    // ---- the end

    /** @param tree all that is there at the end, when nobody asks for anything any more */
    public void check(Map<String, FoundNode> tree) {
        unanswered.forEach(this::addHint);
        registers.forEach((register, history) -> {
            FoundNode node = tree.get(register);
            Answer last = node == null
                    ? new Failed(ErrorCode.NO_NODE)
                    : new Data(node.data(), node.stat().version());
            history.calls.add(atTheEnd(new Read(register), last));
        });
        registers.forEach((register, history) ->
                search(register, new TreeModel(Extent.NODE), UnseenWrites.inOneOrder(history.calls)));
        if (calls.size() <= MAX_TREE_CALLS) {
            endsOfSessions.forEach((session, end) -> calls.add(end.withHint(order.hintOfEnd(session))));
            // One that was there when the tree was read went later.
            reapings.keySet().removeIf(tree::containsKey);
            reapings.forEach((path, reaping) -> calls.add(reaping.withHint(order.hintOfReaping(path))));
            addFinalTree(tree);
            search("the tree", new TreeModel(Extent.TREE), calls);
        }
    }

    private void addHint(int number, Operation operation) {
        long hint = operation.kind() == Kind.CLOSE
                ? order.hintOfEnd(operation.sessionId())
                : order.hintOf(operation.sessionId(), operation.xid());
        calls.set(number, calls.get(number).withHint(hint));
        for (RegisterHistory each : registers.values()) {
            Integer local = each.numbers.get(number);
            if (local != null) {
                each.calls.set(local, each.calls.get(local).withHint(hint));
            }
        }
    }

    private void addFinalTree(Map<String, FoundNode> tree) {
        Map<String, Found> found = new TreeMap<>();
        tree.forEach((path, node) -> {
            if (!path.equals("/")) {
                found.put(
                        path,
                        new Found(
                                node.data(),
                                node.stat().version(),
                                node.stat().aversion(),
                                node.stat().ephemeralOwner()));
            }
        });
        calls.add(atTheEnd(new ReadAll(), new All(found)));
    }

    private Call<TreeOperation> atTheEnd(Request request, Answer answer) {
        return new Call<>(
                new TreeOperation(request, answer), world.nowNanos(), Call.NEVER, true, Call.NONE, Call.NO_HINT - 1);
    }

    private void search(String what, TreeModel model, List<Call<TreeOperation>> history) {
        LinearizabilityChecker<TreeState, TreeOperation> checker = new LinearizabilityChecker<>(model, MAX_STEPS);
        Verdict<TreeOperation> verdict = checker.check(history);
        coverage.count(Coverage.Event.ORDER_SEARCHED);
        // Where there is an order, the search begins close to it: one that is given up has most likely none to find.
        if (verdict.answer() != Verdict.Answer.YES) {
            world.fail(
                    "what clients saw can be put into one order",
                    what + ": " + verdict.explanation(EXPLAINED_CALLS)
                            + "\n  by their zxids, the first that does not fit is " + checker.firstMisfit(history));
        }
    }
}
