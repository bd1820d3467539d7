/**
 * The replica's ports on real sockets, threads and files, the configuration and the admin surface, and the one
 * file that wires it all.
 */
@NullMarked
package io.quorate.server;

import org.jspecify.annotations.NullMarked;
