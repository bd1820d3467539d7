package io.quorate.tree;

import io.quorate.protocol.Acl;
import java.util.List;

/** Takes the records of a snapshot, in their order: sessions, ACLs, nodes with parents before children. */
public interface SnapshotRecords {
    void onSession(long sessionId, int timeoutMs);

    void onAcl(long aclId, List<Acl> acl);

    /** @param node good until this returns */
    void onNode(SnapshotNode node);
}
