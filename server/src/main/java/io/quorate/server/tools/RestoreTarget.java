package io.quorate.server.tools;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say to which point is restored; exactly one of them. */
final class RestoreTarget {
    @Option(
            names = "--zxid",
            paramLabel = "ZXID",
            description = "To the state after this transaction, or after the last one before it.")
    @Nullable
    ZxidArgument zxid;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "To the state before the first transaction that was prepared later than this.")
    @Nullable
    TimeArgument time;

    @Option(names = "--latest", description = "To the end of the backup.")
    boolean latest;
}
