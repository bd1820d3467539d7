package io.quorate.cli;

import java.util.List;

/** What is done, in this order, when the program is told to end (SIGTERM, SIGINT, SIGHUP) while this is open. */
final class AtExit implements AutoCloseable {
    private final Thread hook;

    private AtExit(List<Runnable> steps) {
        hook = new Thread(() -> steps.forEach(Runnable::run), "at-exit");
    }

    static AtExit run(Runnable... steps) {
        AtExit result = new AtExit(List.of(steps));
        Runtime.getRuntime().addShutdownHook(result.hook);
        return result;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // It runs, or has run.
        }
    }
}
