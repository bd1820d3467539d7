package io.quorate.client.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One value of a {@link Configuration}. It is what was understood last: a text that cannot be parsed changes nothing, and is warned of. Safe for use
 * by any number of threads.
 */
public final class Setting<T> {
    private static final Logger log = LoggerFactory.getLogger(Setting.class);

    private final String key;
    private final T preset;
    private final Function<String, T> parser;
    private final List<Consumer<T>> listeners = new CopyOnWriteArrayList<>();
    private volatile T value;

    Setting(String key, T preset, Function<String, T> parser) {
        this.key = key;
        this.preset = preset;
        this.parser = parser;
        this.value = preset;
    }

    public String key() {
        return key;
    }

    /** The present value; the preset one where the configuration has none. Costs a read of memory. */
    public T get() {
        return value;
    }

    /** Told each new value, one after the other, behind a change that {@link #get} already shows. */
    public void addListener(Consumer<T> listener) {
        listeners.add(listener);
    }

    /** On the configuration's turns. */
    void update(Optional<String> text) {
        T next = text.map(this::parse).orElse(preset);
        if (Objects.equals(next, value)) {
            return;
        }
        value = next;
        for (Consumer<T> each : listeners) {
            try {
                each.accept(next);
            } catch (RuntimeException e) {
                log.error("a listener of the setting {} failed", key, e);
            }
        }
    }

    private T parse(String text) {
        try {
            return parser.apply(text);
        } catch (RuntimeException e) {
            log.warn(
                    "the setting {} is \"{}\", which cannot be understood ({}); it stays {}",
                    key,
                    text,
                    e.toString(),
                    value);
            return value;
        }
    }
}
