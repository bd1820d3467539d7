package io.quorate.it.harness;

import java.util.Locale;
import java.util.stream.Stream;

/** Whose server a process runs. */
public enum Kind {
    /** The jar that this build made. */
    QUORATE,
    /** Apache ZooKeeper, from Maven Central. */
    APACHE;

    /** The property that picks the kind a run of the tests is about: {@code QUORATE} unless set. */
    public static final String PROPERTY = "quorate.it.kind";

    /** Set by the profile "full". */
    private static final String FULL_PROPERTY = "quorate.it.full";

    /** The kind that this run of the tests is about. */
    public static Kind underTest() {
        return valueOf(System.getProperty(PROPERTY, QUORATE.name()).toUpperCase(Locale.ROOT));
    }

    /** Whether what takes long is run as well: {@code -Pfull}. */
    public static boolean isFullRun() {
        return Boolean.getBoolean(FULL_PROPERTY);
    }

    /**
     * Who plays a leading and who a learning part. A full run has the kind under test in both, and in each with the reference
     * in the other; a default run may leave the latter out.
     */
    public record Pair(Kind leader, Kind learner) {
        /** The kind under test in both parts. */
        public static Stream<Pair> same() {
            return Stream.of(new Pair(underTest(), underTest()));
        }

        /** The kind under test in both parts, and in either with the reference. */
        public static Stream<Pair> all() {
            return Stream.concat(same(), Stream.of(new Pair(underTest(), APACHE), new Pair(APACHE, underTest())))
                    .distinct();
        }

        /** All in a full run, the same otherwise. */
        public static Stream<Pair> byRun() {
            return isFullRun() ? all() : same();
        }
    }
}
