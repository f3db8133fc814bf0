package dev.imasugu.model;

import dev.imasugu.vector.Floats;

/**
 * Scores by inner products of learned vectors: a user that was fitted has their own, anybody else's
 * is the ridge regression of the history on item vectors, as in {@link Factors}.
 */
public final class UserFactors implements Model {
  private final float[] users;
  private final float[] items;
  private final float[] biases;
  private final int dimension;
  private final Factors folded;

  /**
   * @param users shape [users, dimension]; items shape [items, dimension]
   * @param biases of items
   */
  public UserFactors(float[] users, float[] items, float[] biases, int dimension) {
    this.users = users;
    this.items = items;
    this.biases = biases;
    this.dimension = dimension;
    this.folded = new Factors(items, biases.length, dimension, 0.1, 0.01);
  }

  @Override
  public int items() {
    return biases.length;
  }

  @Override
  public void score(History history, float[] scores) {
    if (history.user() == History.NEW_USER) {
      folded.score(history, scores);
      return;
    }
    int user = history.user() * dimension;
    for (int item = 0; item < biases.length; item++) {
      scores[item] = biases[item] + Floats.dot(users, user, items, item * dimension, dimension);
    }
  }
}
