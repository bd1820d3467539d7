package io.quorate.election;

/**
 * Where a pure machine tells what it does. Implementations hand the line on at once and never block: the machines call this from
 * their loop.
 */
public interface EventLog {
    /** Drops every line. */
    EventLog NONE = new EventLog() {
        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    };

    /** A step that an operator wants to be able to read afterwards, such as a change of state. */
    void info(String message);

    /** Something that should not have happened, which the machine survived. */
    void warn(String message);
}
