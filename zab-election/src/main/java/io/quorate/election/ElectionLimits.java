package io.quorate.election;

/** All limits of this module. */
public final class ElectionLimits {
    /** Largest election message, without its length prefix. A longer frame closes the connection. */
    public static final int MAX_MESSAGE_BYTES = 512 * 1024;

    /** Bytes before the configuration text in a version 2 message. */
    static final int MESSAGE_HEADER_BYTES = 44;

    /** Longest configuration text that fits into a message. */
    public static final int MAX_CONFIG_BYTES = MAX_MESSAGE_BYTES - MESSAGE_HEADER_BYTES;

    /** Longest list of addresses in a handshake. */
    public static final int MAX_HANDSHAKE_ADDRESS_BYTES = 2048;

    /** Largest weight of a voter: sums of weights stay far from overflow. */
    static final long MAX_WEIGHT = Integer.MAX_VALUE;

    static final int MAX_PORT = 65535;

    /** How much of a wrong value an error message quotes. */
    static final int MAX_QUOTED_CHARS = 200;

    private ElectionLimits() {}
}
