package io.quorate.cli;

/** What {@code scripts/quorate} says of its streams: for people who look on there is progress, and a screen that can be cleared. */
final class Terminal {
    private Terminal() {}

    static boolean isOut() {
        return Boolean.getBoolean("quorate.cli.out.terminal");
    }

    static boolean isErr() {
        return Boolean.getBoolean("quorate.cli.err.terminal");
    }
}
