/**
 * The command line, as ZooKeeper's users know it. {@link io.quorate.client.shell.ShellMain} reads options and lines, {@link
 * io.quorate.client.shell.Shell} carries out one line, {@link io.quorate.client.shell.Commands} has the commands.
 */
@NullMarked
package io.quorate.client.shell;

import org.jspecify.annotations.NullMarked;
