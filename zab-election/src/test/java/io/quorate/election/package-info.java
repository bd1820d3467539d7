@NullMarked
package io.quorate.election;

import org.jspecify.annotations.NullMarked;
