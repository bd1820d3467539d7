/**
 * The tree of znodes with its ACLs, sessions, watches and quotas: a request is prepared to a transaction, a
 * transaction is applied to a change.
 */
@NullMarked
package io.quorate.tree;

import org.jspecify.annotations.NullMarked;
