package io.quorate.election;

/** All limits of this module. */
public final class ElectionLimits {
    /** Largest election message, without its length prefix. A longer frame closes the connection. */
    public static final int MAX_MESSAGE_BYTES = 512 * 1024;

    /** Longest list of addresses in a handshake. A longer one closes the connection. */
    public static final int MAX_HANDSHAKE_ADDRESS_BYTES = 2048;

    /** Largest handshake: version, sid and length before the addresses. */
    public static final int MAX_HANDSHAKE_BYTES = 8 + 8 + 4 + MAX_HANDSHAKE_ADDRESS_BYTES;

    /** Largest weight of a voter: sums of weights stay far from overflow. */
    static final long MAX_WEIGHT = Integer.MAX_VALUE;

    /** How many servers that are no voters are told a result because they asked before; the others ask again. */
    static final int MAX_WAITING = 1000;

    static final int MAX_PORT = 65535;

    /** How much of a wrong value an error message quotes. */
    static final int MAX_QUOTED_CHARS = 200;

    private ElectionLimits() {}
}
