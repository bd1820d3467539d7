/** Situations that are known to be dangerous, each set up directly: what Apache ZooKeeper's users and the model checkers of its protocol found. */
@NullMarked
package io.quorate.simulation.scenarios;

import org.jspecify.annotations.NullMarked;
