package dev.imasugu.vector;

import java.util.Arrays;

/**
 * The k best of a stream of scored rows; equal scores by row. For one thread.
 *
 * <p>Keeps up to 2 k: with the threshold renewed each time the rows seen have doubled, a stream in
 * random order brings 1.44 k ln(n / k) rows here, 1.44 times what a heap would see.
 */
final class Best {
  private final int k;
  private long[] keys;
  private int size;
  private float threshold = Float.NEGATIVE_INFINITY;

  Best(int k) {
    this.k = k;
    this.keys = new long[64];
  }

  /** Scores below it are not among the k best. */
  float threshold() {
    return threshold;
  }

  void add(float score, int row) {
    if (size == keys.length) {
      if (size >= 2L * k) {
        thin();
      } else {
        keys = Arrays.copyOf(keys, (int) Math.min(2L * size, Math.max(64, 2L * k)));
      }
    }
    keys[size++] = Keys.of(score + 0f, ~row);
  }

  private void thin() {
    Selection.largest(keys, size, k);
    System.arraycopy(keys, size - k, keys, 0, k);
    size = k;
    threshold = Keys.score(keys[0]);
  }

  /** The best rows so far. */
  ScoredRows rows() {
    Arrays.sort(keys, 0, size);
    var rows = new int[Math.min(k, size)];
    var scores = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      long key = keys[size - 1 - i];
      rows[i] = ~Keys.low(key);
      scores[i] = Keys.score(key);
    }
    return new ScoredRows(rows, scores);
  }
}
