/**
 * What programs build on a tree of nodes, ready to use: a node that stays while its program does, groups, values that change one at a time,
 * unique numbers, and a queue of work. All stand on a {@link io.quorate.client.SessionKeeper} and go on in the next session when one has ended;
 * each says what that means for it.
 */
@NullMarked
package io.quorate.client.recipe;

import org.jspecify.annotations.NullMarked;
