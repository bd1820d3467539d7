/**
 * Bugs, put in on purpose: each is an effect of the production machines that is dropped, changed or brought about too early on its way through
 * a port, so that the machines themselves are the very ones that are shipped. A simulation that does not find them is worth nothing.
 */
@NullMarked
package io.quorate.simulation.bugs;

import org.jspecify.annotations.NullMarked;
