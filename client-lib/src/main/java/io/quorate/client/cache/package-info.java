/**
 * Copies of parts of the tree that the servers keep up to date: {@link io.quorate.client.cache.TreeCache}, over one node, its children, or all
 * below it. {@code CacheMachine} is the pure part.
 */
@NullMarked
package io.quorate.client.cache;

import org.jspecify.annotations.NullMarked;
