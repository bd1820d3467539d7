package io.quorate.it.harness;

import java.util.Locale;

/** Whose server a process runs. */
public enum Kind {
    /** The jar that this build made. */
    QUORATE,
    /** Apache ZooKeeper, from Maven Central. */
    APACHE;

    /** The property that picks the kind a run of the tests is about: {@code QUORATE} unless set. */
    public static final String PROPERTY = "quorate.it.kind";

    /** The kind that this run of the tests is about. */
    public static Kind underTest() {
        return valueOf(System.getProperty(PROPERTY, QUORATE.name()).toUpperCase(Locale.ROOT));
    }
}
