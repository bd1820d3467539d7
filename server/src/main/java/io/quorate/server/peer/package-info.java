/** The quorum port: connections between a leader and its learners, on the core loop. */
@NullMarked
package io.quorate.server.peer;

import org.jspecify.annotations.NullMarked;
