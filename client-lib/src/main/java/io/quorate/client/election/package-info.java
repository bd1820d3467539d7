/**
 * Who of several candidates leads. {@link io.quorate.client.election.Election} begins a candidacy in one of three ways, {@link
 * io.quorate.client.election.Leadership} is what all of them give; {@link io.quorate.client.election.LeaderObserver} watches without taking part.
 * {@link io.quorate.client.election.MasterElection} is the first way together with a list of all workers.
 *
 * <p>What makes a leader certain is in {@code lease}, and in docs/elections.md.
 */
@NullMarked
package io.quorate.client.election;

import org.jspecify.annotations.NullMarked;
