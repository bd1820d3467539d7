package io.quorate.simulation.linearizability;

import org.jspecify.annotations.Nullable;

/**
 * What the thing does that is called, one call after the other.
 *
 * @param <S> its state: immutable, with {@code equals} and {@code hashCode}
 * @param <O> an operation together with the result that was seen
 */
public interface Model<S, O> {
    S initial();

    /** The state after the operation; null if the operation cannot have that result in this state. */
    @Nullable
    S apply(S state, O operation);
}
