/** The client library: the session's state machine, its transport, recipes, and the shell. */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
