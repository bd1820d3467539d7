package io.quorate.client;

import io.quorate.protocol.Acl;
import io.quorate.protocol.Stat;
import java.util.List;

/** Who may do what with a node. Passwords in it are masked for those who may not administer the node. */
public record NodeAcl(List<Acl> acl, Stat stat) {
    public NodeAcl {
        acl = List.copyOf(acl);
    }
}
