/**
 * How an ensemble finds its leader, before any transaction is talked about.
 *
 * <p>{@link io.quorate.election.FastLeaderElection} is the machine; {@link io.quorate.election.ElectionPort} is what it asks of the world.
 * {@link io.quorate.election.NotificationCodec} and {@link io.quorate.election.ElectionHandshake} are its wire formats, {@link
 * io.quorate.election.ConnectionRules} and {@link io.quorate.election.Outbox} what the network code must do, without the network. {@link
 * io.quorate.election.EnsembleConfig} says who belongs to the ensemble and {@link io.quorate.election.QuorumVerifier} who is enough to
 * decide; synchronization and broadcast count by the same.
 *
 * <p>Everything here is pure and single-threaded: no sockets, no files, no clock, no randomness. Whether what was elected can really lead
 * is found out by the next room, synchronization, which sends this one to {@link io.quorate.election.FastLeaderElection#look} again if not.
 */
@NullMarked
package io.quorate.election;

import org.jspecify.annotations.NullMarked;
