/** Sessions on a real network: Netty, one I/O thread for any number of sessions of a process. */
@NullMarked
package io.quorate.client.transport;

import org.jspecify.annotations.NullMarked;
