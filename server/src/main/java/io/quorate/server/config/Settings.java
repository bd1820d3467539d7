package io.quorate.server.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Typed access to the entries of a zoo.cfg and to the system properties, which remembers the keys that were asked for: these are the ones
 * that this server knows.
 *
 * <p>A key is looked up by its {@link Source}. Every wrong value becomes one sentence: where, key, value, what is expected, what to do.
 */
final class Settings {
    /** Where a key may stand. */
    enum Source {
        /** In the file only. */
        FILE,
        /** In the file, or with "zookeeper." before it as a system property; the file wins. */
        FILE_OR_PROPERTY,
        /** As a system property only, under its own name. */
        PROPERTY,
        /** In the file or as a system property, both under its own name; the file wins. */
        FILE_OR_PLAIN_PROPERTY
    }

    private static final String PROPERTY_PREFIX = "zookeeper.";

    private final Path file;
    private final Map<String, String> entries;
    private final Properties system;
    private final Set<String> known = new TreeSet<>();

    Settings(Path file, Map<String, String> entries, Properties system) {
        this.file = file;
        this.entries = entries;
        this.system = system;
    }

    /** The keys that may stand in a file and have been asked for. */
    Set<String> known() {
        return known;
    }

    @Nullable
    String text(String key, Source source) {
        Found found = find(key, source);
        return found == null ? null : found.value;
    }

    /** All keys that begin so, in their order, with their values: of the file, and of the system properties the file does not have. */
    Map<String, String> family(String prefix) {
        Map<String, String> result = new TreeMap<>();
        for (String name : system.stringPropertyNames()) {
            if (name.startsWith(PROPERTY_PREFIX + prefix)) {
                result.put(
                        name.substring(PROPERTY_PREFIX.length()),
                        system.getProperty(name).trim());
            }
        }
        entries.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                result.put(key, value);
            }
        });
        known.addAll(result.keySet());
        return result;
    }

    boolean isSet(String key, Source source) {
        return find(key, source) != null;
    }

    int integer(String key, Source source, int fallback, int min, int max) {
        return (int) number(key, source, fallback, min, max);
    }

    long number(String key, Source source, long fallback, long min, long max) {
        Found found = find(key, source);
        if (found == null) {
            return fallback;
        }
        String expected = max == Long.MAX_VALUE || max == Integer.MAX_VALUE
                ? "a whole number of " + min + " or more"
                : "a whole number of " + min + ".." + max;
        try {
            long number = Long.parseLong(found.value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(found, expected, remedy(fallback, min));
        }
        throw wrong(found, expected, remedy(fallback, min));
    }

    double decimal(String key, Source source, double fallback) {
        Found found = find(key, source);
        if (found == null) {
            return fallback;
        }
        try {
            double number = Double.parseDouble(found.value);
            if (!Double.isNaN(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(found, "a decimal number", "correct it, or remove it to get " + fallback);
        }
        throw wrong(found, "a decimal number", "correct it, or remove it to get " + fallback);
    }

    /** A boolean of ZooKeeper's own keys: true or false, in any case of letters. */
    boolean trueOrFalse(String key, Source source, boolean fallback) {
        Found found = find(key, source);
        if (found == null) {
            return fallback;
        }
        return switch (found.value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(found, "true or false", "correct it, or remove it to get " + fallback);
        };
    }

    /** A switch of ZooKeeper's JVM properties, some of which are yes and no, and some true and false. */
    boolean yesOrNo(String key, Source source, boolean fallback) {
        Found found = find(key, source);
        if (found == null) {
            return fallback;
        }
        return switch (found.value.toLowerCase(Locale.ROOT)) {
            case "yes", "true" -> true;
            case "no", "false" -> false;
            default ->
                throw wrong(
                        found, "yes or no (or true or false)", "correct it, or remove it to get " + yesNo(fallback));
        };
    }

    StartException wrong(String key, Source source, String expected, String remedy) {
        Found found = find(key, source);
        if (found == null) {
            throw new IllegalArgumentException(key + " is not set");
        }
        return wrong(found, expected, remedy);
    }

    private static StartException wrong(Found found, String expected, String remedy) {
        return StartException.configuration(found + ": expected " + expected + "; " + remedy + ".");
    }

    /** Something that only the file as a whole can be blamed for, as one sentence. */
    StartException wrong(String sentence) {
        return StartException.configuration(file + ": " + sentence);
    }

    private @Nullable Found find(String key, Source source) {
        if (source != Source.PROPERTY) {
            known.add(key);
            String value = entries.get(key);
            if (value != null) {
                return new Found(file.toString(), key, value);
            }
        }
        if (source == Source.FILE) {
            return null;
        }
        String name = source == Source.FILE_OR_PROPERTY ? PROPERTY_PREFIX + key : key;
        String value = system.getProperty(name);
        return value == null ? null : new Found("command line", "-D" + name, value.trim());
    }

    private static String remedy(long fallback, long min) {
        return fallback < min ? "correct it" : "correct it, or remove it to get " + fallback;
    }

    private static String yesNo(boolean value) {
        return value ? "yes" : "no";
    }

    private record Found(String where, String key, String value) {
        @Override
        public String toString() {
            return where + ": " + key + "=" + value;
        }
    }
}
