package dev.imasugu.model;

import java.util.Arrays;
import java.util.List;

/**
 * A weighted sum of models. Each model's scores are first divided by its tenth greatest of an item
 * that is not in the history, so that weights mean the same for every model and history; what
 * scores below zero counts zero.
 */
public final class WeightedSum implements Model {
  private static final int SCALE_RANK = 10;

  private final List<Model> parts;
  private final double[] weights;
  private final ThreadLocal<float[]> scratch;

  /**
   * @param weights one for each part, not below zero
   */
  public WeightedSum(List<Model> parts, double[] weights) {
    this.parts = List.copyOf(parts);
    this.weights = weights.clone();
    int items = parts.getFirst().items();
    this.scratch = ThreadLocal.withInitial(() -> new float[items]);
  }

  @Override
  public int items() {
    return parts.getFirst().items();
  }

  @Override
  public void score(History history, float[] scores) {
    int items = items();
    Arrays.fill(scores, 0, items, 0);
    float[] part = scratch.get();
    for (int p = 0; p < weights.length; p++) {
      if (weights[p] > 0) {
        scaled(parts.get(p), history, part);
        float weight = (float) weights[p];
        for (int item = 0; item < items; item++) {
          scores[item] += weight * part[item];
        }
      }
    }
  }

  /** The weight of each part. */
  public double[] weights() {
    return weights.clone();
  }

  /** Writes a part's scores in the scale in which they are added. */
  public static void scaled(Model part, History history, float[] scores) {
    part.score(history, scores);
    int items = part.items();
    int[] seen = history.items();
    Arrays.sort(seen);
    float unit = 0;
    int rank = 0;
    for (int item : TopItems.of(scores, items, SCALE_RANK + seen.length)) {
      if (rank < SCALE_RANK && scores[item] > 0 && Arrays.binarySearch(seen, item) < 0) {
        unit = scores[item];
        rank++;
      }
    }
    float scale = unit > 0 ? 1 / unit : 0;
    for (int item = 0; item < items; item++) {
      scores[item] = Math.max(0, scores[item] * scale);
    }
  }
}
