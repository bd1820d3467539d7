package io.quorate.simulation.linearizability;

/**
 * One call of a client: what it asked for and what it was told, and when.
 *
 * @param operation what, with its result, in the terms of a {@link Model}
 * @param invoked when it was asked for, in any unit that all calls share
 * @param returned when the answer came; {@link #NEVER} if none came
 * @param required whether it has certainly happened; one without an answer may have happened at any time since, or not at all
 * @param after the number in the history of a call that must have happened before this one, as of the same session; {@link #NONE}
 * @param hint where in the order it probably is: calls are tried by it, and {@link #NO_HINT} last. A wrong one only costs time.
 */
public record Call<O>(O operation, long invoked, long returned, boolean required, int after, long hint) {
    public static final long NEVER = Long.MAX_VALUE;
    public static final int NONE = -1;
    public static final long NO_HINT = Long.MAX_VALUE;

    public Call {
        if (invoked > returned) {
            throw new IllegalArgumentException(
                    operation + " returned at " + returned + ", before it was invoked at " + invoked);
        }
    }

    public Call<O> withHint(long newHint) {
        return new Call<>(operation, invoked, returned, required, after, newHint);
    }

    /** The same behind another call. */
    public Call<O> behind(int other) {
        return new Call<>(operation, invoked, returned, required, other, hint);
    }
}
