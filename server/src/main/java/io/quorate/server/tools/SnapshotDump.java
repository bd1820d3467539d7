package io.quorate.server.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.jute.Zxid;
import io.quorate.protocol.Acl;
import io.quorate.replica.storage.LoadedSnapshot;
import io.quorate.tree.SnapshotNode;
import io.quorate.tree.SnapshotParser;
import io.quorate.tree.SnapshotRecords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes what is in a snapshot, as it is read; only the ACLs are kept. */
final class SnapshotDump implements SnapshotRecords {
    private static final List<String> LEADING = List.of("kind", "path", "id");
    private static final Set<String> LEFT_OUT = Set.of("ctimeMs", "mtimeMs");

    private final SnapshotFile file;
    private final Rendering out;
    private final TxnDescription description;
    private final Map<Long, List<Acl>> acls = new HashMap<>();
    private long sessions;
    private long nodes;

    SnapshotDump(SnapshotFile file, Rendering out, boolean withData) {
        this.file = file;
        this.out = out;
        this.description = new TxnDescription(withData);
        acls.put(SnapshotParser.OPEN_ACL_ID, Acl.OPEN);
    }

    int run() {
        LoadedSnapshot loaded = file.read(this);
        ObjectNode line = line("end");
        line.put("nodes", nodes).put("sessions", sessions).put("acls", acls.size() - 1);
        if (loaded.zxid() != Zxid.NONE) {
            line.put("zxid", Zxid.show(loaded.zxid()));
        }
        if (loaded.digestZxid() != 0) {
            line.put("digest", "0x" + Long.toHexString(loaded.digest()))
                    .put("digestZxid", Zxid.show(loaded.digestZxid()));
        }
        if (loaded.lastProcessedZxid() != Zxid.NONE) {
            line.put("lastProcessedZxid", Zxid.show(loaded.lastProcessedZxid()));
        }
        write(line);
        return ToolExit.OK;
    }

    private ObjectNode line(String kind) {
        return out.object().put("kind", kind);
    }

    private void write(ObjectNode line) {
        out.line(line, LEADING, LEFT_OUT);
        if (out.abandoned()) {
            throw new ToolException("nobody reads the output any more");
        }
    }

    @Override
    public void onSession(long sessionId, int timeoutMs) {
        sessions++;
        write(line("session").put("id", Showing.session(sessionId)).put("timeoutMs", timeoutMs));
    }

    @Override
    public void onAcl(long aclId, List<Acl> acl) {
        acls.put(aclId, acl);
        ObjectNode line = line("acl").put("id", Long.toString(aclId));
        TxnDescription.acl(line, acl);
        write(line);
    }

    @Override
    public void onNode(SnapshotNode node) {
        nodes++;
        ObjectNode line = line("node").put("path", node.path());
        description.data(line, node.data());
        List<Acl> acl = acls.get(node.aclId());
        if (acl == null) {
            // A server that wrote this while transactions went on may not have listed it; the log says what it is.
            line.put("acl", "unlisted:" + node.aclId());
        } else {
            TxnDescription.acl(line, acl);
        }
        line.put("czxid", Zxid.show(node.czxid())).put("mzxid", Zxid.show(node.mzxid()));
        line.put("pzxid", Zxid.show(node.pzxid()));
        line.put("ctime", TimeArgument.show(node.ctime())).put("mtime", TimeArgument.show(node.mtime()));
        line.put("ctimeMs", node.ctime()).put("mtimeMs", node.mtime());
        line.put("version", node.version()).put("cversion", node.cversion()).put("aversion", node.aversion());
        line.put("owner", Showing.session(node.owner()));
        write(line);
    }
}
