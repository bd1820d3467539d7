/** A machine with a disk, and on it, one after another, processes with a replica each. */
@NullMarked
package io.quorate.simulation.server;

import org.jspecify.annotations.NullMarked;
