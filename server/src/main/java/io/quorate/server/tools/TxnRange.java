package io.quorate.server.tools;

import io.quorate.jute.TxnHeader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which transactions are wanted. */
final class TxnRange {
    @Option(names = "--from", paramLabel = "ZXID", description = "The first zxid that is wanted.")
    private @Nullable ZxidArgument from;

    @Option(names = "--to", paramLabel = "ZXID", description = "The last zxid that is wanted.")
    private @Nullable ZxidArgument to;

    @Option(names = "--since", paramLabel = "TIME", description = "Only what was prepared then or later.")
    private @Nullable TimeArgument since;

    @Option(names = "--until", paramLabel = "TIME", description = "Only what was prepared then or earlier.")
    private @Nullable TimeArgument until;

    long firstZxid() {
        return from == null ? 0 : from.zxid();
    }

    /** Whether all that is wanted comes before. */
    boolean isOver(long zxid) {
        return to != null && zxid > to.zxid();
    }

    boolean contains(TxnHeader header) {
        boolean early = header.zxid() < firstZxid() || (since != null && header.time() < since.ms());
        boolean late = isOver(header.zxid()) || (until != null && header.time() > until.ms());
        return !early && !late;
    }
}
