package io.quorate.it.conformance;

import org.junit.jupiter.api.Tag;

/** Every case on a follower, whose leader is of its own kind. */
@Tag("full")
class FollowerConformanceIT extends ConformanceRun {
    FollowerConformanceIT() {
        super(Place.FOLLOWER);
    }
}
