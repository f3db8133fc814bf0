package dev.imasugu.model;

import dev.imasugu.vector.Floats;
import java.util.Arrays;

/**
 * Scores by cosine with the history: the sum of its items' unit vectors, newer ones weighing more,
 * times each item's unit vector.
 */
public final class ItemVectors implements Model {
  private final float[] vectors;
  private final int items;
  private final int dimension;
  private final float decay;

  /**
   * @param vectors shape [items, dimension], each of length one or zero; taken over
   * @param decay weight of an item relative to the next newer one
   */
  public ItemVectors(float[] vectors, int items, int dimension, double decay) {
    this.vectors = vectors;
    this.items = items;
    this.dimension = dimension;
    this.decay = (float) decay;
  }

  @Override
  public int items() {
    return items;
  }

  @Override
  public void score(History history, float[] scores) {
    Arrays.fill(scores, 0, items, 0);
    float[] profile = new float[dimension];
    float weight = 1;
    for (int age = 0; age < history.size() && weight > 1e-9f; age++) {
      int at = history.newest(age) * dimension;
      Floats.add(profile, 0, weight, vectors, at, dimension);
      weight *= decay;
    }
    for (int item = 0; item < items; item++) {
      scores[item] = Floats.dot(profile, 0, vectors, item * dimension, dimension);
    }
  }
}
