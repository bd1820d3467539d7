package io.quorate.cli;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long a command may take to end, which has to fit into a lease. */
final class KillAfter {
    /** A lease is renewed every sixth of a time-out, and lasts for five twelfths then: beyond that the command would be ended for nothing. */
    private static final int LARGEST_DIVISOR = 4;

    /** Leaves room for a confirmation that comes late; a larger one is a choice between a longer farewell and fewer of them. */
    private static final int DEFAULT_DIVISOR = 8;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--kill-after",
            paramLabel = "SECONDS",
            description =
                    "When the command has to end, it gets SIGTERM, and SIGKILL so much later. Default: an eighth of the session "
                            + "time-out; at most a quarter of it, since both come before anybody else can have what is held.")
    private double seconds;

    /**
     * Complains before anything is begun.
     *
     * @param sessionTimeout as it is asked for
     * @throws ParameterException if it does not fit
     */
    void check(Duration sessionTimeout) {
        Duration most = sessionTimeout.dividedBy(LARGEST_DIVISOR);
        if (seconds < 0 || asked().compareTo(most) > 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "--kill-after " + seconds + ": at most a quarter of the session time-out, which is "
                            + sessionTimeout.toMillis() + " ms. Ask for a longer one with --session-timeout.");
        }
    }

    /** @param granted the session time-out that the servers granted, which may be shorter than what was asked for */
    Duration within(Duration granted) {
        if (seconds == 0) {
            return granted.dividedBy(DEFAULT_DIVISOR);
        }
        Duration most = granted.dividedBy(LARGEST_DIVISOR);
        return asked().compareTo(most) > 0 ? most : asked();
    }

    private Duration asked() {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
