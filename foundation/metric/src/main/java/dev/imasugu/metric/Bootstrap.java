package dev.imasugu.metric;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Intervals by resampling: the percentiles of the statistic over samples drawn with replacement
 * (Efron and Tibshirani 1993, chapter 13). No distribution is assumed; observations must be
 * independent, so an observation is a user or a session, not an event.
 */
public final class Bootstrap {
  private Bootstrap() {}

  /** Returns the interval of the mean. */
  public static Interval mean(
      float[] values, int samples, double confidence, RandomGenerator random) {
    if (values.length == 0 || samples < 10 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "values.length, samples, confidence: %d, %d, %s (expected: >= 1, >= 10, between 0 and 1)"
              .formatted(values.length, samples, confidence));
    }
    double[] means = new double[samples];
    for (int s = 0; s < samples; s++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[s] = sum / values.length;
    }
    Arrays.sort(means);
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double tail = (1 - confidence) / 2;
    return new Interval(sum / values.length, at(means, tail), at(means, 1 - tail));
  }

  /**
   * Returns the interval of mean(ours) - mean(theirs), the same users drawn for both: what is
   * common to both, such as how hard a user is to please, cancels.
   *
   * @param ours one value a user
   * @param theirs the same users in the same order
   */
  public static Interval pairedDifference(
      float[] ours, float[] theirs, int samples, double confidence, RandomGenerator random) {
    if (ours.length != theirs.length) {
      throw new IllegalArgumentException(
          "ours.length: %d (expected: %d, that of theirs)".formatted(ours.length, theirs.length));
    }
    float[] differences = new float[ours.length];
    for (int i = 0; i < ours.length; i++) {
      differences[i] = ours[i] - theirs[i];
    }
    return mean(differences, samples, confidence, random);
  }

  /**
   * Returns the interval of sum(sums) / sum(counts) when groups are drawn: the mean of observations
   * that come in groups of unequal size, such as the events of users. Groups of no observations are
   * left out.
   *
   * @param sums of the observations of each group
   * @param counts how many there are in each
   * @throws IllegalArgumentException if there is no observation at all
   */
  public static Interval ratio(
      double[] sums, int[] counts, int samples, double confidence, RandomGenerator random) {
    int[] groups = IntStream.range(0, sums.length).filter(i -> counts[i] > 0).toArray();
    if (groups.length == 0 || samples < 10 || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "groups, samples, confidence: %d, %d, %s (expected: >= 1, >= 10, between 0 and 1)"
              .formatted(groups.length, samples, confidence));
    }
    double[] ratios = new double[samples];
    for (int s = 0; s < samples; s++) {
      double sum = 0;
      long count = 0;
      for (int i = 0; i < groups.length; i++) {
        int drawn = groups[random.nextInt(groups.length)];
        sum += sums[drawn];
        count += counts[drawn];
      }
      ratios[s] = sum / count;
    }
    Arrays.sort(ratios);
    double tail = (1 - confidence) / 2;
    double estimate = Arrays.stream(sums).sum() / Arrays.stream(counts).asLongStream().sum();
    return new Interval(estimate, at(ratios, tail), at(ratios, 1 - tail));
  }

  /** The quantile by linear interpolation between order statistics. */
  private static double at(double[] sorted, double quantile) {
    double place = quantile * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
