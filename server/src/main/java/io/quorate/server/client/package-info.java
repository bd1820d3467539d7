/**
 * The client port: connections, frames, four-letter words.
 *
 * <pre>
 *     I/O loop (or the core loop itself)              core loop
 *   ClientHandler ── FrameDecoder ── {@link io.quorate.server.client.Inbox} ──► ClientLink ──► the replica's session
 *        ▲                                                          │
 *        └──────────────── {@link io.quorate.server.client.Outbox} ◄────────────────┘
 * </pre>
 */
@NullMarked
package io.quorate.server.client;

import org.jspecify.annotations.NullMarked;
