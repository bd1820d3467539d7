package io.quorate.simulation.linearizability;

import static io.quorate.simulation.linearizability.TreeOperation.ANY_VERSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.protocol.ErrorCode;
import io.quorate.simulation.linearizability.TreeModel.Extent;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreeModelTest {
    private static final long SESSION = 7;

    private final TreeModel model = new TreeModel(Extent.TREE);
    private TreeState state = model.initial();

    private static Create node(String path) {
        return new Create(path, "x", false, SESSION, false);
    }

    private void does(Request request, @Nullable Answer answer) {
        TreeState next = model.apply(state, new TreeOperation(request, answer));
        assertThat(next).as("%s -> %s in %s", request, answer, state).isNotNull();
        state = next;
    }

    private void cannot(Request request, @Nullable Answer answer) {
        assertThat(model.apply(state, new TreeOperation(request, answer)))
                .as("%s -> %s in %s", request, answer, state)
                .isNull();
    }

    @Test
    void aNodeIsMadeOnceAndBelowAParent() {
        does(node("/a/b"), new Failed(ErrorCode.NO_NODE));
        does(node("/a"), new DoneAt("/a"));
        cannot(node("/a"), new DoneAt("/a"));
        does(node("/a"), new Failed(ErrorCode.NODE_EXISTS));
        cannot(node("/a"), null);
        does(node("/a/b"), null);
        does(new Delete("/a", SESSION), new Failed(ErrorCode.NOT_EMPTY));
        does(new Delete("/a/b", SESSION), new Done());
        does(new Delete("/a", SESSION), new Done());
        cannot(new Read("/a"), new Data("x", 0));
        does(new Read("/a"), new Failed(ErrorCode.NO_NODE));
    }

    @Test
    void sequentialNodesCountAllChildrenThatEverWere() {
        does(node("/q"), new DoneAt("/q"));
        Create next = new Create("/q/n-", "", true, SESSION, false);
        does(next, new DoneAt("/q/n-0000000000"));
        does(new Delete("/q/n-0000000000", SESSION), new Done());
        cannot(next, new DoneAt("/q/n-0000000000"));
        does(node("/q/other"), new DoneAt("/q/other"));
        does(next, new DoneAt("/q/n-0000000002"));
    }

    @Test
    void versionsAreCheckedAndCounted() {
        does(node("/a"), new DoneAt("/a"));
        does(new SetData("/a", "1", 0, SESSION), new Version(1));
        does(new SetData("/a", "2", 0, SESSION), new Failed(ErrorCode.BAD_VERSION));
        cannot(new SetData("/a", "2", ANY_VERSION, SESSION), new Version(3));
        does(new SetData("/a", "2", ANY_VERSION, SESSION), new Version(2));
        does(new Read("/a"), new Data("2", 2));
        cannot(new Read("/a"), new Data("1", 1));
    }

    @Test
    void anAclHasAVersionOfItsOwn() {
        does(node("/a"), new DoneAt("/a"));
        does(new ReadAcl("/a"), new AclData("", 0));
        does(new SetAcl("/a", "me", 0, SESSION), new Version(1));
        does(new SetAcl("/a", "you", 0, SESSION), new Failed(ErrorCode.BAD_VERSION));
        cannot(new ReadAcl("/a"), new AclData("you", 1));
        does(new ReadAcl("/a"), new AclData("me", 1));
        does(new Read("/a"), new Data("x", 0));
        does(new SetAcl("/b", "me", ANY_VERSION, SESSION), new Failed(ErrorCode.NO_NODE));
        cannot(new ReadAll(), new All(Map.of("/a", new Found("x", 0, 0, 0))));
        does(new ReadAll(), new All(Map.of("/a", new Found("x", 0, 1, 0))));
    }

    @Test
    void aMultiThatMovesDoesBothOrNeither() {
        does(node("/a"), new DoneAt("/a"));
        Multi move = new Multi(List.of(new Delete("/a", SESSION), node("/b")));
        does(move, new DoneAt("/b"));
        does(new Read("/a"), new Failed(ErrorCode.NO_NODE));
        does(new Delete("/b", SESSION), new Done());
        does(move, new Failed(ErrorCode.NO_NODE));
        does(new Read("/b"), new Failed(ErrorCode.NO_NODE));
    }

    @Test
    void aMultiIsAllOrNothing() {
        does(node("/a"), new DoneAt("/a"));
        Request set = new SetData("/a", "1", ANY_VERSION, SESSION);
        does(new Multi(List.of(node("/b"), set, new Check("/a", 5))), new Failed(ErrorCode.BAD_VERSION));
        does(new Read("/b"), new Failed(ErrorCode.NO_NODE));
        does(new Read("/a"), new Data("x", 0));
        does(new Multi(List.of(node("/b"), set, new Check("/a", 1))), new DoneAt("/b"));
        does(new Read("/a"), new Data("1", 1));
    }

    @Test
    void ephemeralsGoWithTheirSessionWhichDoesNothingAfterwards() {
        does(new Create("/e", "x", false, SESSION, true), new DoneAt("/e"));
        does(node("/e/child"), new Failed(ErrorCode.NO_CHILDREN_FOR_EPHEMERALS));
        does(node("/stays"), new DoneAt("/stays"));
        cannot(new ReadAll(), new All(Map.of("/stays", new Found("x", 0, 0, 0))));
        does(new EndSession(SESSION), null);
        does(new ReadAll(), new All(Map.of("/stays", new Found("x", 0, 0, 0))));
        cannot(node("/late"), null);
        does(new SetData("/stays", "", ANY_VERSION, SESSION), new Failed(ErrorCode.SESSION_EXPIRED));
        cannot(new EndSession(SESSION), null);
    }

    @Test
    void aNodeByItselfNeedsNoParents() {
        TreeModel node = new TreeModel(Extent.NODE);
        assertThat(node.apply(node.initial(), new TreeOperation(node("/a/b"), new DoneAt("/a/b"))))
                .isNotNull();
    }
}
