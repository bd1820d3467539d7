/**
 * Votes and their order, quorums, the ensemble's configuration text, and the fast leader election state machine.
 */
@NullMarked
package io.quorate.election;

import org.jspecify.annotations.NullMarked;
