/**
 * What clients and servers say to each other: op codes, error codes, request and response records, paths, ACLs
 * and {@code Stat}.
 */
@NullMarked
package io.quorate.protocol;

import org.jspecify.annotations.NullMarked;
