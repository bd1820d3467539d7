/** The ZAB peer state machine: discovery, synchronization and broadcast of opaque transactions. */
@NullMarked
package io.quorate.zab;

import org.jspecify.annotations.NullMarked;
