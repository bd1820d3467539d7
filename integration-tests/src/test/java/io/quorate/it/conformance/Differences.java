package io.quorate.it.conformance;

/** The titles of the sections of docs/compatibility.md that say in what Quorate differs on purpose, and why. */
final class Differences {
    /** Local refusals. */
    static final String NO_TRANSACTION = "A write that cannot be read costs no transaction";

    static final String WATCH_NEEDS_PATH = "A watch needs a path";

    static final String EMPTY_PATH = "The empty path stands for the root, and counts as the root";

    static final String UTF_8 = "Characters beyond U+FFFF are proper UTF-8";

    static final String FILTERED_CATCH_UP = "What setWatches has to catch up on is told only to those who may read it";

    static final String PASSWORD_FIRST = "The password is looked at before the session's other connection is closed";

    static final String INTERNAL = "Clients cannot ask for the servers' own operations";

    static final String NULL_ID = "An absent id makes an ACL invalid";

    static final String QUOTA_IN_MULTI = "A hard quota counts what the same multi has created";

    static final String EMPTY_LIMIT = "An empty value of a quota is no limit";

    private Differences() {}
}
