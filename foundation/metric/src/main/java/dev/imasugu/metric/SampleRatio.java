package dev.imasugu.metric;

/** Whether users were split as planned (Fabijan et al. 2019): Pearson's chi-square. */
public final class SampleRatio {
  /** Below it, the split is broken and no other figure of the experiment may be read. */
  public static final double ALERT = 0.001;

  private SampleRatio() {}

  /**
   * Returns how often chance alone would stray at least this far from the plan.
   *
   * @param counts users of each variant
   * @param weights the planned split, any scale, each above 0
   */
  public static double pValue(long[] counts, double[] weights) {
    if (counts.length < 2 || counts.length != weights.length) {
      throw new IllegalArgumentException(
          "counts.length, weights.length: %d, %d (expected: equal and >= 2)"
              .formatted(counts.length, weights.length));
    }
    double users = 0;
    double total = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0 || !(weights[i] > 0)) {
        throw new IllegalArgumentException(
            "counts[%d], weights[%d]: %d, %s (expected: >= 0, > 0)"
                .formatted(i, i, counts[i], weights[i]));
      }
      users += counts[i];
      total += weights[i];
    }
    if (users == 0) {
      return 1;
    }
    double statistic = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = users * weights[i] / total;
      statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    return Distributions.chiSquareTail(statistic, counts.length - 1);
  }
}
