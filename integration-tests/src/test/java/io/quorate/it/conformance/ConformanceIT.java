package io.quorate.it.conformance;

/** Every case on a server alone. */
class ConformanceIT extends ConformanceRun {
    ConformanceIT() {
        super(Place.ALONE);
    }
}
