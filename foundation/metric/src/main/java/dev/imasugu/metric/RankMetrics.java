package dev.imasugu.metric;

/**
 * Metrics of one list, from the ranks of its relevant items.
 *
 * <p>Ranks start at 1 and ascend in the array; they may be fractional (an average over ties) or
 * infinite (a relevant item that was no candidate). There must be at least one; all results lie in
 * [0, 1]. After Järvelin and Kekäläinen 2002 (nDCG) and Manning, Raghavan and Schütze 2008, chapter
 * 8.
 */
public final class RankMetrics {
  private RankMetrics() {}

  /** Returns 1 if any relevant item is among the first k, else 0. */
  public static double hit(double[] ranks, int k) {
    check(ranks, k);
    return ranks[0] <= k ? 1 : 0;
  }

  /** Returns the share of relevant items among the first k. */
  public static double recall(double[] ranks, int k) {
    check(ranks, k);
    return (double) found(ranks, k) / ranks.length;
  }

  /** Returns the share of the first k that is relevant. */
  public static double precision(double[] ranks, int k) {
    check(ranks, k);
    return (double) found(ranks, k) / k;
  }

  /** Returns the sum of 1 / log2(rank + 1) over the first k, over the greatest it could be. */
  public static double ndcg(double[] ranks, int k) {
    check(ranks, k);
    double gain = 0;
    double ideal = 0;
    for (int i = 0; i < ranks.length && i < k; i++) {
      ideal += discount(i + 1);
    }
    for (double rank : ranks) {
      if (rank <= k) {
        gain += discount(rank);
      }
    }
    return Math.min(1, gain / ideal);
  }

  /**
   * Returns the average precision: the precision at each relevant item among the first k, summed,
   * over min(k, relevant items).
   */
  public static double averagePrecision(double[] ranks, int k) {
    check(ranks, k);
    double sum = 0;
    for (int i = 0; i < ranks.length && ranks[i] <= k; i++) {
      sum += Math.min(1, (i + 1) / ranks[i]);
    }
    return sum / Math.min(k, ranks.length);
  }

  /** Returns 1 / rank of the first relevant item if it is among the first k, else 0. */
  public static double reciprocalRank(double[] ranks, int k) {
    check(ranks, k);
    return ranks[0] <= k ? 1 / ranks[0] : 0;
  }

  private static int found(double[] ranks, int k) {
    int found = 0;
    while (found < ranks.length && ranks[found] <= k) {
      found++;
    }
    return found;
  }

  private static double discount(double rank) {
    return Math.log(2) / Math.log(rank + 1);
  }

  private static void check(double[] ranks, int k) {
    if (ranks.length == 0) {
      throw new IllegalArgumentException("ranks.length: 0 (expected: >= 1)");
    }
    if (k < 1) {
      throw new IllegalArgumentException("k: " + k + " (expected: >= 1)");
    }
    double before = 1;
    for (double rank : ranks) {
      if (!(rank >= before)) {
        throw new IllegalArgumentException(
            "rank: " + rank + " (expected: ascending and >= 1, here at least " + before + ")");
      }
      before = rank;
    }
  }
}
