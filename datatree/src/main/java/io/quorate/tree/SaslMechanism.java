package io.quorate.tree;

/** One way in which clients and servers prove who they are in an exchange of tokens (RFC 4422). What it needs of the world is its own affair. */
public interface SaslMechanism {
    /** A new exchange, for one connection. */
    SaslExchange begin();
}
