/** Whether what clients saw could have happened one call after the other, each between its question and its answer. */
@NullMarked
package io.quorate.simulation.linearizability;

import org.jspecify.annotations.NullMarked;
