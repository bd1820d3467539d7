package io.quorate.it.conformance;

/** What the server that plays the cases is in its ensemble. */
enum Place {
    ALONE(1, "standalone"),
    FOLLOWER(2, "follower");

    private final int voters;
    private final String mode;

    Place(int voters, String mode) {
        this.voters = voters;
        this.mode = mode;
    }

    /** Servers of the ensemble. */
    int voters() {
        return voters;
    }

    /** As the four-letter word srvr calls it. */
    String mode() {
        return mode;
    }
}
