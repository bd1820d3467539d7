/**
 * Every operation and every corner of the client protocol, asked of a real Apache ZooKeeper server and of Quorate in the same run, and
 * the answers compared.
 *
 * <p>A {@link io.quorate.it.conformance.Case} is a name and a script. Run against a server it leaves a transcript: what was sent, and every
 * frame that came back in its order, with the numbers that cannot be equal (session ids, times, zxids) replaced by what is the same on both
 * servers. The transcripts of both have to be equal, or be exactly the two that the case names as a difference on purpose.
 */
@NullMarked
package io.quorate.it.conformance;

import org.jspecify.annotations.NullMarked;
