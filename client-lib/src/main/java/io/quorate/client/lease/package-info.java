/**
 * What elections and locks have in common: something that one session holds for a while, and the certainty, by the holder's own clock, of still
 * holding it. {@link io.quorate.client.lease.LeaseMachine} decides and knows neither network nor clock; a {@link
 * io.quorate.client.lease.Contest} says with which nodes it is done; {@link io.quorate.client.lease.Contender} brings the two together over a
 * {@link io.quorate.client.lease.LeaseSession}. Users meet {@link io.quorate.client.lease.Hold}.
 *
 * <p>The design, and why there are never two holders, is written down in docs/elections.md.
 */
@NullMarked
package io.quorate.client.lease;

import org.jspecify.annotations.NullMarked;
