/** What an operator writes (zoo.cfg, myid, system properties) turned into one immutable {@link io.quorate.server.config.ServerConfig}. */
@NullMarked
package io.quorate.server.config;

import org.jspecify.annotations.NullMarked;
