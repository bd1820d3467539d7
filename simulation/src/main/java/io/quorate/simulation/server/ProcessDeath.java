package io.quorate.simulation.server;

/** The process ends in the middle of its work. An error, so that no code under test takes it for a failure of the disk and goes on. */
final class ProcessDeath extends Error {
    private static final long serialVersionUID = 1L;

    ProcessDeath(String before) {
        super("before " + before);
    }
}
