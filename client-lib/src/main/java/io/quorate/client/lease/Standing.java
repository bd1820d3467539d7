package io.quorate.client.lease;

import java.util.Optional;

/** How a contender stands in its contest, as it was read. */
public sealed interface Standing {
    /** Nothing of this contender is there, and nobody is in its way: it may claim, or enter the line. */
    record Free() implements Standing {}

    /**
     * What decides is this session's own.
     *
     * @param title of a node that was never held before, so that nothing but the proof of a lease is missing; empty where a new term has to be
     *     written
     */
    record Ours(Optional<Title> title) implements Standing {}

    /** Somebody else comes first; a watch says when to look again. */
    record Taken(String by) implements Standing {}

    /**
     * Nobody holds it, but the last holder's session ended without giving it back: nobody may claim before that has been so for a while.
     *
     * @param loss which loss that is
     * @param delayNanos how long from when it is seen
     */
    record HeldBack(long loss, long delayNanos, String why) implements Standing {}
}
