@NullMarked
package io.quorate.zab;

import org.jspecify.annotations.NullMarked;
