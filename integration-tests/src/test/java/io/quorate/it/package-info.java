/**
 * What holds between real processes, with stock clients and stock peers, and the rules of the architecture.
 */
@NullMarked
package io.quorate.it;

import org.jspecify.annotations.NullMarked;
