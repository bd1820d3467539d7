/** The election port: one connection to each other server, and the newest message to each. All on the core loop. */
@NullMarked
package io.quorate.server.election;

import org.jspecify.annotations.NullMarked;
