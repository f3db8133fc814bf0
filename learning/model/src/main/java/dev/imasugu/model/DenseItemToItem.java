package dev.imasugu.model;

import dev.imasugu.vector.Floats;
import java.util.Arrays;

/** Scores by what goes with the items of the history, every pair of items having a weight. */
public final class DenseItemToItem implements Model {
  private final float[] weights;
  private final int items;
  private final int stride;
  private final float decay;

  /**
   * @param weights row by row, {@code stride} floats from one row to the next; taken over
   * @param decay weight of an item of the history relative to the next newer one
   */
  public DenseItemToItem(float[] weights, int items, int stride, double decay) {
    this.weights = weights;
    this.items = items;
    this.stride = stride;
    this.decay = (float) decay;
  }

  @Override
  public int items() {
    return items;
  }

  @Override
  public void score(History history, float[] scores) {
    Arrays.fill(scores, 0, items, 0);
    float weight = 1;
    for (int age = 0; age < history.size() && weight > 1e-12f; age++) {
      int at = history.newest(age) * stride;
      Floats.add(scores, 0, weight, weights, at, items);
      weight *= decay;
    }
  }
}
