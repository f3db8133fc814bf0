package dev.imasugu.metric;

/**
 * An estimate and the bounds between which the truth may be expected.
 *
 * @param estimate the value measured
 */
public record Interval(double estimate, double low, double high) {
  /** Returns whether zero is outside: the sign of the estimate may be believed. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
