package dev.imasugu.benchmark;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws numbers from 0 to n - 1; the i-th with a probability proportional to 1 / (i + 1)^exponent.
 */
final class Zipf {
  private final double[] cumulative;

  Zipf(int n, double exponent) {
    cumulative = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += 1 / Math.pow(i + 1, exponent);
      cumulative[i] = sum;
    }
  }

  int draw(RandomGenerator random) {
    int found =
        Arrays.binarySearch(cumulative, random.nextDouble(cumulative[cumulative.length - 1]));
    return found < 0 ? -found - 1 : found;
  }
}
