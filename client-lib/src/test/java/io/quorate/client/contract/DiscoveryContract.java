package io.quorate.client.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.Events;
import io.quorate.client.ProxiedServer;
import io.quorate.client.SessionKeeper;
import io.quorate.client.discovery.Choice;
import io.quorate.client.discovery.ServiceFinder;
import io.quorate.client.discovery.ServiceInstance;
import io.quorate.client.discovery.ServiceRegistration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Services that are announced and found. */
@Timeout(90)
public abstract class DiscoveryContract extends Contract {
    private static List<String> ids(List<ServiceInstance> instances) {
        return instances.stream().map(ServiceInstance::id).toList();
    }

    @Test
    void instancesComeChangeAndGo() throws Exception {
        ProxiedServer proxy = proxy();
        SessionKeeper lossy = keeper(proxy);
        ServiceFinder finder = closing(ServiceFinder.start(keeper(), "/services", "billing", Choice.roundRobin()));
        Events<List<ServiceInstance>> told = new Events<>();
        finder.addListener(told::add);
        get(finder.ready());
        assertThat(finder.next()).isEmpty();

        ServiceInstance one = ServiceInstance.of("billing", "b-1", "10.0.0.1", 80);
        ServiceInstance two = ServiceInstance.of("billing", "b-2", "10.0.0.2", 80)
                .withTlsPort(443)
                .withMetadata(Map.of("zone", "a \"quoted\" \u00fc\n"));
        ServiceRegistration first = closing(ServiceRegistration.announce(keeper(), "/services", one));
        get(first.ready());
        ServiceRegistration second = closing(ServiceRegistration.announce(lossy, "/services", two));
        told.until(all -> all.size() == 2);
        assertThat(finder.instances()).containsExactly(one, two);
        assertThat(ids(List.of(
                        finder.next().orElseThrow(),
                        finder.next().orElseThrow(),
                        finder.next().orElseThrow())))
                .containsAnyOf("b-1")
                .containsAnyOf("b-2");

        proxy.expire(session(lossy));
        told.until(all -> ids(all).equals(List.of("b-1")));
        told.until(all -> ids(all).equals(List.of("b-1", "b-2")));
        ServiceInstance moved = ServiceInstance.of("billing", "b-1", "10.0.0.9", 81);
        first.update(moved);
        told.until(all -> all.contains(moved));
        get(second.closeAsync());
        told.until(all -> ids(all).equals(List.of("b-1")));
        nodes.create("/services/billing/odd", bytes("{\"name\":\"billing\",\"id\":\"odd\"}"));
        told.until(all -> ids(all).equals(List.of("b-1", "odd")));
        nodes.setData("/services/billing/odd", bytes("{\"name\":"));
        told.until(all -> ids(all).equals(List.of("b-1")));
        nodes.setData("/services/billing/b-1", bytes("somebody else's"));
        told.until(all -> all.equals(List.of(moved)));
        assertThatThrownBy(() -> first.update(two)).hasMessageContaining("is not b-1 of billing");
    }

    @Test
    void aChoiceSticksUntilItsInstanceGoes() throws Exception {
        ServiceFinder finder =
                closing(ServiceFinder.start(keeper(), "/services", "sticky", Choice.sticky(Choice.roundRobin())));
        Events<List<ServiceInstance>> told = new Events<>();
        finder.addListener(told::add);
        SessionKeeper keeper = keeper();
        ServiceRegistration[] all = new ServiceRegistration[3];
        for (int i = 0; i < 3; i++) {
            all[i] = closing(ServiceRegistration.announce(
                    keeper, "/services", ServiceInstance.of("sticky", "s" + i, "host", i)));
        }
        told.until(known -> known.size() == 3);
        String chosen = finder.next().orElseThrow().id();
        for (int i = 0; i < 5; i++) {
            assertThat(finder.next().orElseThrow().id()).isEqualTo(chosen);
        }
        get(all[Integer.parseInt(chosen.substring(1))].closeAsync());
        told.until(known -> known.size() == 2);
        assertThat(finder.next().orElseThrow().id()).isNotEqualTo(chosen);
    }
}
