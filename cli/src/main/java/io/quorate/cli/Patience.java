package io.quorate.cli;

import io.quorate.client.QuorateClient;
import io.quorate.client.session.ConnectionState;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for something that may take for ever, and tells the user when that is because no server can be reached. */
final class Patience {
    /** As {@link java.util.concurrent.BlockingQueue#poll(long, TimeUnit)}. */
    interface Poll<T> {
        @Nullable
        T poll(long timeout, TimeUnit unit) throws InterruptedException;
    }

    private final Connection connection;
    private final Consumer<String> say;
    private boolean told;

    Patience(Connection connection, Consumer<String> say) {
        this.connection = connection;
        this.say = say;
    }

    <T> T await(Supplier<QuorateClient> client, Poll<T> what) throws InterruptedException {
        while (true) {
            T result = what.poll(connection.sessionTimeout().toMillis(), TimeUnit.MILLISECONDS);
            if (result != null) {
                told = false;
                return result;
            }
            tell(client.get());
        }
    }

    private void tell(QuorateClient client) {
        boolean connected = client.state() == ConnectionState.CONNECTED;
        if (!connected && !told) {
            say.accept(connection.unreachable(client));
        }
        told = !connected;
    }
}
