package io.quorate.protocol;

/** Error codes of replies and of error transactions. */
public enum ErrorCode {
    OK(0, "ok"),
    SYSTEM_ERROR(-1, "system error"),
    RUNTIME_INCONSISTENCY(-2, "runtime inconsistency"),
    DATA_INCONSISTENCY(-3, "data inconsistency"),
    CONNECTION_LOSS(-4, "connection loss"),
    MARSHALLING_ERROR(-5, "marshalling error"),
    UNIMPLEMENTED(-6, "unimplemented"),
    OPERATION_TIMEOUT(-7, "operation timeout"),
    BAD_ARGUMENTS(-8, "bad arguments"),
    UNKNOWN_SESSION(-12, "unknown session"),
    NEW_CONFIG_NO_QUORUM(-13, "new config has no quorum"),
    RECONFIG_IN_PROGRESS(-14, "reconfig in progress"),
    API_ERROR(-100, "API error"),
    NO_NODE(-101, "no node"),
    NO_AUTH(-102, "no auth"),
    BAD_VERSION(-103, "bad version"),
    NO_CHILDREN_FOR_EPHEMERALS(-108, "no children for ephemerals"),
    NODE_EXISTS(-110, "node exists"),
    NOT_EMPTY(-111, "not empty"),
    SESSION_EXPIRED(-112, "session expired"),
    INVALID_CALLBACK(-113, "invalid callback"),
    INVALID_ACL(-114, "invalid ACL"),
    AUTH_FAILED(-115, "auth failed"),
    SESSION_MOVED(-118, "session moved"),
    NOT_READ_ONLY(-119, "not read-only"),
    EPHEMERAL_ON_LOCAL_SESSION(-120, "ephemeral on local session"),
    NO_WATCHER(-121, "no watcher"),
    REQUEST_TIMEOUT(-122, "request timeout"),
    RECONFIG_DISABLED(-123, "reconfig disabled"),
    SESSION_CLOSED_REQUIRE_AUTH(-124, "session closed, authentication required"),
    QUOTA_EXCEEDED(-125, "quota exceeded"),
    THROTTLED(-127, "throttled");

    private final int code;
    private final String text;

    ErrorCode(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** A few words for people, such as "no node". */
    public String text() {
        return text;
    }

    /** @return the constant, or {@link #SYSTEM_ERROR} for a number that no release is known to send */
    public static ErrorCode of(int code) {
        for (ErrorCode each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return SYSTEM_ERROR;
    }
}
