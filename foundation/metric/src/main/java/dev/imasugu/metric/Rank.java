package dev.imasugu.metric;

/**
 * The place of an item among scored candidates, 1 the best.
 *
 * @param place 1 + those with a greater score + half of the others with the same
 * @param tied how many others have the same score
 */
public record Rank(double place, int tied) {

  /**
   * Ranks one of many scores.
   *
   * <p>A candidate that must not count carries negative infinity. Equal scores share the average of
   * their places, so a model that scores everything alike gains nothing by the order of the rows.
   *
   * @param scores by item; only the first {@code items} are looked at
   * @param target the item to rank
   * @throws IllegalArgumentException if a score is not a number
   */
  public static Rank of(float[] scores, int items, int target) {
    float own = scores[target];
    int greater = 0;
    int equal = 0;
    int numbers = 0;
    for (int i = 0; i < items; i++) {
      float score = scores[i];
      greater += score > own ? 1 : 0;
      equal += score == own ? 1 : 0;
      numbers += Float.isNaN(score) ? 0 : 1;
    }
    if (numbers < items) {
      throw new IllegalArgumentException(
          "scores: " + (items - numbers) + " of " + items + " are NaN (expected: none)");
    }
    if (own == Float.NEGATIVE_INFINITY) {
      return new Rank(Double.POSITIVE_INFINITY, 0);
    }
    return new Rank(1 + greater + (equal - 1) / 2.0, equal - 1);
  }
}
