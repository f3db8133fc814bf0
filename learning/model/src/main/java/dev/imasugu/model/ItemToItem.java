package dev.imasugu.model;

import java.util.Arrays;

/**
 * Scores by what goes with the items of the history: {@code score(j) = sum over history of
 * decay^age * S[h][j]}, age 0 the newest.
 */
public final class ItemToItem implements Model {
  private final Rows rows;
  private final float decay;
  private final int length;

  /**
   * @param rows S
   * @param decay weight of an item relative to the next newer one, 0 to 1
   * @param length how many of the newest items count, at least 1
   */
  public ItemToItem(Rows rows, double decay, int length) {
    this.rows = rows;
    this.decay = (float) decay;
    this.length = length;
  }

  @Override
  public int items() {
    return rows.items();
  }

  @Override
  public void score(History history, float[] scores) {
    Arrays.fill(scores, 0, items(), 0);
    float weight = 1;
    for (int age = 0; age < Math.min(length, history.size()) && weight > 1e-12f; age++) {
      rows.addTo(scores, history.newest(age), weight);
      weight *= decay;
    }
  }
}
