/**
 * Locks, and what else processes wait for each other with. {@link io.quorate.client.lock.Locks} makes those that are held, over a session of its
 * own; what is held is a {@link io.quorate.client.lease.Hold}. Barriers and latches hold nothing and work over any client.
 *
 * <p>What makes a holder certain is in {@code lease}, and in docs/elections.md.
 */
@NullMarked
package io.quorate.client.lock;

import org.jspecify.annotations.NullMarked;
