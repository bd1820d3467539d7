/** Connections between servers, and between clients and servers: in order within one, late, cut, and one-way as the seed wants it. */
@NullMarked
package io.quorate.simulation.network;

import org.jspecify.annotations.NullMarked;
