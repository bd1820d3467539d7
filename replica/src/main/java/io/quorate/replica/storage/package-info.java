/**
 * What a server keeps on disk: the transaction log, snapshots, the two epoch files, and how they become one history again after a
 * crash. Everything goes through {@link io.quorate.replica.storage.DiskPort}, byte for byte in the formats of Apache ZooKeeper 3.9;
 * nothing here knows what a transaction or a tree is.
 *
 * <p>{@link io.quorate.replica.storage.Storage} wires the parts. All of it is single-threaded: one loop calls it, and may block in it.
 * Apart from that, a {@link io.quorate.replica.storage.SnapshotWriter} between its begin and its publication, and a
 * {@link io.quorate.replica.storage.TxnLogCursor}, belong to whichever one thread uses them.
 *
 * <p>The rules that hold everywhere:
 * <ul>
 *   <li>Nothing is reported as durable before the file and, for a new name, its directory are forced.
 *   <li>What recovery reports is forced as well: a killed process leaves writes behind that only the machine's memory holds.
 *   <li>A file that others may read is complete from the moment it has its name: it is written and forced under another name, then
 *       renamed. The log is the exception; it grows at its end only, into zeros.
 *   <li>A change that takes several steps either leaves a whole history after each of them, or has an intent record that recovery
 *       carries through.
 *   <li>What cannot be explained by a crash is damage, and damage stops the server with file, offset and advice. It never costs a
 *       transaction silently.
 * </ul>
 */
@NullMarked
package io.quorate.replica.storage;

import org.jspecify.annotations.NullMarked;
