package io.quorate.tree;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can change about SASL. The names in brackets are ZooKeeper's properties, without their "zookeeper.".
 *
 * @param mechanism how clients prove who they are; null if they cannot [the JAAS section Server, or sasl.serverconfig]
 * @param superUsers whoever proves to be one of these may do everything [superUser, superUser.SUFFIX]
 * @param keepFailed whether a connection stays whose exchange has failed [allowSaslFailedClients]
 */
public record SaslSettings(@Nullable SaslMechanism mechanism, Set<String> superUsers, boolean keepFailed) {
    /** There is no SASL. */
    public static final SaslSettings NONE = new SaslSettings(null, Set.of(), false);

    public SaslSettings {
        superUsers = Set.copyOf(superUsers);
    }
}
