package dev.imasugu.metric;

import java.util.stream.IntStream;

/** Adjusts p values when several are looked at together; compare the result with the level. */
public final class ManyTests {
  private ManyTests() {}

  /** Returns p values that keep the chance of any false alarm (Holm 1979), in the given order. */
  public static double[] holm(double... p) {
    int[] order = ascending(p);
    double[] adjusted = new double[p.length];
    double before = 0;
    for (int i = 0; i < order.length; i++) {
      before = Math.max(before, Math.min(1, (p.length - i) * p[order[i]]));
      adjusted[order[i]] = before;
    }
    return adjusted;
  }

  /**
   * Returns p values that keep the expected share of false alarms among alarms (Benjamini and
   * Hochberg 1995), in the given order.
   */
  public static double[] benjaminiHochberg(double... p) {
    int[] order = ascending(p);
    double[] adjusted = new double[p.length];
    double after = 1;
    for (int i = order.length - 1; i >= 0; i--) {
      after = Math.min(after, p.length * p[order[i]] / (i + 1));
      adjusted[order[i]] = after;
    }
    return adjusted;
  }

  private static int[] ascending(double[] p) {
    for (double value : p) {
      if (!(value >= 0 && value <= 1)) {
        throw new IllegalArgumentException("p: " + value + " (expected: 0 to 1)");
      }
    }
    return IntStream.range(0, p.length)
        .boxed()
        .sorted((a, b) -> Double.compare(p[a], p[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
