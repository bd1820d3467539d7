package io.quorate.it.conformance;

import java.util.Optional;

/**
 * One thing that is asked of both servers.
 *
 * @param operation the heading under which it is counted
 * @param difference empty where both servers have to say the same
 */
record Case(String operation, String name, Profile profile, Script script, Optional<Difference> difference) {

    /** What a case does. Run once on each server; it must not depend on which one it is. */
    @FunctionalInterface
    interface Script {
        void play(Scene scene) throws Exception;
    }

    /** How the servers that a case runs on are configured. */
    enum Profile {
        /** As they come. */
        PLAIN,
        /** With everything on that is off otherwise: TTL nodes, hard quotas, reconfiguration; an ensemble of one. */
        EXTENDED
    }

    /** In what the servers differ on purpose; the {@code title} is that of a section of docs/compatibility.md. */
    sealed interface Difference {
        String title();
    }

    /** Only in how many zxids were used: nothing but these is left out of the comparison. */
    record InZxids(String title) implements Difference {}

    /** In what the recorded comparison of the transcripts shows, to the letter. */
    record AsRecorded(String title) implements Difference {}

    /** Good for the name of a file. */
    String fileName() {
        return toString().replaceAll("[^A-Za-z0-9=-]+", "-");
    }

    @Override
    public String toString() {
        return operation + ": " + name;
    }
}
