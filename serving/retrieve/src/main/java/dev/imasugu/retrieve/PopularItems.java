package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;

/**
 * The available items with the greatest weights, made anew by {@link #refresh} and replaced whole.
 * Reads from any thread; one thread refreshes.
 */
final class PopularItems {
  /** Best first; {@code scores} are relative to the best, so between 0 and 1. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Ranking(int[] rows, double[] scores) {}

  private final int limit;
  private final ItemWeights weights;
  private final Catalog catalog;
  private long seenWeights = -1;
  private long seenItems = -1;
  private volatile Ranking ranking = new Ranking(new int[0], new double[0]);

  PopularItems(ItemWeights weights, Catalog catalog, int limit) {
    this.limit = limit;
    this.weights = weights;
    this.catalog = catalog;
  }

  Ranking ranking() {
    return ranking;
  }

  /** Ranks again if weights or items have changed; returns whether they had. */
  boolean refresh() {
    long weightChanges = weights.changes();
    long itemChanges = catalog.changes();
    if (weightChanges == seenWeights && itemChanges == seenItems) {
      return false;
    }
    var top = new TopRows(limit, catalog::id);
    int length = Math.min(weights.length(), catalog.size());
    for (int row = 0; row < length; row++) {
      double weight = weights.get(row);
      if (!Double.isNaN(weight) && catalog.isAvailable(row)) {
        top.offer(row, weight);
      }
    }
    int[] rows = top.drain();
    double[] scores = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = Math.exp((weights.get(rows[i]) - weights.get(rows[0])) * Math.log(2));
    }
    ranking = new Ranking(rows, scores);
    seenWeights = weightChanges;
    seenItems = itemChanges;
    return true;
  }
}
