/**
 * A configuration centre: {@link io.quorate.client.config.Configuration}, settings that are kept by the servers, typed, followed, and kept on disk for
 * a start without servers.
 */
@NullMarked
package io.quorate.client.config;

import org.jspecify.annotations.NullMarked;
