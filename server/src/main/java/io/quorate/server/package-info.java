/**
 * The server as a process. {@link io.quorate.server.ServerWiring} is the one place where its parts are put together.
 *
 * <pre>
 *   config      zoo.cfg, myid, system properties ─► ServerConfig
 *   loop        the core loop, the disk loops, how sockets are used
 *   client      the client port              peer        the quorum port
 *   election    the election port            disk        files
 *   admin       four-letter words            auth        SASL            tls   keys and certificates
 * </pre>
 */
@NullMarked
package io.quorate.server;

import org.jspecify.annotations.NullMarked;
