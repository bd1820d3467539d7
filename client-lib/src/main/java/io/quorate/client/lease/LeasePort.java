package io.quorate.client.lease;

/**
 * What a {@link LeaseMachine} asks of the world. An operation is answered, with its number, by the method of the machine that is named after
 * it. Nothing here calls back before it returned.
 */
interface LeasePort {
    /** Reads how this contender stands, and leaves the watch that tells when to look again. */
    void inspect(long operation);

    /** Claims what nobody holds, or enters the line. */
    void claim(long operation);

    /** Begins a term on what is this session's own already, by something that a quorum commits. */
    void begin(long operation);

    /** Reads whether the node that is held is there still, and leaves a watch on it. */
    void watch(long operation);

    /** Commits a transaction that changes nothing and fails unless the term goes on: the answer proves that a quorum knows this session. */
    void confirm(long operation, Title title);

    /** Gives back whatever of this contender may be there, once what it lost has been told. */
    void release(long operation);

    /** When the latest request of this session was sent that its server is known to have heard by {@code cutoffNanos}, or its handshake. */
    long provenBefore(long cutoffNanos);

    /** This contender has it from now on, until then at least. */
    void begun(Title title, long leaseUntilNanos);

    void extended(long token, long leaseUntilNanos);

    void ended(long token, Loss why);

    /** What was to be given back is, or it went with the session. */
    void released();

    /** It has looked, and somebody else comes first. */
    void waiting();

    /** Nothing will come any more, and nothing of this contender is left on the servers that the end of the session does not take away. */
    void closed();

    void info(String message);

    void warn(String message);
}
