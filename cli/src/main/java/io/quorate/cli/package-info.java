/**
 * The program {@code scripts/quorate}. {@link io.quorate.cli.QuorateMain} has the list of commands; each is a class of its own. {@link
 * io.quorate.cli.Guarded} runs a program for as long as something is held, which {@code lead} and {@code lock} share.
 */
@NullMarked
package io.quorate.cli;

import org.jspecify.annotations.NullMarked;
