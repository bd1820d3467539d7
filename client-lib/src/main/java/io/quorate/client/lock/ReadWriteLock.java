package io.quorate.client.lock;

/**
 * Two locks on one path. Readers hold together; a writer holds alone. Fair: a reader waits for the writers that came before it, a writer for
 * everybody. Who holds one of them and waits for the other waits for itself, so a reader that wants to write gives back first.
 */
public record ReadWriteLock(DistributedLock reading, DistributedLock writing) {}
