package io.quorate.client.discovery;

import io.quorate.client.SessionKeeper;
import io.quorate.client.recipe.PersistentNode;
import io.quorate.protocol.Paths;
import java.util.concurrent.CompletableFuture;

/**
 * An instance that offers a service, announced as long as this object is open: an ephemeral node, {@code PATH/NAME/ID}.
 *
 * <ul>
 *   <li>SUSPENDED, LOST: it very likely is, or may still be, found by others.
 *   <li>EXPIRED: it is not; it is announced again in the next session.
 *   <li>An instance whose program stands still or died is found by others until the servers end its session: who uses a service has to bear one that
 *       does not answer.
 *   <li>An instance of the same id that another session has announced is left alone, and replaced when it goes.
 * </ul>
 *
 * <p>Safe for use by any number of threads.
 */
public final class ServiceRegistration implements AutoCloseable {
    private final PersistentNode node;
    private final String name;
    private final String id;

    private ServiceRegistration(PersistentNode node, ServiceInstance instance) {
        this.node = node;
        name = instance.name();
        id = instance.id();
    }

    /** @param path below which the services are */
    public static ServiceRegistration announce(SessionKeeper sessions, String path, ServiceInstance instance) {
        String prefix = path.equals(Paths.ROOT) ? path : path + "/";
        return new ServiceRegistration(
                PersistentNode.start(sessions, prefix + instance.name() + "/" + instance.id(), instance.toJson()),
                instance);
    }

    /** Done when it is announced for the first time. */
    public CompletableFuture<Void> ready() {
        return node.ready();
    }

    /** Describes it otherwise from now on. */
    public void update(ServiceInstance instance) {
        if (!instance.name().equals(name) || !instance.id().equals(id)) {
            throw new IllegalArgumentException("instance " + instance.id() + " of " + instance.name() + " is not " + id
                    + " of " + name + ", which is announced here");
        }
        node.setData(instance.toJson());
    }

    /** Done when others can know that it is gone. */
    public CompletableFuture<Void> closeAsync() {
        return node.closeAsync();
    }

    /** As {@link #closeAsync()}; does not wait for it. */
    @Override
    public void close() {
        node.close();
    }
}
