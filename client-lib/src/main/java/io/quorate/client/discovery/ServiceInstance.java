package io.quorate.client.discovery;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One of those who offer a service, as its node's data describe it in JSON:
 *
 * <pre>{@code
 * {"name":"billing","id":"b-1","address":"10.0.0.5","port":8080,"sslPort":null,"payload":null,
 *  "registrationTimeUTC":1700000000000,"serviceType":"DYNAMIC","uriSpec":null,"metadata":{"zone":"a"}}
 * }</pre>
 *
 * These are the fields of Curator's {@code ServiceInstance}, and {@code metadata}, which Curator passes over; a payload of Curator's is passed over here.
 *
 * @param id unlike that of all other instances of the service
 * @param registeredMs when it was announced, by its own wall clock; for people
 */
public record ServiceInstance(
        String name,
        String id,
        String address,
        OptionalInt port,
        OptionalInt tlsPort,
        long registeredMs,
        Map<String, String> metadata) {
    public ServiceInstance {
        checkName("name", name);
        checkName("id", id);
        metadata = Map.copyOf(metadata);
    }

    private static void checkName(String what, String text) {
        if (text.isEmpty() || text.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    what + " \"" + text + "\" of a service instance: it is a node's name, without a slash");
        }
    }

    /** @param port where it is served without TLS */
    public static ServiceInstance of(String name, String id, String address, int port) {
        return new ServiceInstance(
                name, id, address, OptionalInt.of(port), OptionalInt.empty(), System.currentTimeMillis(), Map.of());
    }

    public ServiceInstance withMetadata(Map<String, String> values) {
        return new ServiceInstance(name, id, address, port, tlsPort, registeredMs, values);
    }

    public ServiceInstance withTlsPort(int number) {
        return new ServiceInstance(name, id, address, port, OptionalInt.of(number), registeredMs, metadata);
    }

    byte[] toJson() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("id", id);
        fields.put("address", address);
        fields.put("port", port.isPresent() ? port.getAsInt() : null);
        fields.put("sslPort", tlsPort.isPresent() ? tlsPort.getAsInt() : null);
        fields.put("payload", null);
        fields.put("registrationTimeUTC", registeredMs);
        fields.put("serviceType", "DYNAMIC");
        fields.put("uriSpec", null);
        if (!metadata.isEmpty()) {
            fields.put("metadata", new TreeMap<>(metadata));
        }
        return Json.write(fields).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException that says what is wrong with them */
    static ServiceInstance ofJson(byte[] data) {
        if (!(Json.parse(new String(data, StandardCharsets.UTF_8)) instanceof Map<?, ?> fields)) {
            throw new IllegalArgumentException("a JSON object is expected");
        }
        Map<String, String> metadata = new TreeMap<>();
        if (fields.get("metadata") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> metadata.put(String.valueOf(key), String.valueOf(value)));
        }
        return new ServiceInstance(
                text(fields, "name").orElseThrow(() -> missing("name")),
                text(fields, "id").orElseThrow(() -> missing("id")),
                text(fields, "address").orElse(""),
                number(fields, "port"),
                number(fields, "sslPort"),
                fields.get("registrationTimeUTC") instanceof Long time ? time : 0,
                metadata);
    }

    private static IllegalArgumentException missing(String field) {
        return new IllegalArgumentException("the field \"" + field + "\" is missing");
    }

    private static Optional<String> text(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static OptionalInt number(Map<?, ?> fields, String name) {
        return fields.get(name) instanceof Long number ? OptionalInt.of(Math.toIntExact(number)) : OptionalInt.empty();
    }
}
