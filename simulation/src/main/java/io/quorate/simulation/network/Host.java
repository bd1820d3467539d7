package io.quorate.simulation.network;

/** What sits at an end of a connection. Servers are positive, clients negative. */
public interface Host {
    long id();

    /** Whether it still runs; one that does not is never called again. */
    boolean isAlive();

    /** Lets something come in: at once, or, while it is paused, later in the same order. Dropped if it does not run any more. */
    void input(Runnable action);
}
