/**
 * The client library. {@link io.quorate.client.QuorateClient} is one session with the servers: asynchronous, with a {@linkplain
 * io.quorate.client.QuorateClient#blocking() blocking face}. {@code election} has the recipe on top of it, {@code shell} the command line.
 *
 * <p>{@code cache} keeps copies of parts of the tree.
 *
 * <pre>
 *   shell ──► election ──► client ──► transport ──► session
 * </pre>
 */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
