package io.quorate.client.election;

/**
 * The master's node as it was read.
 *
 * @param ownerSession the session that it belongs to, 0 if it is not ephemeral
 * @param version of its data
 * @param mzxid of the transaction that wrote its data last: the number of the owner's term
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record MasterNode(byte[] data, long ownerSession, int version, long mzxid) {}
