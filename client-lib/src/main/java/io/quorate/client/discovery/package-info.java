/**
 * Service registry and discovery: {@link io.quorate.client.discovery.ServiceRegistration} announces an instance, {@link
 * io.quorate.client.discovery.ServiceFinder} knows those that there are and chooses one. Nodes and data are those of Curator's {@code ServiceDiscovery}.
 */
@NullMarked
package io.quorate.client.discovery;

import org.jspecify.annotations.NullMarked;
