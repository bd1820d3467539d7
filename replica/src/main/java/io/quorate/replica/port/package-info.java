/** What a {@link io.quorate.replica.Replica} needs of the world: the server implements it with sockets and threads, the simulator on a heap of events. */
@NullMarked
package io.quorate.replica.port;

import org.jspecify.annotations.NullMarked;
