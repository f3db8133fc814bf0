package dev.imasugu.metric;

/**
 * What is known of a group's metric.
 *
 * @param size users measured, at least 2
 * @param standardDeviation of one user's value, with n - 1 in the denominator
 */
public record Sample(long size, double mean, double standardDeviation) {
  public Sample {
    if (size < 2 || !Double.isFinite(mean) || !(standardDeviation >= 0)) {
      throw new IllegalArgumentException(
          "size, mean, standardDeviation: %d, %s, %s (expected: >= 2, finite, >= 0)"
              .formatted(size, mean, standardDeviation));
    }
  }

  /** Returns the sample of these values. */
  public static Sample of(double... values) {
    double mean = 0;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      double step = values[i] - mean;
      mean += step / (i + 1);
      squares += step * (values[i] - mean);
    }
    return new Sample(values.length, mean, Math.sqrt(squares / Math.max(1, values.length - 1)));
  }

  double varianceOfMean() {
    return standardDeviation * standardDeviation / size;
  }
}
