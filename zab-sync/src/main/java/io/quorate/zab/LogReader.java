package io.quorate.zab;

import java.util.List;

/** Whoever is told what the log on disk holds, and where. */
public interface LogReader {
    /** Where the zxid is that was asked for. */
    void onLocated(LogPosition position, long nowNanos);

    /** A piece of the log on disk: committed proposals in order. An empty one says that the log does not have them any more. */
    void onLogRead(List<Proposal> proposals, long nowNanos);
}
