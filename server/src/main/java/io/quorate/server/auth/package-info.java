/** How clients prove who they are, where that needs more of the JDK than the pure modules may use. */
@NullMarked
package io.quorate.server.auth;

import org.jspecify.annotations.NullMarked;
