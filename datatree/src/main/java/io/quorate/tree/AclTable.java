package io.quorate.tree;

import io.quorate.jute.JuteWriter;
import io.quorate.protocol.Acl;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every ACL that some node has, once. Ids are never used again, so that a running view may name one that is gone. */
final class AclTable {
    /** The id of the open ACL, which has no entry in snapshots. */
    static final long OPEN_ID = -1;

    final AclEntry open = new AclEntry(OPEN_ID, Acl.OPEN, false);

    private final Map<List<Acl>, AclEntry> byList = new LinkedHashMap<>();
    private long lastId;
    private int unknownUses;

    /** The entry for a list, used once more. */
    AclEntry use(@Nullable List<Acl> list) {
        if (list == null || list.equals(open.list)) {
            return open;
        }
        AclEntry entry = byList.get(list);
        if (entry == null) {
            entry = new AclEntry(++lastId, list, false);
            byList.put(entry.list, entry);
        }
        entry.uses++;
        return entry;
    }

    void release(AclEntry entry) {
        if (entry == open) {
            return;
        }
        if (entry.unknown) {
            unknownUses--;
        }
        if (--entry.uses == 0 && !entry.unknown) {
            byList.remove(entry.list);
        }
    }

    /** Number of nodes whose ACL is not known. */
    int unknownUses() {
        return unknownUses;
    }

    int size() {
        return byList.size();
    }

    void write(JuteWriter out) {
        out.writeInt(byList.size());
        for (AclEntry entry : byList.values()) {
            out.writeLong(entry.id);
            Acl.writeList(out, entry.list);
        }
    }

    /** Takes what a snapshot says, and then resolves what its nodes say. */
    static final class Loader {
        private final AclTable table;
        private final Map<Long, AclEntry> byId = new HashMap<>();

        Loader(AclTable table) {
            this.table = table;
            byId.put(OPEN_ID, table.open);
        }

        void define(long id, List<Acl> list) {
            AclEntry entry = table.byList.get(list);
            if (entry == null) {
                entry = new AclEntry(id, list, false);
                table.byList.put(entry.list, entry);
            }
            table.lastId = Math.max(table.lastId, id);
            byId.put(id, entry);
        }

        AclEntry use(long id) {
            AclEntry entry = byId.get(id);
            if (entry == null) {
                entry = new AclEntry(id, List.of(new Acl(0, Acl.ANYONE)), true);
                table.lastId = Math.max(table.lastId, id);
                byId.put(id, entry);
            }
            entry.uses++;
            if (entry.unknown) {
                table.unknownUses++;
            }
            return entry;
        }

        /** Drops what no node has. */
        void finish() {
            table.byList.values().removeIf(entry -> entry.uses == 0);
        }
    }
}
