package io.quorate.server.config;

import static io.quorate.server.config.Settings.Source.FILE_OR_PROPERTY;

import io.quorate.replica.ClientLimits;
import io.quorate.replica.ClientLimits.ConnectionRate;
import io.quorate.replica.ClientLimits.RequestAdmission;
import java.util.List;

/**
 * Reads how much clients may ask for at once: ZooKeeper's keys connection_throttle_*, request_throttle_*, throttled_op_wait_time,
 * largeRequest* and globalOutstandingLimit, with its defaults.
 */
final class ClientLimitsReader {
    private static final String RATE = "connection_throttle_";
    private static final String ADMISSION = "request_throttle_";
    private static final int DEFAULT_GLOBAL_WEIGHT = 3;
    private static final int DEFAULT_LOCAL_WEIGHT = 1;
    private static final int DEFAULT_RENEW_WEIGHT = 2;
    private static final int MAX_TOKENS = 1 << 24;
    private static final int MAX_WEIGHT = 64;

    private final Settings settings;
    private final List<String> warnings;

    ClientLimitsReader(Settings settings, List<String> warnings) {
        this.settings = settings;
        this.warnings = warnings;
    }

    ClientLimits read() {
        int outstanding = settings.integer(
                "globalOutstandingLimit", FILE_OR_PROPERTY, ConfigLimits.DEFAULT_OUTSTANDING, 1, Integer.MAX_VALUE);
        int threshold = settings.integer("largeRequestThreshold", FILE_OR_PROPERTY, -1, -1, Integer.MAX_VALUE);
        int maxBytes = settings.integer(
                "largeRequestMaxBytes",
                FILE_OR_PROPERTY,
                ClientLimits.DEFAULT_LARGE_REQUEST_BYTES,
                1,
                Integer.MAX_VALUE);
        if (threshold >= maxBytes) {
            throw settings.wrong("largeRequestThreshold=" + threshold + " is not below largeRequestMaxBytes=" + maxBytes
                    + ": no large request could ever come; expected a threshold that is smaller; change one of the"
                    + " two.");
        }
        return new ClientLimits(
                outstanding, rate(), admission(), threshold < 0 ? ClientLimits.NO_LARGE_REQUESTS : threshold, maxBytes);
    }

    /** With weights, the tokens that are given count global sessions, as in ZooKeeper. */
    private ConnectionRate rate() {
        int tokens = settings.integer(RATE + "tokens", FILE_OR_PROPERTY, 0, 0, MAX_TOKENS);
        int fillTimeMs = settings.integer(RATE + "fill_time", FILE_OR_PROPERTY, 1, 1, Integer.MAX_VALUE);
        int fillCount = settings.integer(RATE + "fill_count", FILE_OR_PROPERTY, 1, 1, MAX_TOKENS);
        int freezeTimeMs = settings.integer(RATE + "freeze_time", FILE_OR_PROPERTY, -1, -1, Integer.MAX_VALUE);
        double increase = probability("drop_increase", ConnectionRate.UNLIMITED.dropIncrease());
        double decrease = probability("drop_decrease", ConnectionRate.UNLIMITED.dropDecrease());
        double ratio = probability("decrease_ratio", ConnectionRate.UNLIMITED.decreaseRatio());
        boolean weighed = settings.trueOrFalse(RATE + "weight_enabled", FILE_OR_PROPERTY, false);
        int local = weight("local_session_weight", DEFAULT_LOCAL_WEIGHT);
        int global = atLeast(local, "global_session_weight", weight("global_session_weight", DEFAULT_GLOBAL_WEIGHT));
        int renew = atLeast(local, "renew_session_weight", weight("renew_session_weight", DEFAULT_RENEW_WEIGHT));
        if (!weighed) {
            return new ConnectionRate(tokens, fillTimeMs, fillCount, freezeTimeMs, increase, decrease, ratio, 1, 1, 1);
        }
        return new ConnectionRate(
                global * tokens,
                fillTimeMs,
                global * fillCount,
                freezeTimeMs,
                increase,
                decrease,
                ratio,
                global,
                local,
                renew);
    }

    private int weight(String key, int fallback) {
        return settings.integer(RATE + key, FILE_OR_PROPERTY, fallback, 1, MAX_WEIGHT);
    }

    /** A local session is the least that can begin. */
    private int atLeast(int local, String key, int found) {
        if (found >= local) {
            return found;
        }
        warnings.add(RATE + key + "=" + found + " is below " + RATE + "local_session_weight=" + local + ": " + local
                + " counts instead");
        return local;
    }

    private double probability(String key, double fallback) {
        double found = settings.decimal(RATE + key, FILE_OR_PROPERTY, fallback);
        if (found >= 0 && found <= 1) {
            return found;
        }
        throw settings.wrong(
                RATE + key,
                FILE_OR_PROPERTY,
                "a decimal number of 0..1",
                "correct it, or remove it to get " + fallback);
    }

    private RequestAdmission admission() {
        int maxRequests = settings.integer(ADMISSION + "max_requests", FILE_OR_PROPERTY, 0, 0, Integer.MAX_VALUE);
        boolean dropStale = settings.trueOrFalse(ADMISSION + "drop_stale", FILE_OR_PROPERTY, true);
        boolean staleByLatency = settings.trueOrFalse("request_stale_latency_check", FILE_OR_PROPERTY, false);
        int refusedAfterMs = settings.integer("throttled_op_wait_time", FILE_OR_PROPERTY, 0, 0, Integer.MAX_VALUE);
        acceptWithoutMeaning();
        return new RequestAdmission(
                maxRequests == 0 ? RequestAdmission.NO_LIMIT : maxRequests, staleByLatency, dropStale, refusedAfterMs);
    }

    /** Here no thread stalls or has to be shut down, and what a closed connection waits for is dropped in any case. */
    private void acceptWithoutMeaning() {
        settings.integer(ADMISSION + "stall_time", FILE_OR_PROPERTY, 0, 0, Integer.MAX_VALUE);
        settings.integer("request_throttler.shutdownTimeout", FILE_OR_PROPERTY, 0, 0, Integer.MAX_VALUE);
        settings.trueOrFalse("request_stale_connection_check", FILE_OR_PROPERTY, true);
    }
}
