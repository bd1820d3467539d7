package io.quorate.client.lease;

/** Told by the callback thread what a {@link Contender} has won and lost, one call after the other. */
public interface HoldListener {
    /** Held from now on. Not called for what was over before it could be told. */
    default void begun(Hold hold) {}

    /** Not any more. */
    default void ended(Hold hold, Loss why) {}
}
