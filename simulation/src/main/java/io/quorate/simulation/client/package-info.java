/** Clients that speak the client protocol, do all kinds of operations, and keep a record of what they were told. */
@NullMarked
package io.quorate.simulation.client;

import org.jspecify.annotations.NullMarked;
