package dev.imasugu.vector;

import java.util.Arrays;

/**
 * The answer to one search: rows and their scores, best first, equal scores by row. Immutable.
 *
 * <p>Scores are computed from the float vectors, never from their codes.
 */
public final class ScoredRows {
  static final ScoredRows NONE = new ScoredRows(new int[0], new float[0]);

  private final int[] rows;
  private final float[] scores;

  /** Takes both arrays over; the caller must not touch them again. */
  ScoredRows(int[] rows, float[] scores) {
    this.rows = rows;
    this.scores = scores;
  }

  /** How many rows were found: k, or fewer when fewer are there (or allowed). */
  public int size() {
    return rows.length;
  }

  /**
   * The row at a rank.
   *
   * @param rank from 0 (best) to {@link #size()}, exclusive
   */
  public int row(int rank) {
    return rows[rank];
  }

  /**
   * The score at a rank.
   *
   * @param rank from 0 (best) to {@link #size()}, exclusive
   */
  public float score(int rank) {
    return scores[rank];
  }

  /** A copy of the rows, best first. */
  public int[] rows() {
    return rows.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ScoredRows that
        && Arrays.equals(rows, that.rows)
        && Arrays.equals(scores, that.scores);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(rows) + Arrays.hashCode(scores);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("[");
    for (int i = 0; i < rows.length; i++) {
      text.append(i == 0 ? "" : ", ").append(rows[i]).append('=').append(scores[i]);
    }
    return text.append(']').toString();
  }
}
