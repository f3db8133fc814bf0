package dev.imasugu.model;

import java.util.Arrays;

/**
 * Scores by counts of items that occur together, kept as counts so that one more event can be
 * added: {@code S[i][j] = C[i][j] / (n_i^a * n_j^b + shrink)}, n the item's frequency, and {@code
 * score(j) = sum over history of decay^age * S[h][j]}.
 *
 * <p>With a window and weights by distance it is a transition model, with neither ItemKNN, with one
 * step a Markov chain, without division by frequencies sequential rules. Absorbing costs a scan of
 * the rows of the items in the window.
 */
public final class CoVisits implements Absorbing {

  /**
   * What counts as together.
   *
   * @param window how far apart in a history; {@link Integer#MAX_VALUE} for anywhere
   * @param byDistance whether a pair d apart counts 1 / d, else 1
   * @param backward what a pair counts for the way back, relative to the way there
   * @param itself whether an item that comes again is a pair with itself
   */
  public record Pairs(int window, boolean byDistance, double backward, boolean itself) {}

  /**
   * How counts become scores.
   *
   * @param own a, the exponent of the frequency of the history's item
   * @param other b, the exponent of the frequency of the scored item
   * @param shrink added to the denominator: pairs seen seldom count less
   * @param decay weight of an item relative to the next newer one
   * @param length how many of the newest items count
   */
  public record Weights(double own, double other, double shrink, double decay, int length) {}

  private final Rows counts;
  private final int[] frequency;
  private final Pairs pairs;
  private final Weights weights;
  private final float[] own;
  private final float[] other;

  private CoVisits(Rows counts, int[] frequency, Pairs pairs, Weights weights) {
    this.counts = counts;
    this.frequency = frequency;
    this.pairs = pairs;
    this.weights = weights;
    this.own = powers(frequency, weights.own);
    this.other = powers(frequency, weights.other);
  }

  /**
   * Counts.
   *
   * @param most neighbours kept of an item, those of the greatest S; 0 keeps all. What is pruned is
   *     forgotten: a pair that is absorbed later starts from zero.
   */
  public static CoVisits of(Interactions data, int most, Pairs pairs, Weights weights) {
    int[] frequency = data.itemCounts();
    ItemIndex index = data.byItem();
    float[] own = powers(frequency, weights.own);
    float[] other = powers(frequency, weights.other);
    float shrink = (float) weights.shrink;
    Rows rows =
        Rows.fill(
            data.items(),
            most,
            (item, near, count) -> count / (own[item] * other[near] + shrink),
            (item, row) -> {
              for (int p = index.start(item); p < index.start(item + 1); p++) {
                count(data, index.user(p), index.event(p), pairs, row);
              }
              if (!pairs.itself) {
                row.clear(item);
              }
            });
    return new CoVisits(rows, frequency, pairs, weights);
  }

  /**
   * Counts how many users have two items, in whatever order, each item in the data once a user.
   *
   * @param most neighbours kept of an item that is scored (k in Sarwar et al. 2001), those of the
   *     greatest S; 0 keeps all. What is pruned is forgotten.
   */
  public static CoVisits together(Interactions data, int most, Weights weights) {
    Pairs pairs = new Pairs(Integer.MAX_VALUE, false, 1, false);
    if (most == 0) {
      return of(data, 0, pairs, weights);
    }
    CoVisits byScored =
        of(
            data,
            most,
            pairs,
            new Weights(
                /* own= */ weights.other,
                /* other= */ weights.own,
                weights.shrink,
                weights.decay,
                weights.length));
    return new CoVisits(byScored.counts.transposed(), byScored.frequency, pairs, weights);
  }

  private static void count(Interactions data, int user, int event, Pairs pairs, RowSum row) {
    int from = (int) Math.max(data.start(user), (long) event - pairs.window);
    int to = (int) Math.min(data.start(user + 1), (long) event + pairs.window + 1);
    for (int near = from; near < to; near++) {
      double way = near > event ? 1 : pairs.backward;
      if (near != event && way != 0) {
        row.add(data.item(near), (float) (pairs.byDistance ? way / Math.abs(near - event) : way));
      }
    }
  }

  @Override
  public int items() {
    return frequency.length;
  }

  @Override
  public void score(History history, float[] scores) {
    Arrays.fill(scores, 0, items(), 0);
    double weight = 1;
    float shrink = (float) weights.shrink;
    for (int age = 0; age < Math.min(weights.length, history.size()) && weight > 1e-12; age++) {
      int item = history.newest(age);
      for (int entry = 0; entry < counts.size(item); entry++) {
        int near = counts.column(item, entry);
        scores[near] +=
            (float) weight * counts.value(item, entry) / (own[item] * other[near] + shrink);
      }
      weight *= weights.decay;
    }
  }

  @Override
  public void absorb(History before, int item, long timeMillis) {
    for (int age = 0; age < Math.min(pairs.window, before.size()); age++) {
      int near = before.newest(age);
      if (near != item || pairs.itself) {
        float weight = pairs.byDistance ? 1f / (age + 1) : 1;
        counts.add(near, item, weight);
        if (pairs.backward != 0) {
          counts.add(item, near, (float) (weight * pairs.backward));
        }
      }
    }
    frequency[item]++;
    own[item] = power(frequency[item], weights.own);
    other[item] = power(frequency[item], weights.other);
  }

  private static float[] powers(int[] frequency, double exponent) {
    float[] powers = new float[frequency.length];
    for (int item = 0; item < powers.length; item++) {
      powers[item] = power(frequency[item], exponent);
    }
    return powers;
  }

  private static float power(int frequency, double exponent) {
    return (float) Math.pow(Math.max(1, frequency), exponent);
  }
}
