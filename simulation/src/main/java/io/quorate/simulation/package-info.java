/** Whole replicas on a simulated network, disk and clock, with the checkers of their invariants. */
@NullMarked
package io.quorate.simulation;

import org.jspecify.annotations.NullMarked;
