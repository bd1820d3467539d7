package io.quorate.client.shell;

import io.quorate.client.ConnectionListener;
import io.quorate.client.WatchEvent;
import io.quorate.client.Watcher;
import io.quorate.client.session.ConnectionState;
import java.util.function.Consumer;

/** Shows events as the lines that people know. */
final class WatchPrinter implements Watcher, ConnectionListener {
    private final Consumer<String> out;

    WatchPrinter(Consumer<String> out) {
        this.out = out;
    }

    @Override
    public void changed(WatchEvent event) {
        String type = switch (event.type()) {
            case NODE_CREATED -> "NodeCreated";
            case NODE_DELETED -> "NodeDeleted";
            case NODE_DATA_CHANGED -> "NodeDataChanged";
            case NODE_CHILDREN_CHANGED -> "NodeChildrenChanged";
        };
        print("SyncConnected", type, event.path(), event.zxid());
    }

    @Override
    public void stateChanged(ConnectionState state, String reason) {
        switch (state) {
            case CONNECTED -> print("SyncConnected", "None", "null", -1);
            case CONNECTED_READ_ONLY -> print("ConnectedReadOnly", "None", "null", -1);
            case SUSPENDED -> print("Disconnected", "None", "null", -1);
            case EXPIRED -> print("Expired", "None", "null", -1);
            case AUTH_FAILED -> print("AuthFailed", "None", "null", -1);
            case CLOSED -> print("Closed", "None", "null", -1);
            case CONNECTING, LOST -> {}
        }
    }

    private void print(String state, String type, String path, long zxid) {
        out.accept("\nWATCHER::\n\nWatchedEvent state:" + state + " type:" + type + " path:" + path + " zxid: " + zxid);
    }
}
