/** The invariants, a class each. */
@NullMarked
package io.quorate.simulation.checkers;

import org.jspecify.annotations.NullMarked;
