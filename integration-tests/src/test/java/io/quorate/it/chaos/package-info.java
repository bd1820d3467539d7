/** Real servers on networks, disks and clocks that fail. */
@NullMarked
package io.quorate.it.chaos;

import org.jspecify.annotations.NullMarked;
