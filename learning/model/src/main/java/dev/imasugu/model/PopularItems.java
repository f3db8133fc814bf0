package dev.imasugu.model;

/**
 * The same scores for everybody: how often, with older events counting less. Ignores the history.
 *
 * <p>Decay is forward decay (Cormode et al. 2009): an event weighs {@code 2^((t - landmark) /
 * halfLife)}, so that the past need not be touched as time goes by.
 */
public final class PopularItems implements Absorbing {
  /** Beyond it, weights are scaled down again: half of what a double's exponent holds. */
  private static final double MOST_HALF_LIVES = 500;

  private final double[] weights;
  private final double halfLifeMillis;
  private long landmark;

  /**
   * @param weights of each item at the landmark, taken over
   * @param halfLifeMillis positive infinity for no decay
   */
  public PopularItems(double[] weights, double halfLifeMillis, long landmark) {
    this.weights = weights;
    this.halfLifeMillis = halfLifeMillis;
    this.landmark = landmark;
  }

  @Override
  public int items() {
    return weights.length;
  }

  @Override
  public void score(History history, float[] scores) {
    double most = 0;
    for (double weight : weights) {
      most = Math.max(most, weight);
    }
    double scale = most > 0 ? 1 / most : 0;
    for (int item = 0; item < weights.length; item++) {
      scores[item] = (float) (weights[item] * scale);
    }
  }

  @Override
  public void absorb(History before, int item, long timeMillis) {
    if (halfLifeMillis == Double.POSITIVE_INFINITY) {
      weights[item]++;
      return;
    }
    double halfLives = (timeMillis - (double) landmark) / halfLifeMillis;
    if (halfLives > MOST_HALF_LIVES) {
      double fade = Math.exp(-halfLives * Math.log(2));
      for (int i = 0; i < weights.length; i++) {
        weights[i] *= fade;
      }
      landmark = timeMillis;
      halfLives = 0;
    }
    weights[item] += Math.exp(halfLives * Math.log(2));
  }
}
