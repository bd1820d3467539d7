package io.quorate.simulation.linearizability;

import io.quorate.protocol.ErrorCode;
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
import io.quorate.simulation.linearizability.TreeState.Node;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a tree of znodes does, in the simplest words: written against the documentation, not after the server's code. */
public final class TreeModel implements Model<TreeState, TreeOperation> {
    /** How much of the tree a history is about. */
    public enum Extent {
        /** All of it. */
        TREE,
        /** One node, whose parents are somebody else's concern. */
        NODE
    }

    private final Extent extent;

    public TreeModel(Extent extent) {
        this.extent = extent;
    }

    @Override
    public TreeState initial() {
        return TreeState.EMPTY;
    }

    /** Something that was done, or refused. */
    private record Effect(TreeState state, @Nullable ErrorCode refused, String path, int version) {
        static Effect of(TreeState state) {
            return new Effect(state, null, "", 0);
        }

        static Effect refusal(TreeState unchanged, ErrorCode code) {
            return new Effect(unchanged, code, "", 0);
        }
    }

    @Override
    public @Nullable TreeState apply(TreeState state, TreeOperation operation) {
        Answer answer = operation.answer();
        if (operation.request() instanceof Read read) {
            return answer != null && readGives(state, read.path(), answer) ? state : null;
        }
        if (operation.request() instanceof ReadAcl read) {
            return answer != null && readAclGives(state, read.path(), answer) ? state : null;
        }
        if (operation.request() instanceof ReadAll) {
            return answer instanceof All all && found(state).equals(all.nodes()) ? state : null;
        }
        Effect effect = execute(state, operation.request());
        return matches(effect, answer) ? effect.state : null;
    }

    private static boolean readGives(TreeState state, String path, Answer answer) {
        Node node = state.nodes().get(path);
        if (node == null) {
            return answer.equals(new Failed(ErrorCode.NO_NODE));
        }
        return answer instanceof Version told
                ? told.version() == node.version()
                : answer.equals(new Data(node.data(), node.version()));
    }

    private static boolean readAclGives(TreeState state, String path, Answer answer) {
        Node node = state.nodes().get(path);
        if (node == null) {
            return answer.equals(new Failed(ErrorCode.NO_NODE));
        }
        return answer.equals(new AclData(node.acl(), node.aclVersion()));
    }

    private static Map<String, Found> found(TreeState state) {
        Map<String, Found> result = new TreeMap<>();
        state.nodes()
                .forEach((path, node) ->
                        result.put(path, new Found(node.data(), node.version(), node.aclVersion(), node.owner())));
        return result;
    }

    /** What nobody was told of may have been done; if it was refused, it is as if it had never been asked. */
    private static boolean matches(Effect effect, @Nullable Answer answer) {
        if (answer instanceof Failed failed) {
            return failed.code() == effect.refused;
        }
        if (effect.refused != null) {
            return false;
        }
        if (answer instanceof DoneAt made) {
            return made.path().equals(effect.path);
        }
        if (answer instanceof Version told) {
            return told.version() == effect.version;
        }
        return answer == null || answer instanceof Done;
    }

    private Effect execute(TreeState state, Request request) {
        if (request instanceof Create create) {
            return create(state, create);
        }
        if (request instanceof Delete delete) {
            return delete(state, delete);
        }
        if (request instanceof SetData set) {
            return set(state, set);
        }
        if (request instanceof SetAcl set) {
            return setAcl(state, set);
        }
        if (request instanceof Check check) {
            ErrorCode refusal = dataRefusal(state.nodes().get(check.path()), check.expectedVersion());
            return refusal == null ? Effect.of(state) : Effect.refusal(state, refusal);
        }
        if (request instanceof Multi multi) {
            return multi(state, multi);
        }
        if (request instanceof EndSession end) {
            return state.hasEnded(end.session())
                    ? Effect.refusal(state, ErrorCode.SESSION_EXPIRED)
                    : Effect.of(state.withoutSession(end.session()));
        }
        throw new IllegalArgumentException("not something that changes a tree: " + request);
    }

    private Effect create(TreeState state, Create create) {
        if (state.hasEnded(create.session())) {
            return Effect.refusal(state, ErrorCode.SESSION_EXPIRED);
        }
        TreeState changed = state;
        String path = create.path();
        String parentPath = path.substring(0, path.lastIndexOf('/'));
        Node parent = state.nodes().get(parentPath);
        boolean parentMatters = extent == Extent.TREE && !parentPath.isEmpty();
        if (parentMatters && parent == null) {
            return Effect.refusal(state, ErrorCode.NO_NODE);
        }
        if (create.sequential() && parent != null) {
            path += String.format(Locale.ROOT, "%010d", parent.created());
        }
        if (state.nodes().containsKey(path)) {
            return Effect.refusal(state, ErrorCode.NODE_EXISTS);
        }
        if (parentMatters && parent != null) {
            if (parent.owner() != 0) {
                return Effect.refusal(state, ErrorCode.NO_CHILDREN_FOR_EPHEMERALS);
            }
            changed = changed.with(parentPath, parent.withChild());
        }
        long owner = create.ephemeral() ? create.session() : 0;
        return new Effect(changed.with(path, Node.of(create.data(), owner)), null, path, 0);
    }

    private static Effect delete(TreeState state, Delete delete) {
        if (state.hasEnded(delete.session())) {
            return Effect.refusal(state, ErrorCode.SESSION_EXPIRED);
        }
        String path = delete.path();
        if (!state.nodes().containsKey(path)) {
            return Effect.refusal(state, ErrorCode.NO_NODE);
        }
        String below = path + "/";
        String next = state.nodes().higherKey(below);
        if (next != null && next.startsWith(below)) {
            return Effect.refusal(state, ErrorCode.NOT_EMPTY);
        }
        return Effect.of(state.without(path));
    }

    private static Effect set(TreeState state, SetData set) {
        if (state.hasEnded(set.session())) {
            return Effect.refusal(state, ErrorCode.SESSION_EXPIRED);
        }
        Node node = state.nodes().get(set.path());
        ErrorCode refusal = dataRefusal(node, set.expectedVersion());
        if (refusal != null || node == null) {
            return Effect.refusal(state, refusal == null ? ErrorCode.NO_NODE : refusal);
        }
        Node changed = node.withData(set.data());
        return new Effect(state.with(set.path(), changed), null, set.path(), changed.version());
    }

    private static Effect setAcl(TreeState state, SetAcl set) {
        if (state.hasEnded(set.session())) {
            return Effect.refusal(state, ErrorCode.SESSION_EXPIRED);
        }
        Node node = state.nodes().get(set.path());
        if (node == null) {
            return Effect.refusal(state, ErrorCode.NO_NODE);
        }
        if (!fits(set.expectedVersion(), node.aclVersion())) {
            return Effect.refusal(state, ErrorCode.BAD_VERSION);
        }
        Node changed = node.withAcl(set.acl());
        return new Effect(state.with(set.path(), changed), null, set.path(), changed.aclVersion());
    }

    private static @Nullable ErrorCode dataRefusal(@Nullable Node node, int expected) {
        if (node == null) {
            return ErrorCode.NO_NODE;
        }
        return fits(expected, node.version()) ? null : ErrorCode.BAD_VERSION;
    }

    private static boolean fits(int expected, int version) {
        return expected == TreeOperation.ANY_VERSION || expected == version;
    }

    /** Its answer names the first node that was made. */
    private Effect multi(TreeState state, Multi multi) {
        TreeState changed = state;
        String path = "";
        for (Request each : multi.requests()) {
            Effect effect = execute(changed, each);
            if (effect.refused != null) {
                return Effect.refusal(state, effect.refused);
            }
            changed = effect.state;
            path = path.isEmpty() && each instanceof Create ? effect.path : path;
        }
        return new Effect(changed, null, path, 0);
    }
}
