package io.quorate.it.harness;

import java.util.List;

/**
 * Where a server runs.
 *
 * @param host its address, for the other servers and for clients
 * @param launcher what stands before the command of its JVM, so that it runs there; it has to become that JVM, with its process id
 */
public record ServerPlace(String host, List<String> launcher) {
    /** Where all servers run if nothing else is said. */
    static final ServerPlace LOOPBACK = new ServerPlace("127.0.0.1", List.of());
}
