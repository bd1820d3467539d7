/**
 * A session as a pure state machine: what a client of a coordination service must do, without a socket, a thread or a clock.
 *
 * <p>{@link io.quorate.client.session.ClientSession} takes what happens as calls with the present time in them ({@code onConnected},
 * {@code onFrame}, {@code onTick}…) and asks for what is to be done through {@link io.quorate.client.session.SessionPort}. The package {@code
 * transport} puts it on a Netty event loop; the transcript tests put it on paper.
 */
@NullMarked
package io.quorate.client.session;

import org.jspecify.annotations.NullMarked;
