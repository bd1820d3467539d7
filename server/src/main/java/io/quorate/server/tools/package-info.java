/**
 * The operator's tools, {@code scripts/zkTool.sh}: they look at a server's files, back them up and restore them. {@link
 * io.quorate.server.tools.ZkTool} is the program; each command has a class for its options and one for its work.
 *
 * <p>None but {@code backup} and {@code restore} writes a file, and these write only into the directory they are told to.
 */
@NullMarked
package io.quorate.server.tools;

import org.jspecify.annotations.NullMarked;
