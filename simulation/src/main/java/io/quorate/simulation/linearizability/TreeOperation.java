package io.quorate.simulation.linearizability;

import io.quorate.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a tree, and the answer.
 *
 * @param answer null if none came
 */
public record TreeOperation(Request request, @Nullable Answer answer) {
    /** What is asked. */
    public sealed interface Request
            permits Create, Delete, SetData, SetAcl, Check, Multi, Read, ReadAcl, EndSession, ReadAll {}

    /**
     * A new node.
     *
     * @param sequential whether a number is appended to the path
     * @param session whose it is
     * @param ephemeral whether it goes with the session
     */
    public record Create(String path, String data, boolean sequential, long session, boolean ephemeral)
            implements Request {}

    public record Delete(String path, long session) implements Request {}

    /** @param expectedVersion {@link #ANY_VERSION} for any */
    public record SetData(String path, String data, int expectedVersion, long session) implements Request {}

    /**
     * Another ACL.
     *
     * @param acl whatever tells it from others
     * @param expectedVersion of the ACL that was there; {@link #ANY_VERSION} for any
     */
    public record SetAcl(String path, String acl, int expectedVersion, long session) implements Request {}

    /** @param expectedVersion {@link #ANY_VERSION} if it only has to be there */
    public record Check(String path, int expectedVersion) implements Request {}

    /** All or nothing. */
    public record Multi(List<Request> requests) implements Request {}

    /** Of a node; who only asks whether it is there is told its version. */
    public record Read(String path) implements Request {}

    public record ReadAcl(String path) implements Request {}

    /** The session is closed or expires. */
    public record EndSession(long session) implements Request {}

    /** Everything that is there. */
    public record ReadAll() implements Request {}

    /** What is told. */
    public sealed interface Answer permits Failed, Done, DoneAt, Version, Data, AclData, All {}

    public record Failed(ErrorCode code) implements Answer {}

    public record Done() implements Answer {}

    /** The path of the node that was made. */
    public record DoneAt(String path) implements Answer {}

    /** The version of the node that was set, or of the ACL that was. */
    public record Version(int version) implements Answer {}

    /** What a node holds. */
    public record Data(String data, int version) implements Answer {}

    /** Who may do what with a node. */
    public record AclData(String acl, int version) implements Answer {}

    /** Data and owners of all nodes, by path. */
    public record All(Map<String, Found> nodes) implements Answer {}

    /**
     * A node.
     *
     * @param aclVersion how often its ACL was set
     * @param owner the session of an ephemeral; 0
     */
    public record Found(String data, int version, int aclVersion, long owner) {}

    public static final int ANY_VERSION = -1;

    @Override
    public String toString() {
        return request + " -> " + (answer == null ? "no answer" : answer);
    }
}
