/**
 * How an elected leader and its learners come to one history, and how it goes on: rooms 4 and 6 of a write request, and all that comes
 * before the first one.
 *
 * <p>{@link io.quorate.zab.Leader} is a term of leading and {@link io.quorate.zab.LearnerHandler} one learner as the leader sees it; {@link
 * io.quorate.zab.Learner} is a term of following. What they share with the terms before and after is the {@link io.quorate.zab.History}:
 * what is logged, and how much of that is durable, committed and delivered. They ask the world for everything by {@link
 * io.quorate.zab.LogPort}, {@link io.quorate.zab.LeaderPort}, {@link io.quorate.zab.LearnerPort} and {@link io.quorate.zab.PeerChannel}, and
 * hear of it by {@code onX} methods; {@link io.quorate.zab.QuorumStreamDecoder} makes packets of bytes.
 *
 * <p>Everything here is pure and single-threaded: no sockets, no files, no clock. To this room a transaction is a number and opaque bytes.
 * The orders that must not break, and where each is kept:
 *
 * <pre>
 *   acknowledged behind forced     Learner acknowledges only in the methods that are called when the disk is done
 *   epoch behind history           LogPort works in order, and storeCurrentEpoch is asked for behind all appends
 *   applied behind both            History hands out what is committed and durable, and nothing else
 *   a joiner misses nothing        LearnerHandler is a cursor over the History; there is no queue that it could be late for
 * </pre>
 */
@NullMarked
package io.quorate.zab;

import org.jspecify.annotations.NullMarked;
