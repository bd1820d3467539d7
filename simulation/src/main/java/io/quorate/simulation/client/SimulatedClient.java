package io.quorate.simulation.client;

import io.quorate.jute.JuteException;
import io.quorate.jute.JuteReader;
import io.quorate.jute.JuteWriter;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.protocol.AclStatResponse;
import io.quorate.protocol.ChildrenStatResponse;
import io.quorate.protocol.ConnectRequest;
import io.quorate.protocol.ConnectResponse;
import io.quorate.protocol.DataStatResponse;
import io.quorate.protocol.ErrorCode;
import io.quorate.protocol.MultiHeader;
import io.quorate.protocol.OpCode;
import io.quorate.protocol.PathRequest;
import io.quorate.protocol.PathStatResponse;
import io.quorate.protocol.ReplyHeader;
import io.quorate.protocol.RequestHeader;
import io.quorate.protocol.SessionPassword;
import io.quorate.protocol.Stat;
import io.quorate.protocol.StringVector;
import io.quorate.protocol.WatcherEvent;
import io.quorate.protocol.Xid;
import io.quorate.simulation.Coverage;
import io.quorate.simulation.Dice;
import io.quorate.simulation.Plan;
import io.quorate.simulation.World;
import io.quorate.simulation.network.ClientHost;
import io.quorate.simulation.network.ClientLink;
import io.quorate.simulation.network.SimulatedNetwork;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that never rests long: it connects to any server, keeps its session when it has to move, works, and begins a new session when the
 * old one has ended.
 *
 * <pre>
 *   RESTING ──dials──► CONNECTING ──connected──► HANDSHAKE ──session──► CONNECTED      any ──the connection ends──► RESTING
 *   RESTING ──told to──► GONE
 * </pre>
 */
public final class SimulatedClient implements ClientHost {
    /** Where it stands. */
    private enum State {
        RESTING,
        CONNECTING,
        HANDSHAKE,
        CONNECTED,
        GONE
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.RESTING, EnumSet.of(State.CONNECTING, State.GONE),
            State.CONNECTING, EnumSet.of(State.HANDSHAKE, State.RESTING),
            State.HANDSHAKE, EnumSet.of(State.CONNECTED, State.RESTING),
            State.CONNECTED, EnumSet.of(State.RESTING),
            State.GONE, EnumSet.noneOf(State.class)));

    private static final long MS = 1_000_000L;
    private static final int MAX_OUTSTANDING = 20;

    /** A server without a leader gives new sessions only. */
    private static final double NEW_PROGRAM_CHANCE = 0.4;

    private final World world;
    private final Plan plan;
    private final SimulatedNetwork network;
    private final History history;
    private final Coverage coverage;
    private final ReplyObserver observer;
    private final long id;
    private final Dice dice;
    private final Workload workload;

    private State state = State.RESTING;
    private @Nullable ClientLink link;

    /** Raised with every connection, and every attempt at one. */
    private int attempt;

    /** 0 while there is none. */
    private long sessionId;

    private int timeoutMs;
    private long lastZxidSeen;
    private long heardNanos;
    private long spokeNanos;
    private long lastServer;
    private int nextXid = 1;
    private int asked;
    private int rootsToMake = History.ROOTS.size();
    private boolean calm;
    private final Watches watches = new Watches();

    /** A create was under way when the connection was lost. */
    private boolean createLost;

    private boolean leaving;

    /** It is content with a server without a leader. */
    private final boolean mayReadOnly;

    /** Its session is one of a server without a leader, and ends with the connection. */
    private boolean readOnly;

    /** What that server shows may never be committed. */
    private boolean doubtful;

    /** Its next session is to go on where one with a server without a leader has ended. */
    private boolean continuing;

    private final ArrayDeque<Operation> outstanding = new ArrayDeque<>();

    public SimulatedClient(
            World world,
            Plan plan,
            SimulatedNetwork network,
            History history,
            Coverage coverage,
            ReplyObserver observer,
            int number) {
        this.world = world;
        this.plan = plan;
        this.network = network;
        this.history = history;
        this.coverage = coverage;
        this.observer = observer;
        this.id = -number;
        this.dice = world.dice("client " + number);
        this.mayReadOnly = plan.server().sessions().readOnly() && dice.chance(0.8);
        this.workload = new Workload(number, dice, watches);
    }

    public void start() {
        world.after(dice.between(0L, 1000 * MS), this::dial);
        world.after(plan.load().operationGapNanos(), this::work);
        watchTheClock();
    }

    /** Asks for nothing more; keeps its session. */
    public void calmDown() {
        calm = true;
    }

    /** Vanishes without a word: its session has to expire. */
    public void vanish() {
        leaving = true;
        if (link != null) {
            link.closeByClient();
        }
        connectionEnded("the client vanishes");
    }

    /** Whether it has a session and waits for nothing, or is gone. */
    public boolean isSettled() {
        return state == State.GONE || (state == State.CONNECTED && !readOnly && outstanding.isEmpty());
    }

    /** The session that it is connected with; 0 if there is none. */
    public long liveSession() {
        return state == State.CONNECTED ? sessionId : 0;
    }

    /** Whether what it has seen in the session before counts in the one that begins. */
    public boolean isContinuing() {
        return continuing;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public boolean isAlive() {
        return state != State.GONE;
    }

    @Override
    public void input(Runnable action) {
        action.run();
    }

    // ---- connecting

    private void dial() {
        if (state != State.RESTING) {
            return;
        }
        if (leaving) {
            become(State.GONE);
            return;
        }
        become(State.CONNECTING);
        int current = ++attempt;
        network.dial(this, dice.between(1, plan.servers()), () -> {
            if (attempt == current && state == State.CONNECTING) {
                rest();
            }
        });
        world.after(timeoutMs() * MS, () -> {
            if (attempt == current && (state == State.CONNECTING || state == State.HANDSHAKE)) {
                giveUpConnection("no answer within the time-out");
            }
        });
    }

    /** Whether what it is shown now may never be committed. */
    public boolean isDoubtful() {
        return readOnly && doubtful;
    }

    /** Of its session, as it was told, in ms. */
    public int sessionTimeoutMs() {
        return timeoutMs;
    }

    private int timeoutMs() {
        return timeoutMs > 0 ? timeoutMs : plan.server().maxSessionTimeoutMs();
    }

    private void rest() {
        attempt++;
        become(State.RESTING);
        world.after(dice.skewed(10 * MS, 500 * MS), this::dial);
    }

    @Override
    public void onOpen(ClientLink opened) {
        if (state != State.CONNECTING) {
            opened.closeByClient();
            return;
        }
        link = opened;
        become(State.HANDSHAKE);
        JuteWriter out = new JuteWriter(64);
        byte[] password = sessionId == 0 ? new byte[SessionPassword.BYTES] : SessionPassword.of(sessionId);
        int wanted = sessionId == 0
                ? dice.between(
                        plan.server().minSessionTimeoutMs() / 2, plan.server().maxSessionTimeoutMs() * 2)
                : timeoutMs;
        new ConnectRequest(0, lastZxidSeen, wanted, sessionId, password, drawReadOnly()).write(out);
        send(out);
    }

    /** Old clients leave it out. */
    private @Nullable Boolean drawReadOnly() {
        if (mayReadOnly) {
            return Boolean.TRUE;
        }
        return dice.chance(0.5) ? Boolean.FALSE : null;
    }

    private void onConnectResponse(ConnectResponse response) {
        if (response.timeOut() <= 0 || response.sessionId() == 0) {
            coverage.count(Coverage.Event.SESSION_EXPIRED);
            if (createLost) {
                coverage.count(Coverage.Event.EXPIRED_WITH_CREATE_IN_FLIGHT);
            }
            giveUpSession();
            giveUpConnection("the session has expired");
            return;
        }
        ClientLink open = link;
        if (open == null) {
            return;
        }
        if (Boolean.TRUE.equals(response.readOnly()) && !acceptReadOnly()) {
            return;
        }
        if (sessionId == 0) {
            coverage.count(Coverage.Event.SESSION_CREATED);
        } else if (open.serverId() != lastServer) {
            coverage.count(Coverage.Event.SESSION_MOVED);
        }
        lastServer = open.serverId();
        sessionId = response.sessionId();
        timeoutMs = response.timeOut();
        history.sessionCreated(sessionId);
        become(State.CONNECTED);
        observer.onSession(this, sessionId, lastZxidSeen);
        continuing = false;
        createLost = false;
        if (!watches.isEmpty()) {
            if (dice.chance(0.8)) {
                send(watches.encode(lastZxidSeen));
                observer.onWatchesRestored(this);
            } else {
                watches.clear(); // Another program goes on with the session.
            }
        }
    }

    /** As the client library: what a server without a leader renews, it cannot know of. */
    private boolean acceptReadOnly() {
        if (!mayReadOnly) {
            world.fail("a server without a leader serves only who wants that", "client " + id + " did not");
        }
        if (sessionId != 0) {
            giveUpConnection("a server without a leader has renewed the session");
            return false;
        }
        readOnly = true;
        doubtful = link == null || !link.serverKnowsItsTreeCommitted();
        coverage.count(doubtful ? Coverage.Event.READ_ONLY_DOUBTFUL : Coverage.Event.READ_ONLY_SESSION);
        int current = attempt;
        world.after(dice.skewed(100 * MS, 10_000 * MS), () -> {
            if (attempt == current && state == State.CONNECTED) {
                giveUpConnection("it looks for a server with a leader");
            }
        });
        return true;
    }

    private void giveUpSession() {
        continuing = false;
        sessionId = 0;
        timeoutMs = 0;
        lastZxidSeen = 0;
        createLost = false;
        watches.clear();
    }

    private void giveUpConnection(String reason) {
        if (link != null) {
            link.closeByClient();
        }
        connectionEnded(reason);
    }

    @Override
    public void onClosed(ClientLink closed, String reason) {
        if (closed == link) {
            connectionEnded(reason);
        }
    }

    private void connectionEnded(String reason) {
        link = null;
        if (state == State.RESTING || state == State.GONE) {
            return;
        }
        trace(reason);
        for (Operation each : outstanding) {
            each.unknown();
            countUnknown(each);
        }
        if (outstanding.stream().anyMatch(each -> each.kind() == Operation.Kind.CREATE_ROOT)) {
            rootsToMake = History.ROOTS.size();
        }
        boolean closing = outstanding.stream().anyMatch(each -> each.kind() == Operation.Kind.CLOSE);
        createLost |= outstanding.stream().anyMatch(each -> each.kind().isCreate());
        outstanding.clear();
        observer.onDisconnected(this);
        endReadOnly();
        if (closing || (mayReadOnly && !continuing && dice.chance(NEW_PROGRAM_CHANCE))) {
            giveUpSession(); // It is closed, or will expire: in either case nobody uses it any more.
        }
        rest();
    }

    /** What a server showed that had not heard of a leader since it started may never be committed: nobody builds on it here. */
    private void endReadOnly() {
        if (!readOnly) {
            return;
        }
        readOnly = false;
        if (doubtful) {
            giveUpSession();
        } else {
            continuing = sessionId != 0;
            sessionId = 0;
            timeoutMs = 0;
        }
    }

    private void countUnknown(Operation operation) {
        if (operation.kind().isWrite()) {
            coverage.count(Coverage.Event.WRITE_UNKNOWN);
        }
    }

    // ---- working

    private void work() {
        if (state == State.GONE || leaving) {
            return;
        }
        boolean more = !calm && asked < plan.load().operations() && outstanding.size() < MAX_OUTSTANDING;
        if (more && state == State.CONNECTED) {
            ask();
        }
        world.after(drawGapNanos(), this::work);
    }

    /** It works in bursts, so that now and then a new leader has nothing to do at first. */
    private long drawGapNanos() {
        if (dice.chance(plan.load().restChance())) {
            return dice.between(0L, 2_000 * MS);
        }
        return dice.chance(0.2) ? 0 : dice.between(0L, 2 * plan.load().operationGapNanos());
    }

    private void ask() {
        if (rootsToMake > 0 && !readOnly) {
            String root = History.ROOTS.get(History.ROOTS.size() - rootsToMake);
            rootsToMake--;
            submit(new Operation(
                    Operation.Kind.CREATE_ROOT,
                    sessionId,
                    nextXid++,
                    root,
                    "",
                    History.contents(root),
                    -1,
                    false,
                    floorZxid()));
            return;
        }
        if (outstanding.stream().anyMatch(each -> each.kind() == Operation.Kind.CLOSE)) {
            return;
        }
        submit(workload.next(sessionId, nextXid++, floorZxid()));
    }

    private long floorZxid() {
        return history.highestSeenZxid();
    }

    private void submit(Operation operation) {
        asked++;
        history.asked(operation);
        outstanding.add(operation);
        observer.onAsked(this, operation);
        if (world.trace().isOn()) {
            trace("asks " + operation);
        }
        spokeNanos = world.nowNanos();
        if (link != null) {
            link.sendToServer(operation.encode());
        }
    }

    private void send(JuteWriter out) {
        spokeNanos = world.nowNanos();
        if (link != null) {
            link.sendToServer(out.toByteArray());
        }
    }

    /** Pings when it has nothing to say, and leaves a server that says nothing. */
    private void watchTheClock() {
        if (state == State.GONE) {
            return;
        }
        if (state == State.CONNECTED) {
            long now = world.nowNanos();
            if (now - heardNanos > timeoutMs * MS * 2 / 3) {
                giveUpConnection("the server is silent");
            } else if (now - spokeNanos > timeoutMs * MS / 3) {
                JuteWriter out = new JuteWriter(8);
                new RequestHeader(Xid.PING, OpCode.PING).write(out);
                send(out);
            }
        }
        world.after(timeoutMs() * MS / 12, this::watchTheClock);
    }

    // ---- answers

    @Override
    public void onFrame(ClientLink from, byte[] frame) {
        if (from != link) {
            return;
        }
        heardNanos = world.nowNanos();
        try {
            JuteReader in = new JuteReader(frame);
            if (state == State.HANDSHAKE) {
                onConnectResponse(ConnectResponse.read(in));
            } else {
                onReply(ReplyHeader.read(in), in);
            }
        } catch (JuteException e) {
            world.fail("every reply can be read", "client " + id + ": " + e);
        }
    }

    private void onReply(ReplyHeader header, JuteReader in) {
        if (header.xid() == Xid.WATCH_EVENT) {
            WatcherEvent event = WatcherEvent.read(in);
            coverage.count(Coverage.Event.WATCH_FIRED);
            watches.onEvent(event.type(), event.path() == null ? "" : event.path());
            observer.onEvent(this, event.type(), event.path() == null ? "" : event.path(), header.zxid());
            return;
        }
        observer.onReply(this, header.zxid());
        if (header.xid() == Xid.SET_WATCHES) {
            coverage.count(Coverage.Event.WATCHES_RESTORED);
            watches.staying().forEach((path, mode) -> observer.onWatchStays(this, path, mode, header.zxid()));
        } else if (header.xid() != Xid.PING) {
            onAnswer(header, in);
        }
        lastZxidSeen = Math.max(lastZxidSeen, header.zxid());
        if (!readOnly) {
            history.seen(header.zxid());
        }
    }

    private void onAnswer(ReplyHeader header, JuteReader in) {
        Operation operation = outstanding.poll();
        if (operation == null || operation.xid() != header.xid()) {
            world.fail(
                    "a client's requests are answered in their order",
                    "client " + id + " got an answer to " + header.xid() + " where it waited for " + operation);
            return;
        }
        if (readOnly && (operation.kind().isWrite() || operation.kind() == Operation.Kind.SYNC)) {
            onAnsweredWithoutLeader(operation, header);
        } else if (operation.kind().isWrite()) {
            onWriteAnswered(operation, header, in);
        } else if (operation.kind() == Operation.Kind.SYNC) {
            requireOk(operation, header);
            coverage.count(Coverage.Event.SYNC_ANSWERED);
            observer.onSynced(this, operation, header.zxid());
        } else if (operation.kind() == Operation.Kind.ADD_WATCH) {
            requireOk(operation, header);
            coverage.count(Coverage.Event.WATCH_STAYS);
            watches.onAdded(operation);
            observer.onWatchStays(this, operation.path(), operation.watchMode(), header.zxid());
        } else if (operation.kind() == Operation.Kind.REMOVE_WATCH || operation.kind() == Operation.Kind.CHECK_WATCH) {
            onWatcherAnswered(operation, header);
        } else if (operation.kind() == Operation.Kind.MULTI_READ) {
            onMultiRead(operation, header, in);
        } else {
            onRead(operation, header, in);
        }
        if (world.trace().isOn()) {
            trace("is told of " + operation + (header.err() == 0 ? "" : ", " + ErrorCode.of(header.err())) + ", header "
                    + Zxid.show(header.zxid()));
        }
    }

    private void onAnsweredWithoutLeader(Operation operation, ReplyHeader header) {
        observer.onAnsweredWithoutLeader(this, operation);
        if (operation.kind() == Operation.Kind.CLOSE && header.err() == 0) {
            operation.acknowledged(header.zxid(), null);
            coverage.count(Coverage.Event.SESSION_CLOSED);
            giveUpSession();
        } else if (header.err() == ErrorCode.NOT_READ_ONLY.code()) {
            operation.refused();
            coverage.count(Coverage.Event.READ_ONLY_REFUSED);
        } else {
            world.fail(
                    "a server without a leader changes nothing and vouches for nothing",
                    operation + " got " + ErrorCode.of(header.err()));
        }
    }

    private void onWatcherAnswered(Operation operation, ReplyHeader header) {
        boolean there = header.err() != ErrorCode.NO_WATCHER.code();
        if (there) {
            requireOk(operation, header);
        }
        observer.onWatcherAnswered(this, operation, there);
        if (operation.kind() == Operation.Kind.REMOVE_WATCH && there) {
            coverage.count(Coverage.Event.WATCH_REMOVED);
            watches.onRemoved(operation);
            observer.onWatchRemoved(this, operation.path(), operation.watcherType());
        } else if (!there) {
            coverage.count(Coverage.Event.NO_WATCHER);
        }
    }

    private void onRead(Operation operation, ReplyHeader header, JuteReader in) {
        countRead();
        if (header.err() == 0 && operation.kind() == Operation.Kind.EXISTS) {
            watches.onStat(operation);
            observer.onStat(this, operation, header.zxid(), Stat.read(in));
        } else if (header.err() == 0 && operation.kind() == Operation.Kind.GET_CHILDREN) {
            ChildrenStatResponse response = ChildrenStatResponse.read(in);
            watches.onChildren(operation);
            List<String> children = response.children() == null ? List.of() : response.children();
            observer.onChildren(this, operation, header.zxid(), children, response.stat());
        } else if (header.err() == 0 && operation.kind() == Operation.Kind.GET_ACL) {
            AclStatResponse response = AclStatResponse.read(in);
            List<Acl> acl = response.acl() == null ? List.of() : response.acl();
            observer.onAcl(this, operation, header.zxid(), Operation.tokenOf(acl), response.stat());
            workload.onStat(operation.path(), response.stat());
        } else if (header.err() == 0 && operation.kind() == Operation.Kind.GET_EPHEMERALS) {
            List<String> paths = StringVector.read(in);
            observer.onEphemerals(this, operation, paths == null ? List.of() : paths);
        } else if (header.err() == 0) {
            watches.onStat(operation);
            onData(operation, header, DataStatResponse.read(in));
        } else if (header.err() == ErrorCode.NO_NODE.code()) {
            watches.onAbsent(operation);
            observer.onAbsent(this, operation, header.zxid());
        } else {
            requireOk(operation, header);
        }
    }

    private void countRead() {
        coverage.count(readOnly ? Coverage.Event.READ_ONLY_SERVED : Coverage.Event.READ_ANSWERED);
    }

    /** Data of the register, and a list of children that nobody looks at. */
    private void onMultiRead(Operation operation, ReplyHeader header, JuteReader in) {
        countRead();
        MultiHeader first = MultiHeader.read(in);
        if (first.type() == OpCode.ERROR) {
            in.readInt();
            observer.onAbsent(this, operation, header.zxid());
        } else {
            onData(operation, header, DataStatResponse.read(in));
        }
    }

    private void onData(Operation operation, ReplyHeader header, DataStatResponse response) {
        String data = response.data() == null ? "" : new String(response.data(), StandardCharsets.UTF_8);
        observer.onRead(this, operation, header.zxid(), data, response.stat());
        workload.onStat(operation.path(), response.stat());
    }

    private void requireOk(Operation operation, ReplyHeader header) {
        if (header.err() != 0) {
            world.fail("reads and syncs succeed", operation + " got " + ErrorCode.of(header.err()));
        }
    }

    private void onWriteAnswered(Operation operation, ReplyHeader header, JuteReader in) {
        if (header.err() != 0) {
            refuse(operation, header, header.err());
            return;
        }
        switch (operation.kind()) {
            case CREATE_ROOT,
                    CREATE,
                    CREATE_SEQUENTIAL,
                    CREATE_EPHEMERAL,
                    CREATE_EPHEMERAL_SEQUENTIAL,
                    CREATE_CONTAINER,
                    CREATE_TTL,
                    CREATE_SHARED,
                    CREATE_LIMITED -> onCreated(operation, header, in);
            case SET_DATA -> {
                acknowledge(operation, header.zxid(), null);
                observer.onRegisterSet(this, operation, Stat.read(in));
            }
            case SET_ACL -> {
                operation.made(Stat.read(in).aversion());
                acknowledge(operation, header.zxid(), null);
            }
            case MULTI, MULTI_REFUSED, MULTI_MOVE -> onMultiAnswered(operation, header, in);
            default -> acknowledge(operation, header.zxid(), null);
        }
        if (operation.kind() == Operation.Kind.CLOSE) {
            coverage.count(Coverage.Event.SESSION_CLOSED);
            giveUpSession();
        }
    }

    private void onCreated(Operation operation, ReplyHeader header, JuteReader in) {
        if (operation.asksForStat()) {
            PathStatResponse response = PathStatResponse.read(in);
            acknowledge(operation, header.zxid(), response.path());
            observer.onCreated(this, operation, response.stat());
        } else {
            acknowledge(operation, header.zxid(), PathRequest.read(in).path());
        }
    }

    private void onMultiAnswered(Operation operation, ReplyHeader header, JuteReader in) {
        MultiHeader first = MultiHeader.read(in);
        if (first.type() == OpCode.ERROR) {
            refuse(operation, header, firstError(first, in));
            return;
        }
        if (operation.kind() == Operation.Kind.MULTI_MOVE) {
            MultiHeader.read(in);
            acknowledge(operation, header.zxid(), PathRequest.read(in).path());
            return;
        }
        String path = PathRequest.read(in).path();
        MultiHeader.read(in);
        acknowledge(operation, header.zxid(), path);
        observer.onRegisterSet(this, operation, Stat.read(in));
    }

    private static int firstError(MultiHeader first, JuteReader in) {
        int err = 0;
        for (MultiHeader each = first; !each.done(); each = MultiHeader.read(in)) {
            int code = in.readInt();
            err = err == 0 || err == ErrorCode.RUNTIME_INCONSISTENCY.code() ? code : err;
        }
        return err;
    }

    private void acknowledge(Operation operation, long zxid, @Nullable String path) {
        operation.acknowledged(zxid, path);
        coverage.count(Coverage.Event.WRITE_ACKNOWLEDGED);
        workload.onAcknowledged(operation);
        observer.onAcknowledged(this, operation);
    }

    private void refuse(Operation operation, ReplyHeader header, int err) {
        operation.refused();
        coverage.count(Coverage.Event.WRITE_REFUSED);
        observer.onRefused(this, operation, header.zxid(), err);
        if (err == ErrorCode.SESSION_EXPIRED.code()) {
            coverage.count(Coverage.Event.SESSION_EXPIRED);
            giveUpSession();
        }
    }

    private void trace(String what) {
        if (world.trace().isOn()) {
            world.trace("client " + id, what);
        }
    }

    private void become(State next) {
        if (!NEXT.getOrDefault(state, Set.of()).contains(next)) {
            throw new IllegalStateException("client " + id + " cannot go from " + state + " to " + next);
        }
        if (world.trace().isOn()) {
            trace(state + " -> " + next + " session 0x" + Long.toHexString(sessionId));
        }
        state = next;
    }

    /** What it may ask for, as often as it is here. */
    static final List<Operation.Kind> MIX = List.of(
            Operation.Kind.CREATE,
            Operation.Kind.CREATE,
            Operation.Kind.CREATE_SEQUENTIAL,
            Operation.Kind.CREATE_EPHEMERAL,
            Operation.Kind.CREATE_EPHEMERAL_SEQUENTIAL,
            Operation.Kind.DELETE,
            Operation.Kind.CREATE_SHARED,
            Operation.Kind.CREATE_SHARED,
            Operation.Kind.DELETE_SHARED,
            Operation.Kind.SET_DATA,
            Operation.Kind.SET_DATA,
            Operation.Kind.SET_DATA,
            Operation.Kind.MULTI,
            Operation.Kind.MULTI_REFUSED,
            Operation.Kind.MULTI_MOVE,
            Operation.Kind.SET_ACL,
            Operation.Kind.GET_ACL,
            Operation.Kind.GET_EPHEMERALS,
            Operation.Kind.GET_DATA,
            Operation.Kind.GET_DATA,
            Operation.Kind.GET_DATA,
            Operation.Kind.GET_DATA,
            Operation.Kind.EXISTS,
            Operation.Kind.GET_CHILDREN,
            Operation.Kind.CREATE_CONTAINER,
            Operation.Kind.CREATE_TTL,
            Operation.Kind.CREATE_LIMITED,
            Operation.Kind.ADD_WATCH,
            Operation.Kind.REMOVE_WATCH,
            Operation.Kind.CHECK_WATCH,
            Operation.Kind.MULTI_READ,
            Operation.Kind.SYNC);
}
