package io.quorate.election;

/**
 * How patient an election is.
 *
 * @param minNotificationIntervalMs after how long a silence the vote is sent again, the first time ({@code
 *     fastleader.minNotificationInterval}); doubles each time
 * @param maxNotificationIntervalMs where doubling ends ({@code fastleader.maxNotificationInterval})
 * @param finalizeWaitMs how long a server waits for a better vote when a quorum agrees with it
 */
public record ElectionSettings(int minNotificationIntervalMs, int maxNotificationIntervalMs, int finalizeWaitMs) {
    /** What a server uses whose operator says nothing. */
    public static final ElectionSettings DEFAULT = new ElectionSettings(200, 60_000, 200);

    /** @throws ConfigException if a value is out of range */
    public ElectionSettings {
        if (minNotificationIntervalMs < 1) {
            throw new ConfigException(
                    "fastleader.minNotificationInterval",
                    String.valueOf(minNotificationIntervalMs),
                    "1 or more, in milliseconds");
        }
        if (maxNotificationIntervalMs < minNotificationIntervalMs) {
            throw new ConfigException(
                    "fastleader.maxNotificationInterval",
                    String.valueOf(maxNotificationIntervalMs),
                    "fastleader.minNotificationInterval (" + minNotificationIntervalMs + ") or more, in milliseconds");
        }
        if (finalizeWaitMs < 0) {
            throw new ConfigException("finalizeWait", String.valueOf(finalizeWaitMs), "0 or more, in milliseconds");
        }
    }
}
