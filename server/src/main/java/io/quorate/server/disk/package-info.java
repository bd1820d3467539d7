/** The replica's disk port on real files. */
@NullMarked
package io.quorate.server.disk;

import org.jspecify.annotations.NullMarked;
