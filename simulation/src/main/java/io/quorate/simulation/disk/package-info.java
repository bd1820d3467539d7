/** The disk port in memory, which can crash, fail and be full. */
@NullMarked
package io.quorate.simulation.disk;

import org.jspecify.annotations.NullMarked;
