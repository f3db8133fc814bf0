package dev.imasugu.metric;

import java.util.Arrays;

/**
 * What all lists together look like: how much of the catalogue they show, how evenly, and how
 * little known it is.
 */
public final class ListStatistics {
  private ListStatistics() {}

  /**
   * Returns the share of the catalogue that is in at least one list.
   *
   * @param shown how often each item of the catalogue is in a list
   */
  public static double coverage(long[] shown) {
    long seen = Arrays.stream(shown).filter(count -> count > 0).count();
    return shown.length == 0 ? 0 : (double) seen / shown.length;
  }

  /**
   * Returns the Gini index of the exposure of items: 0 when all are shown alike, near 1 when one
   * item has it all; 0 when nothing was shown.
   *
   * @param shown how often each item of the catalogue is in a list
   */
  public static double gini(long[] shown) {
    long[] sorted = shown.clone();
    Arrays.sort(sorted);
    double total = 0;
    double weighted = 0;
    for (int i = 0; i < sorted.length; i++) {
      total += sorted[i];
      weighted += (2.0 * (i + 1) - sorted.length - 1) * sorted[i];
    }
    return total == 0 ? 0 : weighted / (sorted.length * total);
  }

  /**
   * Returns the mean self-information of what is shown, in bits: -log2 of the share of users who
   * know the item (Castells, Vargas and Wang 2011). An item nobody knows counts as known by one.
   *
   * @param shown how often each item is in a list
   * @param known how many users know each item
   * @param users how many users there are, at least 1
   */
  public static double novelty(long[] shown, int[] known, int users) {
    double bits = 0;
    long total = 0;
    for (int i = 0; i < shown.length; i++) {
      if (shown[i] > 0) {
        double share = Math.min(1, Math.max(1, known[i]) / (double) Math.max(1, users));
        bits -= shown[i] * Math.log(share) / Math.log(2);
        total += shown[i];
      }
    }
    return total == 0 ? 0 : bits / total;
  }
}
