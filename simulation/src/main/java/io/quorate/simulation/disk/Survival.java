package io.quorate.simulation.disk;

/** What a crash leaves of what was not forced. */
public enum Survival {
    /** Everything: only the process died. What was not forced still is not, and a later crash of the machine may take it. */
    EVERYTHING,
    /** Nothing: the machine lost its power, and the disk had not begun. */
    NOTHING,
    /** Any part, drawn at random: of each write nothing, all, a beginning, or some sectors; of names each change or not. */
    ANY_PART
}
