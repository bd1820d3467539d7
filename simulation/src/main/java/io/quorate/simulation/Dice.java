package io.quorate.simulation;

import java.util.List;
import java.util.random.RandomGenerator;

/** Draws, by name. */
public final class Dice {
    private final RandomGenerator random;

    Dice(RandomGenerator random) {
        this.random = random;
    }

    public RandomGenerator generator() {
        return random;
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Both included. */
    public int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Both included. */
    public long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** Both included; each order of magnitude is as likely as any other. */
    public long skewed(long least, long most) {
        double low = Math.log((double) Math.max(1, least));
        double high = Math.log((double) Math.max(1, most));
        return Math.round(Math.exp(low + random.nextDouble() * (high - low)));
    }

    public <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
