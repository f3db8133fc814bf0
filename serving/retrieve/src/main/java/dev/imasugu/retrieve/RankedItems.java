package dev.imasugu.retrieve;

import dev.imasugu.catalog.Catalog;
import java.util.BitSet;

/**
 * The best available items by one number, the same for everybody: made anew by {@link #refresh} and
 * replaced whole. Reads from any thread; one thread refreshes.
 */
abstract class RankedItems {
  /** Best first; {@code scores} are relative to the best, so between 0 and 1. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Ranking(int[] rows, double[] scores) {}

  private final Catalog catalog;
  private final int limit;
  private long seenItems = -1;
  private volatile Ranking ranking = new Ranking(new int[0], new double[0]);

  RankedItems(Catalog catalog, int limit) {
    this.catalog = catalog;
    this.limit = limit;
  }

  /** Whether the numbers may differ from those at the last call; true at the first. */
  abstract boolean changed();

  /** Above the greatest row that has a number. */
  abstract int rows();

  /** What a row is ranked by, the greatest first; NaN leaves it out. */
  abstract double number(int row);

  /** The score of a number relative to the best's. */
  abstract double score(double number, double best);

  final Ranking ranking() {
    return ranking;
  }

  private void offer(int row, TopRows top) {
    double number = number(row);
    if (!Double.isNaN(number) && catalog.isAvailable(row)) {
      top.offer(row, number);
    }
  }

  /** Ranks again if numbers or items have changed; returns whether they had. */
  final boolean refresh() {
    boolean numbersChanged = changed();
    long itemChanges = catalog.changes();
    if (!numbersChanged && itemChanges == seenItems) {
      return false;
    }
    var top = new TopRows(limit, catalog::id);
    int length = Math.min(rows(), catalog.size());
    // Those of the last time first: hardly any of the others gets past them.
    var before = new BitSet();
    for (int row : ranking.rows) {
      before.set(row);
      offer(row, top);
    }
    for (int row = before.nextClearBit(0); row < length; row = before.nextClearBit(row + 1)) {
      offer(row, top);
    }
    int[] rows = top.drain();
    double[] scores = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = score(number(rows[i]), number(rows[0]));
    }
    ranking = new Ranking(rows, scores);
    seenItems = itemChanges;
    return true;
  }
}
