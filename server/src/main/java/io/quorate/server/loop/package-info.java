/**
 * The threads. There is one core loop, a Netty event loop that runs the whole replica and all connections between servers; client
 * connections are on it as well, or on I/O loops of their own; disk work is on threads that do nothing else.
 *
 * <p>Costs are per batch: all that became ready in one turn of the event loop is handed to the replica, and one end of the batch then
 * forces, flushes and wakes up.
 */
@NullMarked
package io.quorate.server.loop;

import org.jspecify.annotations.NullMarked;
