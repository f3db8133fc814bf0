package dev.imasugu.retrieve;

import java.util.function.IntFunction;

/**
 * The best rows by score, ties by item id, of any number offered: a bounded binary heap with the
 * worst at its root. For one thread.
 */
final class TopRows {
  private final int[] rows;
  private final double[] scores;
  private final IntFunction<String> ids;
  private int size;

  TopRows(int limit, IntFunction<String> ids) {
    this.rows = new int[limit];
    this.scores = new double[limit];
    this.ids = ids;
  }

  void offer(int row, double score) {
    if (size < rows.length) {
      int child = size++;
      while (child > 0 && worse(row, score, (child - 1) / 2)) {
        set(child, rows[(child - 1) / 2], scores[(child - 1) / 2]);
        child = (child - 1) / 2;
      }
      set(child, row, score);
    } else if (size > 0 && score >= scores[0] && !worse(row, score, 0)) {
      sink(row, score);
    }
  }

  /** Puts an entry where the root was and lets it sink. */
  private void sink(int row, double score) {
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && worse(rows[child + 1], scores[child + 1], child)) {
        child++;
      }
      if (worse(row, score, child)) {
        break;
      }
      set(parent, rows[child], scores[child]);
      parent = child;
    }
    set(parent, row, score);
  }

  private boolean worse(int row, double score, int than) {
    int byScore = Double.compare(score, scores[than]);
    return byScore != 0
        ? byScore < 0
        : row != rows[than] && ids.apply(row).compareTo(ids.apply(rows[than])) > 0;
  }

  private void set(int at, int row, double score) {
    rows[at] = row;
    scores[at] = score;
  }

  /** Empties the heap into an array of rows, best first. */
  int[] drain() {
    int[] best = new int[size];
    while (size > 0) {
      best[size - 1] = rows[0];
      size--;
      if (size > 0) {
        sink(rows[size], scores[size]);
      }
    }
    return best;
  }
}
