/**
 * One server without its sockets, threads and files: the rooms from order to reply, and recovery over a byte-
 * level disk port.
 */
@NullMarked
package io.quorate.replica;

import org.jspecify.annotations.NullMarked;
