/**
 * Who of several workers is the master, and who is there at all.
 *
 * <p>{@link io.quorate.client.election.MasterElection} is what a worker uses. The decisions are made by {@link
 * io.quorate.client.election.MasterElectionMachine}, which knows no network and no clock.
 */
@NullMarked
package io.quorate.client.election;

import org.jspecify.annotations.NullMarked;
