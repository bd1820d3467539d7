package io.quorate.election;

/** An entry of the ensemble's configuration that cannot be used. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;

    /**
     * @param key the entry as it is written, such as {@code server.1}
     * @param value the text found
     * @param expected what would have been right, as the end of a sentence
     */
    public ConfigException(String key, String value, String expected) {
        super(key + "=" + Quoted.shortened(value) + ": expected " + expected);
        this.key = key;
        this.value = value;
    }

    /** The entry's name, such as {@code server.1}. */
    public String key() {
        return key;
    }

    /** What was found. */
    public String value() {
        return value;
    }
}
