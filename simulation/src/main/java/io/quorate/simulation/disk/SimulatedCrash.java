package io.quorate.simulation.disk;

/** The machine stopped. An error, so that no code under test takes it for a failure of the disk and goes on. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String after) {
        super("simulated crash after " + after);
    }
}
